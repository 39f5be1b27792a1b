#include "common/audit/audit_log_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int signature_check(const struct trust *t, struct view text, const struct buf *sig, struct view pem,
	struct err_note *note)
{
	struct cert *c = NULL;
	int rc = cert_check(t, pem, CERT_SIGN, 0, &c, note);
	if (rc == 0 && cert_verify(c, text, view_of(sig->p + 4, sig->n - 4)) < 0)
		rc = err_set(note, ERR_SIGNATURE, "checkpoint: the signature does not verify");
	cert_free(c);
	return rc;
}

int audit_log_verify(
	const char *dir, const struct suite *s, const struct trust *t, int64_t *size, struct err_note *note)
{
	struct audit_leaves leaves = {0};
	struct buf text, sig, pem;
	struct view signed_part;
	struct digest root, have;
	size_t used = 0, torn = 0;
	int64_t n = 0;
	int fd = -1;
	buf_init(&text, 4096);
	buf_init(&sig, 4096);
	buf_init(&pem, 65536);
	int rc = file_open_dir(dir, &fd);
	if (rc < 0)
		rc = err_set(note, rc, "%s: %s", dir, err_text(rc));
	if (rc == 0)
		rc = audit_folder_read(fd, s, &leaves, &used, &torn, note);
	if (rc == 0 && torn)
		rc = err_set(note, ERR_TRAILING, "tail: entry %zu is incomplete", leaves.n);
	if (rc == 0 && (rc = file_read(fd, "checkpoint", 4096, &text)) < 0)
		rc = err_set(note, ERR_TRUNCATED, "checkpoint: missing");
	if (rc == 0)
		rc = audit_note_parse(buf_view(&text), &n, &root, &signed_part, &sig, note);
	if (rc == 0 && n != (int64_t)leaves.n)
		rc = err_set(note, n > (int64_t)leaves.n ? ERR_TRUNCATED : ERR_TRAILING,
			"checkpoint names %lld entries, the log has %zu", (long long)n, leaves.n);
	if (rc == 0) {
		merkle_root(s, leaves.v, leaves.n, &have);
		if (!digest_eq(&have, &root))
			rc = err_set(note, ERR_DIGEST,
				"the entries do not give the checkpoint's root: an entry since %zu was "
				"changed",
				leaves.n / AUDIT_TILE * AUDIT_TILE);
	}
	if (rc == 0 && t && (rc = file_read(fd, "signer.pem", 65536, &pem)) < 0)
		rc = err_set(note, ERR_TRUNCATED, "signer.pem: missing");
	if (rc == 0 && t)
		rc = signature_check(t, signed_part, &sig, buf_view(&pem), note);
	if (rc == 0 && size)
		*size = n;
	if (fd >= 0)
		close(fd);
	audit_leaves_fini(&leaves);
	buf_fini(&text);
	buf_fini(&sig);
	buf_fini(&pem);
	return rc;
}
