/* Inside common/audit only: the folder of a log. */
#ifndef SW_AUDIT_AUDIT_LOG_IMPL_H
#define SW_AUDIT_AUDIT_LOG_IMPL_H
#include "common/audit/audit_log.h"
#include "common/audit/merkle.h"

#define AUDIT_TILE 256
#define AUDIT_ENTRY_MAX 65535

/* Leaf hashes in order. */
struct audit_leaves {
	struct digest *v;
	size_t n, cap;
};
SW_MUST_USE int audit_leaves_add(struct audit_leaves *l, const struct suite *s, struct view entry);
void audit_leaves_fini(struct audit_leaves *l);

/* "tile/<kind>/<NNN>" with the x-prefixed groups of C2SP tlog-tiles; kind "entries" or "0". */
void audit_tile_path(const char *kind, size_t index, char out[static 64]);
/* Splits `data` into u16-length-prefixed entries and calls each; *used is where the last complete one ends.
 */
SW_MUST_USE int audit_entries(
	struct view data, int (*each)(void *arg, struct view entry), void *arg, size_t *used);
/* Everything on disk, checked: full tiles of entries against their hash tiles, then the tail. *torn: bytes of
 * an incomplete entry at the tail's end. ERR_DIGEST, ERR_TRUNCATED with the place in note. */
SW_MUST_USE int audit_folder_read(int dir, const struct suite *s, struct audit_leaves *out, size_t *tail_used,
	size_t *torn, struct err_note *note);
/* Signed note: "<origin>\n<size>\n<base64 root>\n\n— <origin> <base64 (4-byte key id ‖ signature)>\n". */
SW_MUST_USE int audit_note_make(const struct sign_key *k, const char *origin, int64_t size,
	const struct digest *root, struct buf *out);
/* Form only; sig appended; text is the signed part. */
SW_MUST_USE int audit_note_parse(struct view note_text, int64_t *size, struct digest *root, struct view *text,
	struct buf *sig, struct err_note *note);
#endif
