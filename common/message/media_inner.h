/* What hides in a file of a type that is taken: things that act, that are locked, that are two files at once,
 * that grow, that are damaged, spatial data; and where a photograph was taken. */
#ifndef SW_MESSAGE_MEDIA_INNER_H
#define SW_MESSAGE_MEDIA_INNER_H
#include "common/base/buf.h"
#include <stdbool.h>

/* What was taken out of a photograph. */
#define MEDIA_PLACE 1  /* where it was taken: Exif GPS, XMP */
#define MEDIA_BEHIND 2 /* what a camera put behind its end: a moving picture, notes of its own */

/* content is what media_type calls `type`. 0; ERR_MEDIA naming what it holds or how it is damaged; ERR_BOMB
 * when unpacked it would be too large; ERR_SPATIAL. PDF: no scripts, programs to start, files within, forms
 * that send themselves, encryption, spatial data; also inside packed objects and with escaped names (ISO
 * 32000-1, 7.3.5, 7.5.7). JPEG, PNG: whole, nothing behind the end, of a size that can be shown, no script in
 * the remarks. Any: no archive behind it. */
SW_MUST_USE int media_inner_check(struct view content, const char *type, struct err_note *note);
/* Before a photograph is checked: overwrites its place in the content itself, cuts off what stands behind a
 * JPEG's end (*n grows less); the picture stays. Other content stays as it is. MEDIA_PLACE, MEDIA_BEHIND or
 * both; 0 nothing was there. */
int media_inner_clean(uint8_t *content, size_t *n);
#endif
