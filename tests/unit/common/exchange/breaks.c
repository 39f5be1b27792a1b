#define BREAKS_OF_THE_RULES
#include "tests/unit/common/exchange/breaks.h"

static enum model_break planted[2];

#define BREAK_NAME(name, what) #name,
#define BREAK_WHAT(name, what) what,
static const char *const names[] = {"NONE", BREAKS_FOUND(BREAK_NAME) "", BREAKS_DIRECTED(BREAK_NAME)};
static const char *const whats[] = {
	"all rules as they are", BREAKS_FOUND(BREAK_WHAT) "", BREAKS_DIRECTED(BREAK_WHAT)};

void breaks_plant(enum model_break b)
{
	planted[0] = b;
	planted[1] = BREAK_NONE;
}

void breaks_plant_too(enum model_break b)
{
	planted[1] = b;
}

bool broken(enum model_break b)
{
	return planted[0] == b || planted[1] == b;
}

const char *breaks_name(enum model_break b)
{
	return names[b];
}

const char *breaks_what(enum model_break b)
{
	return whats[b];
}

/* ---- stream */

int breaks_stream_judge(struct stream *s, const struct stream_arrival *a, enum stream_verdict *out)
{
	struct stream_arrival b = *a;
	enum stream_held held = s->held;
	struct stream_epoch *e = stream_find(s, a->m->epoch);
	if (broken(BREAK_FORK_SEEN) && b.seen)
		b.seen = b.identity;
	if (broken(BREAK_FORK_PREV))
		b.before = NULL;
	if (broken(BREAK_FORK_NAMED))
		b.named = NULL;
	if (broken(BREAK_REVOKED))
		b.revoked_epoch = 0;
	if (broken(BREAK_BEYOND) && a->m->kind == MANIFEST_EPOCH)
		s->settled = a->m->epoch;
	if (broken(BREAK_HELD))
		s->held = STREAM_RUNS;
	int rc = stream_judge(s, &b, out);
	if (broken(BREAK_HELD) && !s->held)
		s->held = held;
	if (rc < 0 || held)
		return rc;
	if ((broken(BREAK_REPLAY) && *out == STREAM_DUPLICATE) ||
		(broken(BREAK_OVER) && *out == STREAM_OVER)) {
		*out = STREAM_TAKE;
		return e ? sequence_take(&e->s, a->m->seq, a->now) : 0;
	}
	if (broken(BREAK_BEGUN) && *out == STREAM_WAIT && stream_add(s, a->m->epoch, &e) == 0 &&
		sequence_fits(&e->s, a->m->seq)) {
		*out = STREAM_TAKE;
		return sequence_take(&e->s, a->m->seq, a->now);
	}
	return rc;
}

int breaks_stream_void(struct stream *s, const struct manifest_void *v, const struct digest *seen,
	int64_t now, enum stream_verdict *out)
{
	if (broken(BREAK_VOID) && !seen) {
		*out = STREAM_DUPLICATE;
		return 0;
	}
	return stream_void(s, v, broken(BREAK_FORK_VOID) ? NULL : seen, now, out);
}

void breaks_stream_exists(struct stream *s, const struct manifest *m, int64_t now)
{
	if (!broken(BREAK_EXISTS))
		stream_exists(s, m, now);
}

bool breaks_stream_tick(struct stream *s, const struct manifest *m, const struct digest *seen, int64_t now)
{
	if (broken(BREAK_TICK))
		return true;
	return stream_tick(s, m, broken(BREAK_FORK_TICK) ? NULL : seen, now);
}

int breaks_stream_reopen(struct stream *s, int64_t epoch, int64_t seq, int64_t now)
{
	struct stream_epoch *e = stream_find(s, epoch);
	int64_t safe = e ? e->safe : 0;
	int rc = broken(BREAK_VOID_UNDO) ? 0 : stream_reopen(s, epoch, seq, now);
	if (rc == 0 && e && broken(BREAK_REOPEN_SAFE))
		e->safe = safe;
	return rc;
}

