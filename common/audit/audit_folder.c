#include "common/audit/audit_log_impl.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TILE_BYTES_MAX ((size_t)AUDIT_TILE * (AUDIT_ENTRY_MAX + 2))

int audit_leaves_add(struct audit_leaves *l, const struct suite *s, struct view entry)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 1024;
		struct digest *v = realloc(l->v, cap * sizeof *v);
		if (!v)
			return ERR_NOMEM;
		l->v = v;
		l->cap = cap;
	}
	merkle_leaf(s, entry, &l->v[l->n++]);
	return 0;
}

void audit_leaves_fini(struct audit_leaves *l)
{
	free(l->v);
	*l = (struct audit_leaves){0};
}

void audit_tile_path(const char *kind, size_t index, char out[static 64])
{
	if (index < 1000)
		snprintf(out, 64, "tile/%s/%03zu", kind, index);
	else if (index < 1000000)
		snprintf(out, 64, "tile/%s/x%03zu/%03zu", kind, index / 1000, index % 1000);
	else
		snprintf(out, 64, "tile/%s/x%03zu/x%03zu/%03zu", kind, index / 1000000, index / 1000 % 1000,
			index % 1000);
}

int audit_entries(struct view data, int (*each)(void *arg, struct view entry), void *arg, size_t *used)
{
	size_t at = 0;
	while (data.n - at >= 2) {
		size_t n = (size_t)data.p[at] << 8 | data.p[at + 1];
		if (n == 0 || data.n - at - 2 < n)
			break;
		int rc = each(arg, view_of(data.p + at + 2, n));
		if (rc < 0)
			return rc;
		at += 2 + n;
	}
	*used = at;
	return 0;
}

struct collecting {
	const struct suite *suite;
	struct audit_leaves *leaves;
};

static int collect(void *arg, struct view entry)
{
	struct collecting *c = arg;
	return audit_leaves_add(c->leaves, c->suite, entry);
}

/* One full tile of entries against its tile of hashes. ERR_NOTFOUND: there is no such tile. */
static int tile_read(int dir, size_t index, struct collecting *c, struct err_note *note)
{
	struct buf data, hashes;
	char path[64];
	size_t used = 0, from = c->leaves->n;
	buf_init(&data, TILE_BYTES_MAX);
	buf_init(&hashes, AUDIT_TILE * sizeof(struct digest));
	audit_tile_path("entries", index, path);
	int rc = file_read(dir, path, TILE_BYTES_MAX, &data);
	if (rc == 0)
		rc = audit_entries(buf_view(&data), collect, c, &used);
	if (rc == 0 && (used != data.n || c->leaves->n - from != AUDIT_TILE))
		rc = err_set(note, ERR_TRUNCATED, "%s: entry %zu cannot be read", path, c->leaves->n);
	if (rc == 0) {
		audit_tile_path("0", index, path);
		rc = file_read(dir, path, AUDIT_TILE * sizeof(struct digest), &hashes);
		if (rc < 0)
			rc = err_set(note, ERR_TRUNCATED, "%s: missing or of another size", path);
	}
	for (size_t i = 0; rc == 0 && i < AUDIT_TILE; i++)
		if (hashes.n != AUDIT_TILE * sizeof(struct digest) ||
			memcmp(hashes.p + i * sizeof(struct digest), c->leaves->v[from + i].b,
				sizeof(struct digest)) != 0)
			rc = err_set(note, ERR_DIGEST, "%s: entry %zu was changed", path, from + i);
	buf_fini(&data);
	buf_fini(&hashes);
	return rc;
}

