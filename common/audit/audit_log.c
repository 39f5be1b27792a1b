#include "common/audit/audit_log_impl.h"

#include "common/base/json_form.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

/* ---- appending */

/* Prepared bytes of entries with one write and one sync. */
static int tail_append(struct audit_log *l, struct view bytes)
{
	l->ragged = true;
	int rc = file_write_all(l->tail, bytes.p, bytes.n);
	if (rc == 0)
		rc = file_fsync(l->tail, "audit.append");
	if (rc < 0) {
		if (audit_log_files_smooth(l) < 0)
			log_error("audit-log", "a failed write could not be taken back yet");
		return rc;
	}
	l->ragged = false;
	l->tail_size += bytes.n;
	return 0;
}

/* At most as many as the tile takes. */
static int lines_append(struct audit_log *l, const struct view *lines, size_t n)
{
	struct digest *leaves = calloc(n, sizeof *leaves);
	struct buf bytes;
	buf_init(&bytes, AUDIT_TAIL_MAX);
	int rc = leaves ? audit_log_files_smooth(l) : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		merkle_leaf(l->info.suite, lines[i], &leaves[i]);
		rc = audit_folder_tail_add(lines[i], &leaves[i], &bytes);
	}
	if (rc == 0)
		rc = tail_append(l, buf_view(&bytes));
	for (size_t i = 0; rc == 0 && i < n; i++)
		audit_tiles_add(&l->tiles, &leaves[i]);
	buf_fini(&bytes);
	free(leaves);
	return rc;
}

int audit_log_append_lines(struct audit_log *l, const struct view *lines, size_t n)
{
	int rc = 0;
	pthread_mutex_lock(&l->mutex);
	/* Never over the end of a tile, so that each tail is one tile's beginning. */
	while (rc == 0 && n) {
		if (audit_tiles_full(&l->tiles) && (rc = audit_log_files_tile_close(l)) < 0)
			break;
		size_t room = AUDIT_TILE - l->tiles.nedge[0], take = n < room ? n : room;
		rc = lines_append(l, lines, take);
		lines += take;
		n -= take;
	}
	/* The entries stand; a tile that cannot be closed now is closed before the next one. */
	int closed = rc == 0 && audit_tiles_full(&l->tiles) ? audit_log_files_tile_close(l) : 0;
	pthread_mutex_unlock(&l->mutex);
	if (rc < 0 || closed < 0)
		log_error("audit-log", "append error=%s", err_name(rc < 0 ? rc : closed));
	return rc < 0 ? ERR_AUDIT : 0;
}

/* Canonical, its members in their order; whether that came out right is looked at in what was written. */
static int record_line(
	struct audit_log *l, const struct audit_record *r, const char *at, int64_t n, struct buf *out)
{
	size_t from = out->n;
	int rc = buf_add_str(out, "{\"action\":");
	if (rc == 0)
		rc = json_canon_text(r->action, strlen(r->action), out);
	if (rc == 0)
		rc = buf_add_str(out, ",\"at\":");
	if (rc == 0)
		rc = json_canon_text(at, strlen(at), out);
	if (rc == 0)
		rc = buf_add_str(out, ",\"by\":");
	if (rc == 0)
		rc = json_canon_text(l->info.origin, strlen(l->info.origin), out);
	if (rc == 0)
		rc = buf_add_str(out, ",\"detail\":");
	if (rc == 0)
		rc = buf_add_view(out, r->detail.n ? r->detail : view_str("null"));
	if (rc == 0)
		rc = buf_addf(out, ",\"n\":%lld,\"subject\":", (long long)n);
	if (rc == 0)
		rc = json_canon_text(r->subject, strlen(r->subject), out);
	if (rc == 0)
		rc = buf_add_str(out, "}");
	if (rc == 0 && out->n - from > AUDIT_ENTRY_MAX)
		rc = ERR_LIMIT;
	return rc == 0 ? json_form(view_of(out->p + from, out->n - from), NULL) : rc;
}

