/* Directory records and numbers of ISO 9660 (ECMA-119), with Rock Ridge entries (RRIP 1.10). */
#ifndef SW_BURNER_ISO_RECORD_H
#define SW_BURNER_ISO_RECORD_H
#include "common/base/buf.h"
#include <stdint.h>

#define ISO_RECORD_MAX 255
struct iso_record {
	const char *name;  /* as it is stored: plain name, or Joliet's ASCII; NULL for "." and ".." */
	const char *posix; /* Rock Ridge name; NULL: none (Joliet, or "." and "..") */
	int self;          /* with name NULL: 0 ".", 1 ".." */
	bool folder, joliet, rock, root; /* root: carries SP and the pointer to ER */
	uint32_t at, size, er_at;        /* er_at: sector of the ER entry */
	int links;
	int64_t time_ms;
};
/* One record; returns its length (even). */
size_t iso_record_make(const struct iso_record *r, uint8_t out[static ISO_RECORD_MAX + 1]);
/* The ER entry that root's CE points to. */
size_t iso_record_er(uint8_t out[static ISO_RECORD_MAX + 1]);
void iso_both16(uint8_t *p, uint16_t v); /* 4 bytes: little, then big end first */
void iso_both32(uint8_t *p, uint32_t v); /* 8 bytes */
void iso_le32(uint8_t *p, uint32_t v);
void iso_be32(uint8_t *p, uint32_t v);
/* Seven bytes, UTC. */
void iso_time(uint8_t *p, int64_t ms);
#endif
