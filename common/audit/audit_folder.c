#include "common/audit/audit_folder.h"

#include "common/audit/merkle.h"
#include "common/base/json.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INFO_MAX 4096
#define SIGNER_MAX 65536
static const char MAGIC[] = "swaudit1";

void audit_folder_path(const char *kind, int64_t index, char out[static AUDIT_PATH])
{
	long long i = (long long)index;
	if (i < 1000)
		snprintf(out, AUDIT_PATH, "tile/%s/%03lld", kind, i);
	else if (i < 1000000)
		snprintf(out, AUDIT_PATH, "tile/%s/x%03lld/%03lld", kind, i / 1000, i % 1000);
	else
		snprintf(out, AUDIT_PATH, "tile/%s/x%03lld/x%03lld/%03lld", kind, i / 1000000,
			i / 1000 % 1000, i % 1000);
}

void audit_folder_level(int level, int64_t index, char out[static AUDIT_PATH])
{
	char kind[12];
	snprintf(kind, sizeof kind, "%d", level);
	audit_folder_path(kind, index, out);
}

static int folders_make(int dir, const char *path)
{
	char part[AUDIT_PATH];
	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		snprintf(part, sizeof part, "%.*s", (int)(p - path), path);
		if (mkdirat(dir, part, 0700) < 0 && errno != EEXIST)
			return err_from_errno(errno);
	}
	return 0;
}

int audit_folder_write(int dir, const char *path, struct view content, const char *point)
{
	int rc = file_write(dir, path, 0600, content, point);
	if (rc != ERR_NOTFOUND)
		return rc;
	rc = folders_make(dir, path);
	return rc == 0 ? file_write(dir, path, 0600, content, point) : rc;
}

int audit_folder_info_read(int dir, struct audit_folder_info *out, struct err_note *note)
{
	static const char *const keys[] = {"format", "origin", "signed", "suite", NULL};
	struct audit_folder_info i = {.origin = ""};
	struct buf text;
	json_t *o = NULL;
	const char *origin = NULL, *suite = NULL;
	int64_t format = 0;
	buf_init(&text, INFO_MAX);
	int rc = file_read(dir, "log.json", INFO_MAX, &text);
	if (rc < 0) {
		rc = err_set(note, rc, "log.json: %s",
			rc == ERR_NOTFOUND ? "missing: this is no log" : err_text(rc));
		goto out;
	}
	if (!json_is_canon(buf_view(&text)))
		rc = err_set(note, ERR_SYNTAX, "log.json: not in its one form");
	if (rc == 0)
		rc = json_parse(buf_view(&text), INFO_MAX, &o, note);
	if (rc == 0)
		rc = json_get_int(o, "format", 0, INT64_MAX, &format, note);
	if (rc == 0 && format != 1)
		rc = err_set(note, ERR_FORMAT, "log.json: format %lld is not known", (long long)format);
	if (rc == 0)
		rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "origin", sizeof i.origin - 1, &origin, note);
	if (rc == 0)
		rc = json_get_str(o, "suite", 7, &suite, note);
	if (rc == 0 && !json_is_boolean(json_object_get(o, "signed")))
		rc = err_set(note, ERR_SCHEMA, "log.json: signed");
	if (rc == 0 && !(i.suite = suite_by_name(suite)))
		rc = err_set(note, ERR_SUITE, "log.json: suite");
	if (rc == 0) {
		snprintf(i.origin, sizeof i.origin, "%s", origin);
		i.is_signed = json_is_true(json_object_get(o, "signed"));
		*out = i;
	}
out:
	if (rc < 0 && note && strncmp(note->text, "log.json: ", 10) != 0) {
		struct err_note why = *note;
		err_set(note, rc, "log.json: %.200s", why.text);
	}
	json_decref(o);
	buf_fini(&text);
	return rc;
}

int audit_folder_info_write(int dir, const struct audit_folder_info *i)
{
	struct buf text;
	buf_init(&text, INFO_MAX);
	json_t *o = json_pack("{s:i,s:s,s:b,s:s}", "format", 1, "origin", i->origin, "signed", i->is_signed,
		"suite", suite_name(i->suite));
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(dir, "log.json", 0600, buf_view(&text), "audit.info");
	json_decref(o);
	buf_fini(&text);
	return rc;
}

