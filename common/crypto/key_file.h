/* Files of keys: made once, never overwritten. */
#ifndef SW_CRYPTO_KEY_FILE_H
#define SW_CRYPTO_KEY_FILE_H
#include "common/base/buf.h"

/* ERR_EXISTS when there is anything under that name. */
SW_MUST_USE int key_file_absent(const char *path, struct err_note *note);
/* Writes the file whole and durable. ERR_EXISTS. */
SW_MUST_USE int key_file_publish(const char *path, unsigned mode, struct view v, struct err_note *note);
#endif