int audit_folder_read(int dir, const struct suite *s, struct audit_leaves *out, size_t *tail_used,
	size_t *torn, struct err_note *note)
{
	struct collecting c = {s, out};
	struct buf tail;
	int rc = 0;
	for (size_t i = 0; rc == 0; i++)
		rc = tile_read(dir, i, &c, note);
	if (rc != ERR_NOTFOUND)
		return rc;
	buf_init(&tail, TILE_BYTES_MAX);
	*tail_used = 0;
	rc = file_read(dir, "tail", TILE_BYTES_MAX, &tail);
	rc = rc == ERR_NOTFOUND ? 0 : rc;
	if (rc == 0)
		rc = audit_entries(buf_view(&tail), collect, &c, tail_used);
	if (rc == 0)
		*torn = tail.n - *tail_used;
	buf_fini(&tail);
	return rc;
}

int audit_note_make(const struct sign_key *k, const char *origin, int64_t size, const struct digest *root,
	struct buf *out)
{
	struct buf sig;
	uint8_t id[4];
	unsigned key = 0;
	buf_init(&sig, 1024);
	size_t from = out->n;
	int rc = buf_addf(out, "%s\n%lld\n", origin, (long long)size);
	if (rc == 0)
		rc = b64_add(out, view_of(root->b, sizeof root->b));
	if (rc == 0)
		rc = buf_add_str(out, "\n");
	if (rc == 0 && sscanf(sign_key_id(k), "%8x", &key) != 1)
		rc = ERR_BUG;
	for (int i = 0; i < 4; i++)
		id[i] = (uint8_t)(key >> (24 - 8 * i));
	if (rc == 0)
		rc = buf_add(&sig, id, sizeof id);
	if (rc == 0)
		rc = sign_make(k, view_of(out->p + from, out->n - from), &sig);
	if (rc == 0)
		rc = buf_addf(out, "\n\xe2\x80\x94 %s ", origin);
	if (rc == 0)
		rc = b64_add(out, buf_view(&sig));
	if (rc == 0)
		rc = buf_add_str(out, "\n");
	buf_fini(&sig);
	return rc;
}

static int bad_note(struct err_note *note, const char *what)
{
	return err_set(note, ERR_SYNTAX, "checkpoint: %s", what);
}

int audit_note_parse(struct view t, int64_t *size, struct digest *root, struct view *text, struct buf *sig,
	struct err_note *note)
{
	const uint8_t *blank = t.n ? memmem(t.p, t.n, "\n\n", 2) : NULL;
	const uint8_t *l1 = t.n ? memchr(t.p, '\n', t.n) : NULL, *l2 = NULL;
	struct buf b;
	long long n;
	int used = 0;
	if (!blank || !l1 || l1 >= blank || !(l2 = memchr(l1 + 1, '\n', (size_t)(blank - l1))) || l2 >= blank)
		return bad_note(note, "not a signed note");
	if (sscanf((const char *)l1 + 1, "%lld%n", &n, &used) != 1 || l1 + 1 + used != l2 || n < 0)
		return bad_note(note, "no size");
	buf_init(&b, 64);
	int rc = b64_parse(view_of(l2 + 1, (size_t)(blank - l2 - 1)), &b);
	if (rc < 0 || b.n != sizeof root->b)
		rc = bad_note(note, "no root");
	else
		memcpy(root->b, b.p, sizeof root->b);
	buf_fini(&b);
	if (rc < 0)
		return rc;
	const uint8_t *line = blank + 2, *end = t.p + t.n;
	size_t origin = (size_t)(l1 - t.p);
	/* "— <origin> <base64>\n" and nothing behind it. */
	if ((size_t)(end - line) < 4 + origin + 2 || memcmp(line, "\xe2\x80\x94 ", 4) != 0 ||
		memcmp(line + 4, t.p, origin) != 0 || line[4 + origin] != ' ' || end[-1] != '\n')
		return bad_note(note, "no signature line");
	line += 5 + origin;
	if (b64_parse(view_of(line, (size_t)(end - 1 - line)), sig) < 0 || sig->n < 5)
		return bad_note(note, "signature is not base64");
	*size = n;
	*text = view_of(t.p, (size_t)(blank + 1 - t.p));
	return 0;
}
