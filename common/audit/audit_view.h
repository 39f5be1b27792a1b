/* A log that is read, not written: by the security officer, by swaudit, by somebody who was given a copy. */
#ifndef SW_AUDIT_AUDIT_VIEW_H
#define SW_AUDIT_AUDIT_VIEW_H
#include "common/audit/audit_note.h"
#include "common/base/json.h"

struct audit_view;
struct audit_view_options {
	const struct trust *trust; /* CA of the log's zone; NULL: signatures are not checked */
	bool live;                 /* the writer is at work: entries behind the checkpoint are no finding */
	/* Each entry in order (not those deleted after their time); NULL none. Non-zero ends the reading. */
	int (*each)(void *arg, int64_t index, struct view entry);
	void *arg;
};
/* Reads and compares everything; the first wrong place is the error: ERR_DIGEST, ERR_TRUNCATED, ERR_TRAILING,
 * ERR_SIGNATURE, ERR_CERT, ERR_SYNTAX, ERR_FORMAT with note. */
SW_MUST_USE int audit_view_open(
	const char *dir, const struct audit_view_options *o, struct audit_view **out, struct err_note *note);
void audit_view_close(struct audit_view *v);
const char *audit_view_origin(const struct audit_view *v);
const struct suite *audit_view_suite(const struct audit_view *v);
bool audit_view_signed(const struct audit_view *v);
int64_t audit_view_size(
	const struct audit_view *v); /* entries under the checkpoint; of an unsigned log: all */
int64_t audit_view_beyond(const struct audit_view *v); /* entries behind the checkpoint */
int64_t audit_view_deleted(
	const struct audit_view *v); /* entries at the beginning whose files were deleted */
struct view audit_view_checkpoint(const struct audit_view *v); /* its text; empty for an unsigned log */
void audit_view_root(const struct audit_view *v, struct digest *out); /* over audit_view_size entries */
/* Certificate of the checkpoint's signer, and of any key that signed here (first 8 digits of its id).
 * Appended. */
SW_MUST_USE int audit_view_signer(struct audit_view *v, struct buf *pem);
SW_MUST_USE int audit_view_signer_of(struct audit_view *v, const char *key, struct buf *pem);
/* Against audit_view_size. ERR_RANGE. */
SW_MUST_USE int audit_view_path(struct audit_view *v, int64_t index, struct digest *path, size_t *n);
SW_MUST_USE int audit_view_consistency(
	struct audit_view *v, int64_t from, struct digest *root, struct digest *proof, size_t *n);
#endif
