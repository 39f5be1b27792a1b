#include "gapd/policy/inspect.h"

#include "common/crypto/suite.h"
#include "common/message/media.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <string.h>

#define FILE_MAX_BYTES (64u << 20)

int inspect_message(const struct inspect_rule *r, const struct message *m, const struct view *attachments,
	size_t n, struct err_note *note)
{
	const struct suite *s = suite_by_name(m->suite);
	if (!s)
		return err_set(note, ERR_SUITE, "suite: %s", m->suite);
	if (strcmp(m->origin, r->from) != 0 || strcmp(m->dest, r->to) != 0)
		return err_set(note, ERR_LINK, "from %s to %s on the way from %s to %s", m->origin, m->dest,
			r->from, r->to);
	int rc = catalogue_check(r->catalogue, m, "gap", r->from, note);
	if (rc < 0)
		return rc;
	if (n != m->nattachments)
		return err_set(note, ERR_SCHEMA, "attachments: %zu named, %zu there", m->nattachments, n);
	for (size_t i = 0; i < n; i++) {
		struct digest d;
		if ((int64_t)attachments[i].n != m->attachments[i].size)
			return err_set(note, ERR_LIMIT, "attachments.%zu: %zu bytes instead of %lld", i,
				attachments[i].n, (long long)m->attachments[i].size);
		digest_of(s, attachments[i], &d);
		if (!digest_eq(&d, &m->attachments[i].digest))
			return err_set(note, ERR_DIGEST, "attachments.%zu", i);
		rc = catalogue_check_attachment(r->catalogue, m, i, attachments[i], note);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int inspect_file(const char *path, const char **type, struct err_note *note)
{
	struct buf b;
	buf_init(&b, FILE_MAX_BYTES);
	int rc = file_read(AT_FDCWD, path, FILE_MAX_BYTES, &b);
	rc = rc < 0 ? err_set(note, rc, "%s: %s", path, err_text(rc))
		    : media_check_material(buf_view(&b), type, note);
	buf_fini(&b);
	return rc;
}
