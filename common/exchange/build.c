#include "common/exchange/build.h"

#include "common/exchange/build_broken.h"
#include "common/exchange/build_file.h"
#include "common/exchange/build_number.h"
#include <stdio.h>
#include <string.h>

int build_publish(struct link_state *l, const char *file)
{
	int rc = spool_link(l->spool, SPOOL_TMP, SPOOL_SENT, file);
	if (rc == 0)
		rc = spool_link(l->spool, SPOOL_TMP, SPOOL_OUT, file);
	if (rc == 0) {
		memmove(l->under_way[1], l->under_way[0], (LINK_UNDER_WAY - 1) * sizeof l->under_way[0]);
		snprintf(l->under_way[0], sizeof l->under_way[0], "%s", file);
		settle_add(l->settle, file);
	}
	return rc;
}

static void asks_return(struct build *b)
{
	struct ask_out v[64];
	size_t n = 0;
	for (size_t i = 0; i < b->n && n < 64; i++)
		if (!b->v[i].n) {
			snprintf(v[n].id.s, sizeof v[n].id.s, "%s", b->v[i].id);
			v[n].deadline_ms = b->deadline_ms;
			v[n++].bytes = b->v[i].bytes;
			memset(&b->v[i].bytes, 0, sizeof b->v[i].bytes);
		}
	ask_queue_put_back(b->l->x->ask_queue, b->l, v, n);
}

/* The number is committed while the file becomes durable. After a power cut either may be without the other:
 * a file without its number never was, a number without its file is voided. */
static int number_commit(struct build *b, struct file_new *f, bool *numbered)
{
	struct link_state *l = b->l;
	struct db_pending *commit = NULL;
	int rc = spool_place(l->spool, SPOOL_TMP, f, b->file);
	if (rc == 0)
		rc = db_write_begin(l->x->o.db, "", build_number, b, &commit);
	if (rc < 0)
		return rc;
	int flushed = spool_flush(l->spool, SPOOL_TMP, f);
	rc = db_write_end(commit);
	*numbered = rc == 0;
	return rc < 0 ? rc : flushed;
}

static int numbered_build(struct build *b)
{
	struct link_state *l = b->l;
	struct file_new *f = NULL;
	bool numbered = false;
	int rc = build_file(b, SPOOL_TMP, &f);
	if (rc < 0 && b->broken_err)
		return build_broken(b);
	if (rc == 0)
		rc = number_commit(b, f, &numbered);
	file_new_free(f);
	if (rc == 0)
		rc = build_publish(l, b->file);
	l->behind = rc < 0;
	if (rc == ERR_CONFLICT && !numbered)
		rc = build_recover(l);
	if (rc < 0 && b->deadline_ms && !numbered)
		asks_return(b);
	return rc;
}

static int tick_build(struct build *b)
{
	struct link_state *l = b->l;
	struct file_new *f = NULL;
	int rc = build_file(b, SPOOL_OUT, &f);
	if (rc == 0)
		rc = spool_publish(l->spool, SPOOL_OUT, f, b->file);
	file_new_free(f);
	/* One that a power cut takes is followed by another; a disc carries what there is when it is sealed.
	 */
	if (rc == 0 && l->c.tick_ms == 0)
		rc = spool_sync(l->spool, SPOOL_OUT);
	if (rc < 0)
		return rc;
	/* Of several ticks only the newest says something. A disc takes all. */
	if (l->c.tick_ms > 0 && l->tick_file[0] && strcmp(l->tick_file, b->file) != 0)
		rc = spool_remove(l->spool, SPOOL_OUT, l->tick_file);
	snprintf(l->tick_file, sizeof l->tick_file, "%s", b->file);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int build_next(struct link_state *l, bool *sent, bool *more)
{
	struct build *b = NULL;
	*sent = *more = false;
	int rc = l->behind ? build_recover(l) : 0;
	if (rc == 0)
		rc = build_new(l, false, &b);
	if (rc == 0)
		rc = build_read(b);
	if (rc == 0) {
		atomic_store(&l->queued, b->out.queued);
		if (b->store_full && b->out.queued)
			exchange_trouble(l, LINK_STORE_FULL);
	}
	if (rc == 0 && b->m.kind != MANIFEST_TICK) {
		rc = numbered_build(b);
		*sent = rc == 0;
		*more = rc == 0 && (b->full || b->broken_err || b->m.kind == MANIFEST_VOID);
		l->ack_turn++;
		l->bundles++;
	}
	build_free(b);
	return rc;
}

static int tick_one(struct link_state *l, int64_t *turns)
{
	struct build *b = NULL;
	int rc = build_new(l, true, &b);
	if (rc == 0)
		rc = build_read(b);
	if (rc == 0)
		rc = tick_build(b);
	if (rc == 0)
		*turns = b->ack_turns;
	l->ack_turn++;
	build_free(b);
	return rc;
}

int build_tick(struct link_state *l)
{
	int64_t turns;
	return tick_one(l, &turns);
}

int build_all_ticks(struct link_state *l)
{
	int64_t turns = 1;
	int rc = 0;
	l->ack_turn = 0;
	for (int64_t i = 0; rc == 0 && i < turns && i < 64; i++)
		rc = tick_one(l, &turns);
	return rc;
}
