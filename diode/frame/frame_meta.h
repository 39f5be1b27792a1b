/* Description of an object: the first bytes of the object itself, so that it is repaired like the rest.
 * version 1, type, mode (16 bits), mtime (64 bits, ns), name length (16 bits), digest, zero, name. */
#ifndef SW_DIODE_FRAME_META_H
#define SW_DIODE_FRAME_META_H
#include "common/base/buf.h"

#define FRAME_NAME_MAX 1024
#define FRAME_META_HEAD 16
#define FRAME_META_DIGEST 32
#define FRAME_STATE ".diode" /* the receiver's own folder; no name that travels has it as a part */
#define FRAME_META_MAX (FRAME_META_HEAD + FRAME_NAME_MAX)

enum frame_type { FRAME_FILE = 'f', FRAME_FOLDER = 'd', FRAME_PIPE = 's' };
struct frame_meta {
	enum frame_type type;
	uint16_t mode; /* permission bits only */
	int64_t mtime; /* ns since 1970 */
	bool digest;   /* the object's last 32 bytes are the suite's digest of the content before them */
	char name[FRAME_NAME_MAX + 1];
};
/* A relative path of 1..32 components: valid UTF-8 of printable characters, no component empty, ".", ".." or
 * longer than 255 bytes, none a temporary name. The same rule at both ends. */
bool frame_meta_name_ok(const char *name);
bool frame_meta_text_ok(const char *text); /* valid UTF-8 of printable characters, or empty */
/* n bytes of the form "tmp." and 16 hex digits: a file that is still being written (common/os/file.h). */
bool frame_meta_temporary(const char *p, size_t n);
/* ERR_MEMBER when the name is not such a path. */
SW_MUST_USE int frame_meta_encode(const struct frame_meta *m, struct buf *out);
/* ERR_FORMAT, ERR_TRUNCATED, ERR_TRAILING, ERR_RANGE; ERR_MEMBER for a name that may not be used. */
SW_MUST_USE int frame_meta_decode(struct view v, struct frame_meta *out);
#endif