/* ---- order */

enum order_verdict breaks_order_judge(const struct message *m, const struct order_known *known, bool *refused)
{
	struct message n;
	if (broken(BREAK_CROSSES)) {
		n.epoch = m->epoch;
		n.nkeys = m->nkeys;
		for (size_t i = 0; i < m->nkeys; i++) {
			n.keys[i] = m->keys[i];
			n.keys[i].after_n = n.keys[i].opens ? n.keys[i].after_n : 0;
		}
		m = &n;
	}
	enum order_verdict v = order_judge(m, known, refused);
	if (broken(BREAK_REFUSED))
		*refused = false;
	if ((broken(BREAK_WAITS) && v == ORDER_WAITS) || (broken(BREAK_PASSED) && v == ORDER_PASSED))
		return ORDER_READY;
	return v;
}

void breaks_order_give(struct order_last *l, const struct order_now *now, struct order_key *k)
{
	struct order_now n = *now;
	if (broken(BREAK_FLOOR))
		n.floor = 0;
	order_give(l, &n, k);
	if (broken(BREAK_GIVE) && !k->opens)
		k->after_epoch = k->after_n = 0;
}

void breaks_order_give_again(struct order_last *l, const struct order_now *now, const struct order_key *was,
	struct order_after followed, bool afresh, struct order_key *k)
{
	order_give_again(l, now, was, followed, afresh && !broken(BREAK_AFRESH), k);
}

/* ---- acks */

enum acked_verdict breaks_acked_judge(
	const struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at)
{
	enum acked_verdict v = acked_judge(l, a, at);
	if ((broken(BREAK_OLD) && v == ACKED_OLD) || (broken(BREAK_LATE) && v == ACKED_LATE) ||
		(broken(BREAK_DIVERGED) && v == ACKED_DIVERGED))
		return ACKED_NEWS;
	return v;
}

bool breaks_acked_lets_go(const struct acked_link *l, enum acked_verdict v)
{
	return acked_lets_go(l, v) || (broken(BREAK_LETS_GO) && v == ACKED_NEWS);
}

bool breaks_acked_statement_due(const struct acked_link *l)
{
	return !broken(BREAK_STATEMENT) && acked_statement_due(l);
}

bool breaks_acked_void_parted(const struct manifest_ack *a, int64_t void_epoch, int64_t void_seq)
{
	return !broken(BREAK_VOID_PARTED) && acked_void_parted(a, void_epoch, void_seq);
}

bool breaks_acked_void_again(const struct acked_link *l, enum acked_verdict v, int64_t void_epoch)
{
	return !broken(BREAK_VOID_AGAIN) && acked_void_again(l, v, void_epoch);
}

enum acked_action breaks_acked_hole(enum acked_state state, bool kept_whole, bool expired, bool void_again,
	int64_t safe_life, int64_t life)
{
	enum acked_action act = acked_hole(state, kept_whole || broken(BREAK_KEPT), expired, void_again,
		broken(BREAK_SAFE_LIFE) ? 0 : safe_life, life);
	return broken(BREAK_AGAIN) && act == ACKED_SEND_AGAIN ? ACKED_NOTHING : act;
}

/* ---- closing keys */

void breaks_closing_reset(struct closing *c)
{
	if (!broken(BREAK_CLOSE_RESET))
		closing_reset(c);
}

void breaks_closing_epoch(struct closing *c, int64_t epoch, int64_t seq)
{
	struct closing was = *c;
	closing_epoch(c, epoch, seq);
	if (broken(BREAK_CLOSE_EPOCH)) {
		c->held_epoch = was.held_epoch;
		c->held_seq = was.held_seq;
		c->ripe = was.ripe;
	}
}

enum closing_step breaks_closing_look(struct closing *c, const struct closing_facts *f)
{
	struct closing_facts g = *f;
	g.open = f->open && !broken(BREAK_CLOSE_OPEN);
	g.queued = f->queued && !broken(BREAK_CLOSE_QUEUED);
	return closing_look(c, &g);
}
