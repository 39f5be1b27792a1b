/* One certificate, one text: the PEM form that openssl writes, and no other. */
#ifndef SW_BUNDLE_PEM_H
#define SW_BUNDLE_PEM_H
#include "common/base/buf.h"

/* Appends the first certificate of `pem` in that form. ERR_CERT. */
SW_MUST_USE int bundle_pem_canon(struct view pem, struct buf *out);
/* 0 when `pem` is exactly that; ERR_CERT. */
SW_MUST_USE int bundle_pem_check(struct view pem, struct err_note *note);
#endif
