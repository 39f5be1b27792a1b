#include "common/exchange/stream.h"
#include "common/base/room.h"

#include <stdlib.h>
#include <string.h>

void stream_fini(struct stream *s)
{
	for (size_t i = 0; i < s->n; i++)
		sequence_fini(&s->v[i].s);
	free(s->v);
	memset(s, 0, sizeof *s);
}

/* The first epoch that is not before this one; n when there is none. */
static size_t epoch_at(const struct stream *s, int64_t epoch)
{
	size_t i = s->n;
	while (i > 0 && s->v[i - 1].epoch >= epoch)
		i--;
	return i;
}

struct stream_epoch *stream_find(const struct stream *s, int64_t epoch)
{
	size_t i = epoch_at(s, epoch);
	return i < s->n && s->v[i].epoch == epoch ? &s->v[i] : NULL;
}

int stream_add(struct stream *s, int64_t epoch, struct stream_epoch **out)
{
	size_t i = epoch_at(s, epoch);
	if (i < s->n && s->v[i].epoch == epoch) {
		*out = &s->v[i];
		return 0;
	}
	if (s->n == STREAM_EPOCHS_MAX)
		return ERR_LIMIT;
	if (ROOM(s->v, s->n, s->cap) < 0)
		return ERR_NOMEM;
	memmove(s->v + i + 1, s->v + i, (s->n - i) * sizeof *s->v);
	s->v[i] = (struct stream_epoch){.epoch = epoch, .last = -1, .previous = -1};
	s->n++;
	*out = &s->v[i];
	return 0;
}

int stream_begin(struct stream *s)
{
	struct stream_epoch *e = NULL;
	return stream_add(s, 1, &e);
}

bool stream_complete(const struct stream_epoch *e)
{
	return e->last >= 0 && e->s.contiguous >= e->last;
}

bool stream_holds(const struct stream *s, int64_t epoch, int64_t seq)
{
	const struct stream_epoch *e = stream_find(s, epoch);
	bool all = e && e->s.contiguous >= seq;
	for (size_t i = 0; all && i < s->n && s->v[i].epoch < epoch; i++)
		all = stream_complete(&s->v[i]);
	return all;
}

/* ---- epochs */

/* The newest statement names the epoch before, that one's statement the one before it, and so on as far as
 * they are here. An older statement that this chain passes over was of a life that its sender has forgotten.
 */
static int64_t last_of(const struct stream *s, int64_t epoch)
{
	const struct stream_epoch *later = s->n ? &s->v[s->n - 1] : NULL;
	while (later && later->epoch > epoch && later->previous >= 0) {
		if (epoch > later->previous)
			return 0;
		if (epoch == later->previous)
			return later->previous_last;
		later = stream_find(s, later->previous);
	}
	return -1;
}

void stream_link(struct stream *s, int64_t now)
{
	for (size_t i = 0; i < s->n; i++) {
		struct stream_epoch *e = &s->v[i];
		e->last = last_of(s, e->epoch);
		if (e->last < 0)
			continue;
		if (e->s.known > e->last)
			e->s.known = sequence_highest(&e->s);
		sequence_know(&e->s, e->last, now);
	}
}

static bool is_over(const struct stream *s, int64_t epoch, int64_t seq)
{
	int64_t last = last_of(s, epoch);
	return last >= 0 && seq > last;
}

/* Whether more is here than the sender of epoch m->epoch says it sent before, or other content. */
static bool is_beyond(const struct stream *s, const struct manifest *m, const struct digest *stated)
{
	if (stated && !digest_eq(stated, &m->statement.last))
		return true;
	for (size_t i = 0; i < s->n && s->v[i].epoch < m->epoch; i++) {
		const struct stream_epoch *e = &s->v[i];
		if (e->epoch < m->statement.previous_epoch)
			continue;
		int64_t limit = e->epoch == m->statement.previous_epoch ? m->statement.last_seq : 0;
		if (sequence_highest(&e->s) > limit && (e->last < 0 || e->last > limit))
			return true;
	}
	return false;
}

/* When its sender knows of nothing that it sent before, nothing older will come. */
static int statement_take(struct stream *s, const struct manifest *m, int64_t now)
{
	struct stream_epoch *e = NULL;
	int64_t last = m->statement.last_seq, previous = last > 0 ? m->statement.previous_epoch : 0;
	int rc = previous > 0 ? stream_add(s, previous, &e) : 0;
	if (rc == 0)
		rc = stream_add(s, m->epoch, &e);
	if (rc < 0)
		return rc;
	e->previous = previous;
	e->previous_last = last;
	stream_link(s, now);
	return 0;
}

/* ---- bundles */

static bool differs(const struct digest *a, const struct digest *b)
{
	return a && !digest_eq(a, b);
}

static enum stream_verdict hold(struct stream *s, enum stream_held why)
{
	s->held = why;
	return why == STREAM_HELD_FORK ? STREAM_FORK : STREAM_BEYOND;
}

static bool is_revoked(const struct stream_arrival *a)
{
	return a->revoked_epoch > 0 &&
	       (a->m->epoch > a->revoked_epoch ||
		       (a->m->epoch == a->revoked_epoch && a->m->seq > a->revoked_seq));
}

static bool is_far(const struct stream *s, int64_t epoch)
{
	int64_t newest = s->n ? s->v[s->n - 1].epoch : 1;
	return epoch > newest + STREAM_EPOCH_JUMP;
}

/* Would `more` epochs pass the number that an officer has to be asked for? */
static bool is_many(const struct stream *s, size_t more)
{
	return s->n / STREAM_EPOCHS_FREE != (s->n + more) / STREAM_EPOCHS_FREE;
}

