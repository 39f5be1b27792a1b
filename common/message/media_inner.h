/* What hides in a file of a type that is taken: things that act, that are locked, that are two files at once,
 * that grow, that are damaged; and where a photograph was taken. */
#ifndef SW_MESSAGE_MEDIA_INNER_H
#define SW_MESSAGE_MEDIA_INNER_H
#include "common/base/buf.h"
#include <stdbool.h>

/* content is what media_type calls `type`. 0; ERR_MEDIA naming what it holds or how it is damaged; ERR_BOMB
 * when unpacked it would be too large. PDF: no scripts, programs to start, files within, forms that send
 * themselves, encryption; also inside packed objects and with escaped names (ISO 32000-1, 7.3.5, 7.5.7).
 * JPEG, PNG: whole, of a size that can be shown, no script in the remarks. Any: no archive behind it. */
SW_MUST_USE int media_inner_check(struct view content, const char *type, struct err_note *note);
/* Overwrites the place where a photograph was taken (Exif GPS, XMP) in the content itself, whose length and
 * picture stay. True when there was one. */
bool media_inner_clean(uint8_t *content, size_t n, const char *type);
#endif
