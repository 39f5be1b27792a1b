#include "common/audit/audit_view.h"

#include "common/audit/audit_walk.h"
#include "common/os/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct audit_view {
	int dir;
	struct audit_walk w;
	int64_t size;
	struct digest root;
};

int audit_view_open(
	const char *dir, const struct audit_view_options *o, struct audit_view **out, struct err_note *note)
{
	struct audit_view *v = calloc(1, sizeof *v);
	if (!v)
		return ERR_NOMEM;
	v->dir = -1;
	int rc = file_open_dir(dir, &v->dir);
	if (rc < 0)
		rc = err_set(note, rc, "%.200s: %s", dir, err_text(rc));
	v->w = (struct audit_walk){
		.dir = v->dir, .trust = o->trust, .content = true, .each = o->each, .arg = o->arg};
	if (rc == 0)
		rc = audit_walk(&v->w, note);
	v->size = v->w.has_checkpoint ? v->w.checkpoint.size : v->w.tiles.n;
	if (rc == 0 && v->w.torn && !o->live)
		rc = err_set(note, ERR_TRAILING, "tail: %zu bytes behind entry %lld are no entry", v->w.torn,
			(long long)v->w.tiles.n - 1);
	if (rc == 0 && v->size < v->w.tiles.n && !o->live)
		rc = err_set(note, ERR_TRAILING, "tail: entries %lld to %lld stand behind the checkpoint",
			(long long)v->size, (long long)v->w.tiles.n - 1);
	struct merkle_nodes nodes = audit_tiles_nodes(&v->w.tiles);
	if (rc == 0)
		rc = merkle_nodes_root(v->w.info.suite, &nodes, v->size, &v->root);
	if (rc != 0) {
		audit_view_close(v);
		return rc;
	}
	*out = v;
	return 0;
}

void audit_view_close(struct audit_view *v)
{
	if (!v)
		return;
	audit_tiles_fini(&v->w.tiles);
	buf_fini(&v->w.checkpoint_text);
	if (v->dir >= 0)
		close(v->dir);
	free(v);
}

const char *audit_view_origin(const struct audit_view *v)
{
	return v->w.info.origin;
}

const struct suite *audit_view_suite(const struct audit_view *v)
{
	return v->w.info.suite;
}

bool audit_view_signed(const struct audit_view *v)
{
	return v->w.info.is_signed;
}

int64_t audit_view_size(const struct audit_view *v)
{
	return v->size;
}

int64_t audit_view_beyond(const struct audit_view *v)
{
	return v->w.tiles.n - v->size;
}

int64_t audit_view_deleted(const struct audit_view *v)
{
	return v->w.deleted;
}

struct view audit_view_checkpoint(const struct audit_view *v)
{
	return buf_view(&v->w.checkpoint_text);
}

void audit_view_root(const struct audit_view *v, struct digest *out)
{
	*out = v->root;
}

int audit_view_signer(struct audit_view *v, struct buf *pem)
{
	return v->w.has_checkpoint ? audit_view_signer_of(v, v->w.checkpoint.key, pem) : ERR_NOTFOUND;
}

int audit_view_signer_of(struct audit_view *v, const char *key, struct buf *pem)
{
	char name[16];
	snprintf(name, sizeof name, "%.8s.pem", key);
	return audit_folder_signer(v->dir, name, pem, NULL);
}

int audit_view_path(struct audit_view *v, int64_t index, struct digest *path, size_t *n)
{
	struct merkle_nodes nodes = audit_tiles_nodes(&v->w.tiles);
	return index < 0 || index >= v->size
		       ? ERR_RANGE
		       : merkle_nodes_path(v->w.info.suite, &nodes, v->size, index, path, n);
}

int audit_view_consistency(
	struct audit_view *v, int64_t from, struct digest *root, struct digest *proof, size_t *n)
{
	struct merkle_nodes nodes = audit_tiles_nodes(&v->w.tiles);
	if (from < 0 || from > v->size)
		return ERR_RANGE;
	int rc = merkle_nodes_root(v->w.info.suite, &nodes, from, root);
	return rc == 0 ? merkle_nodes_consistency(v->w.info.suite, &nodes, from, v->size, proof, n) : rc;
}