/* lines: n of them in text. */
static int record_lines(struct audit_log *l, const struct audit_record *v, size_t n, int64_t first,
	struct view *lines, struct buf *text)
{
	char at[TIME_TEXT];
	size_t from = 0;
	int rc = 0;
	time_text(time_now_ms(), at);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		from = text->n;
		rc = record_line(l, &v[i], at, first + (int64_t)i, text);
		lines[i].n = text->n - from;
	}
	from = 0;
	for (size_t i = 0; rc == 0 && i < n; from += lines[i++].n)
		lines[i].p = text->p + from;
	return rc;
}

int audit_log_append_records(struct audit_log *l, const struct audit_record *v, size_t n, size_t *done)
{
	struct view *lines = calloc(n, sizeof *lines);
	struct buf text;
	int64_t first = audit_log_size(l);
	buf_init(&text, n * (AUDIT_ENTRY_MAX + 1));
	int rc = lines ? record_lines(l, v, n, first, lines, &text) : ERR_AUDIT;
	if (rc == 0)
		rc = audit_log_append_lines(l, lines, n);
	if (done)
		*done = (size_t)(audit_log_size(l) - first);
	buf_fini(&text);
	free(lines);
	return rc < 0 ? ERR_AUDIT : 0;
}

int audit_log_append(
	struct audit_log *l, const char *action, const char *subject, const json_t *detail, int64_t *index)
{
	struct buf text;
	int64_t n = audit_log_size(l);
	buf_init(&text, AUDIT_ENTRY_MAX);
	int rc = detail ? json_canon(detail, &text) : 0;
	const struct audit_record r = {action, subject, buf_view(&text)};
	rc = rc == 0 ? audit_log_append_records(l, &r, 1, NULL) : ERR_AUDIT;
	buf_fini(&text);
	if (rc == 0 && index)
		*index = n;
	return rc;
}

/* ---- heads and proofs */

int64_t audit_log_size(struct audit_log *l)
{
	pthread_mutex_lock(&l->mutex);
	int64_t n = l->tiles.n;
	pthread_mutex_unlock(&l->mutex);
	return n;
}

int audit_log_root(struct audit_log *l, int64_t n, struct digest *out)
{
	pthread_mutex_lock(&l->mutex);
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	int rc = n < 0 || n > l->tiles.n ? ERR_RANGE : merkle_nodes_root(l->info.suite, &nodes, n, out);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

static int checkpoint_write(struct audit_log *l)
{
	struct buf text;
	buf_init(&text, AUDIT_NOTE_MAX);
	int rc = audit_log_files_note(l, &text);
	if (rc == 0)
		rc = file_write(l->dir, "checkpoint", 0600, buf_view(&text), "audit.checkpoint");
	if (rc == 0) {
		buf_fini(&l->newest);
		l->newest = text;
		l->checkpointed = l->tiles.n;
	} else {
		buf_fini(&text);
	}
	return rc;
}

/* Made by the key in use now: who receives it has this key's certificate. */
static bool checkpoint_mine(const struct audit_log *l)
{
	struct audit_note n;
	return audit_note_parse(buf_view(&l->newest), &n, NULL) == 0 &&
	       strncmp(n.key, sign_key_id(l->signer), 8) == 0;
}

int audit_log_checkpoint(struct audit_log *l, struct buf *out, struct audit_note *note)
{
	if (!l->signer)
		return ERR_STATE;
	pthread_mutex_lock(&l->mutex);
	int rc = l->checkpointed == l->tiles.n && checkpoint_mine(l) ? 0 : checkpoint_write(l);
	if (rc == 0 && out)
		rc = buf_add_view(out, buf_view(&l->newest));
	if (rc == 0 && note)
		rc = audit_note_parse(buf_view(&l->newest), note, NULL);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int audit_log_newest(struct audit_log *l, struct buf *out, struct audit_note *note)
{
	pthread_mutex_lock(&l->mutex);
	int rc = l->newest.n > 0 ? buf_add_view(out, buf_view(&l->newest)) : ERR_NOTFOUND;
	if (rc == 0)
		rc = audit_note_parse(buf_view(&l->newest), note, NULL);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int audit_log_consistency(struct audit_log *l, int64_t from, int64_t to, struct digest *proof, size_t *n)
{
	pthread_mutex_lock(&l->mutex);
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	int rc = from < 0 || from > to || to > l->tiles.n
			 ? ERR_RANGE
			 : merkle_nodes_consistency(l->info.suite, &nodes, from, to, proof, n);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}
