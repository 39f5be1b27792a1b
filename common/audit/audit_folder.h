/* Inside common/audit only: names and forms of the files of a log (DESIGN.md). */
#ifndef SW_AUDIT_AUDIT_FOLDER_H
#define SW_AUDIT_AUDIT_FOLDER_H
#include "common/crypto/key.h"

#define AUDIT_TILE 256
#define AUDIT_ENTRY_MAX 65535
#define AUDIT_ENTRIES_MAX ((size_t)AUDIT_TILE * (AUDIT_ENTRY_MAX + 2))
#define AUDIT_TAIL_HEAD 24 /* "swaudit1", the number of the first entry (big-endian), check of both */
#define AUDIT_TAIL_CHECK 8 /* behind each entry: the first bytes of its leaf hash */
#define AUDIT_TAIL_MAX (AUDIT_TAIL_HEAD + (size_t)AUDIT_TILE * (AUDIT_ENTRY_MAX + 2 + AUDIT_TAIL_CHECK))
#define AUDIT_PATH 64
#define AUDIT_KEEP_MS (INT64_C(365) * 86400000) /* entries are kept at least so long */

/* "tile/<kind>/NNN" with the x-prefixed groups of C2SP tlog-tiles. kind: "entries", "notes", or a level. */
void audit_folder_path(const char *kind, int64_t index, char out[static AUDIT_PATH]);
void audit_folder_level(int level, int64_t index, char out[static AUDIT_PATH]);
/* file_write that makes the folders above when they are missing. */
SW_MUST_USE int audit_folder_write(int dir, const char *path, struct view content, const char *point);

/* "log.json": {"format":1,"origin":"extranet/registryd","signed":true,"suite":"gm"}. */
struct audit_folder_info {
	char origin[64];
	bool is_signed;
	const struct suite *suite;
};
/* ERR_NOTFOUND, ERR_SYNTAX, ERR_FORMAT, ERR_SUITE with note. */
SW_MUST_USE int audit_folder_info_read(int dir, struct audit_folder_info *out, struct err_note *note);
SW_MUST_USE int audit_folder_info_write(int dir, const struct audit_folder_info *i);

/* Entries of a tile: u16 length and bytes each. *used: where the last whole one ends. each may be NULL. */
SW_MUST_USE int audit_folder_entries(
	struct view data, int (*each)(void *arg, struct view entry), void *arg, size_t *used);

/* A signer's certificate, signer/NAME, and nothing else: what else a name in the folder leads to goes no
 * further. ERR_CERT. */
SW_MUST_USE int audit_folder_signer(int dir, const char *name, struct buf *pem, struct err_note *note);

/* When an entry was made, ms. ERR_SYNTAX, ERR_SCHEMA …: it does not tell. */
SW_MUST_USE int audit_folder_entry_at(struct view entry, int64_t *at_ms);

/* The tail: header, then length, bytes and check of each entry. ERR_FORMAT: no such header. */
SW_MUST_USE int audit_folder_tail_head(const struct suite *s, struct view tail, int64_t *first);
SW_MUST_USE int audit_folder_tail_begin(const struct suite *s, int64_t first, struct buf *out);
SW_MUST_USE int audit_folder_tail_add(struct view entry, const struct digest *leaf, struct buf *out);
/* The entry at *at, which moves behind it. 1 an entry, 0 the end; ERR_TRUNCATED: incomplete; ERR_DIGEST: its
 * check differs. */
SW_MUST_USE int audit_folder_tail_next(
	const struct suite *s, struct view tail, size_t *at, struct view *entry, struct digest *leaf);
#endif