static size_t stated_epochs(const struct stream *s, const struct manifest *m)
{
	bool names = m->statement.last_seq > 0 && !stream_find(s, m->statement.previous_epoch);
	return (size_t)!stream_find(s, m->epoch) + names;
}

static bool is_fork(const struct stream_arrival *a)
{
	return differs(a->seen, a->identity) || differs(a->named, a->identity) ||
	       (a->m->seq > 1 && differs(a->before, &a->m->prev));
}

/* Later epochs begin by their statement; of an epoch that was passed by everything may come. */
bool stream_waits(const struct stream *s, const struct manifest *m)
{
	const struct stream_epoch *e = stream_find(s, m->epoch);
	int64_t newest = s->n ? s->v[s->n - 1].epoch : 0;
	bool begun = m->epoch == 1 || m->epoch < newest || (e && sequence_has(&e->s, 1));
	return (!begun && m->kind != MANIFEST_EPOCH) || (e && !sequence_fits(&e->s, m->seq));
}

/* Closed at once, so that what else of that life is on its way comes too late; and the sender is told that
 * its new epoch is known, though not its beginning. */
static int beyond_hold(struct stream *s, const struct manifest *m, int64_t now, enum stream_verdict *out)
{
	struct stream_epoch *e = NULL;
	int rc = statement_take(s, m, now);
	if (rc < 0)
		return rc;
	e = stream_find(s, m->epoch);
	sequence_know(&e->s, m->seq, now);
	s->held_epoch = m->epoch;
	*out = hold(s, STREAM_HELD_BEYOND);
	return 0;
}

int stream_judge(struct stream *s, const struct stream_arrival *a, enum stream_verdict *out)
{
	const struct manifest *m = a->m;
	struct stream_epoch *e = stream_find(s, m->epoch);
	int rc = 0;
	if (s->held) {
		*out = STREAM_WAIT;
		return 0;
	}
	/* Before everything else: a stolen old key shall not stop the link either. */
	if (is_revoked(a)) {
		*out = STREAM_REVOKED;
		return 0;
	}
	if (is_far(s, m->epoch)) {
		*out = STREAM_FAR;
		return 0;
	}
	if (is_fork(a)) {
		*out = hold(s, STREAM_HELD_FORK);
		return 0;
	}
	if (a->seen || (e && sequence_has(&e->s, m->seq))) {
		*out = STREAM_DUPLICATE;
		return 0;
	}
	if (is_over(s, m->epoch, m->seq)) {
		*out = STREAM_OVER;
		return 0;
	}
	if (stream_waits(s, m)) {
		*out = STREAM_WAIT;
		return 0;
	}
	if (m->kind == MANIFEST_EPOCH) {
		if ((is_beyond(s, m, a->stated) || is_many(s, stated_epochs(s, m))) && s->settled != m->epoch)
			return beyond_hold(s, m, a->now, out);
		rc = statement_take(s, m, a->now);
	}
	if (rc == 0)
		rc = stream_add(s, m->epoch, &e);
	if (rc == 0)
		rc = sequence_take(&e->s, m->seq, a->now);
	if (rc == 0)
		*out = STREAM_TAKE;
	return rc;
}

int stream_void(struct stream *s, const struct manifest_void *v, const struct digest *seen, int64_t now,
	enum stream_verdict *out)
{
	struct stream_epoch *e = stream_find(s, v->epoch);
	if (differs(seen, &v->identity)) {
		*out = hold(s, STREAM_HELD_FORK);
		return 0;
	}
	if (e && sequence_has(&e->s, v->seq)) {
		*out = STREAM_DUPLICATE;
		return 0;
	}
	*out = STREAM_TAKE;
	/* By closing numbers nobody begins an epoch behind the newest, nor one too many: what is not closed
	 * now is missing when its epoch is known, and told again. */
	int64_t newest = s->n ? s->v[s->n - 1].epoch : 0;
	if (is_over(s, v->epoch, v->seq) || (!e && (v->epoch > newest || is_many(s, 1))))
		return 0;
	int rc = stream_add(s, v->epoch, &e);
	if (rc == 0)
		rc = sequence_take(&e->s, v->seq, now);
	return rc;
}

bool stream_tick(struct stream *s, const struct manifest *m, const struct digest *seen, int64_t now)
{
	struct stream_epoch *e = stream_find(s, m->epoch);
	if (s->held || !e)
		return true;
	if (m->seq > 0 && differs(seen, &m->prev)) {
		hold(s, STREAM_HELD_FORK);
		return false;
	}
	stream_exists(s, m, now);
	return true;
}

void stream_exists(struct stream *s, const struct manifest *m, int64_t now)
{
	struct stream_epoch *e = stream_find(s, m->epoch);
	if (!s->held && e && e->last < 0)
		sequence_know(&e->s, m->seq, now);
}

void stream_unsafe(struct stream *s, int64_t epoch, int64_t seq)
{
	struct stream_epoch *e = stream_find(s, epoch);
	if (e && e->safe >= seq)
		e->safe = seq - 1;
	if (e && e->safe_next >= seq)
		e->safe_next = seq - 1;
}

int stream_reopen(struct stream *s, int64_t epoch, int64_t seq, int64_t now)
{
	struct stream_epoch *e = stream_find(s, epoch);
	stream_unsafe(s, epoch, seq);
	return e ? sequence_reopen(&e->s, seq, now) : 0;
}

/* ---- what is told */

int64_t stream_missing(const struct stream *s, int64_t before)
{
	int64_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += sequence_missing(&s->v[i].s, s->v[i].last < 0 ? INT64_MAX : s->v[i].last, before);
	return n;
}

int stream_release(struct stream *s)
{
	if (!s->held)
		return ERR_STATE;
	if (s->held == STREAM_HELD_BEYOND)
		s->settled = s->held_epoch;
	s->held = STREAM_RUNS;
	return 0;
}
