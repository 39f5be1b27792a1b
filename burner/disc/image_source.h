/* libarchive's reader of ISO 9660 over a medium; no other format and no filter. */
#ifndef SW_BURNER_IMAGE_SOURCE_H
#define SW_BURNER_IMAGE_SOURCE_H
#include "burner/disc/medium.h"

struct archive;
struct archive_entry;
/* The medium is borrowed. ERR_FOREIGN. */
SW_MUST_USE int image_source_open(struct medium *m, struct archive **out, struct err_note *note);
/* 1: an entry, 0: the end, ERR_FOREIGN. */
SW_MUST_USE int image_source_next(struct archive *a, struct archive_entry **e, struct err_note *note);
#endif