int audit_folder_entries(struct view data, int (*each)(void *arg, struct view entry), void *arg, size_t *used)
{
	size_t at = 0;
	while (data.n - at >= 2) {
		size_t n = (size_t)data.p[at] << 8 | data.p[at + 1];
		if (n == 0 || data.n - at - 2 < n)
			break;
		int rc = each ? each(arg, view_of(data.p + at + 2, n)) : 0;
		if (rc < 0)
			return rc;
		at += 2 + n;
	}
	*used = at;
	return 0;
}

/* Magic, first entry, and the first bytes of the leaf hash of both. */
static void tail_header(const struct suite *s, uint64_t first, uint8_t out[static AUDIT_TAIL_HEAD])
{
	struct digest d;
	memcpy(out, MAGIC, 8);
	for (int i = 0; i < 8; i++)
		out[8 + i] = (uint8_t)(first >> (56 - 8 * i));
	merkle_leaf(s, view_of(out, 16), &d);
	memcpy(out + 16, d.b, AUDIT_TAIL_CHECK);
}

int audit_folder_signer(int dir, const char *name, struct buf *pem, struct err_note *note)
{
	static const char begin[] = "-----BEGIN ";
	const size_t n = sizeof begin - 1;
	char path[AUDIT_PATH];
	struct cert *c = NULL;
	snprintf(path, sizeof path, "signer/%s", name);
	int rc = file_read(dir, path, SIGNER_MAX, pem);
	const uint8_t *first = rc == 0 ? memmem(pem->p, pem->n, begin, n) : NULL;
	if (first && memmem(first + n, pem->n - (size_t)(first + n - pem->p), begin, n))
		rc = ERR_CERT;
	if (rc == 0)
		rc = cert_from_pem(buf_view(pem), CERT_SIGN, &c, NULL);
	cert_free(c);
	return rc < 0 ? err_set(note, rc, "%s: %s", path, err_text(rc)) : 0;
}

int audit_folder_entry_at(struct view entry, int64_t *at_ms)
{
	json_t *o = NULL;
	int rc = json_parse(entry, AUDIT_ENTRY_MAX, &o, NULL);
	if (rc == 0)
		rc = time_parse(json_str(o, "at"), at_ms);
	json_decref(o);
	return rc;
}

int audit_folder_tail_head(const struct suite *s, struct view tail, int64_t *first)
{
	uint8_t head[AUDIT_TAIL_HEAD];
	uint64_t n = 0;
	if (tail.n < AUDIT_TAIL_HEAD)
		return ERR_FORMAT;
	for (int i = 8; i < 16; i++)
		n = n << 8 | tail.p[i];
	tail_header(s, n, head);
	if (memcmp(head, tail.p, sizeof head) != 0 || n % AUDIT_TILE || n > INT64_MAX / 2)
		return ERR_FORMAT;
	*first = (int64_t)n;
	return 0;
}

int audit_folder_tail_begin(const struct suite *s, int64_t first, struct buf *out)
{
	uint8_t head[AUDIT_TAIL_HEAD];
	tail_header(s, (uint64_t)first, head);
	return buf_add(out, head, sizeof head);
}

int audit_folder_tail_add(struct view entry, const struct digest *leaf, struct buf *out)
{
	const uint8_t len[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
	int rc = entry.n == 0 || entry.n > AUDIT_ENTRY_MAX ? ERR_LIMIT : buf_add(out, len, sizeof len);
	if (rc == 0)
		rc = buf_add_view(out, entry);
	return rc == 0 ? buf_add(out, leaf->b, AUDIT_TAIL_CHECK) : rc;
}

int audit_folder_tail_next(
	const struct suite *s, struct view tail, size_t *at, struct view *entry, struct digest *leaf)
{
	size_t left = tail.n - *at;
	if (left == 0)
		return 0;
	const uint8_t *p = tail.p + *at;
	size_t n = left >= 2 ? (size_t)p[0] << 8 | p[1] : 0;
	if (n == 0 || left < 2 + n + AUDIT_TAIL_CHECK)
		return ERR_TRUNCATED;
	struct view e = view_of(p + 2, n);
	merkle_leaf(s, e, leaf);
	if (memcmp(leaf->b, p + 2 + n, AUDIT_TAIL_CHECK) != 0)
		return ERR_DIGEST;
	*entry = e;
	*at += 2 + n + AUDIT_TAIL_CHECK;
	return 1;
}
