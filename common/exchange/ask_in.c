#include "common/exchange/ask_in.h"

#include "common/db/db_savepoint.h"
#include "common/exchange/ask_queue.h"
#include "common/exchange/asks.h"
#include "common/exchange/inbox_effect.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTED_MAX BUNDLE_MESSAGES_MAX

struct noted { /* of the running transaction */
	bool reply;
	struct link_state *to; /* over which it is sent; NULL: it is for who asked here */
	struct ask_out o;
	struct exchange_later later; /* finish: o is made behind the commit, for this question: */
	struct asked {
		struct uuid id;
		char type[48], tenant[7];
		int64_t until; /* by the clock here */
	} asked;
	int rc;
	char text[256], type[48]; /* of a reply */
	json_t *body;
};

static void noted_fini(struct noted *n)
{
	buf_fini(&n->o.bytes);
	json_decref(n->body);
	if (n->later.drop)
		n->later.drop(n->later.cookie);
	memset(n, 0, sizeof *n);
}

void ask_in_begin(struct link_state *l)
{
	for (size_t i = 0; i < l->nnoted; i++)
		noted_fini(&l->noted[i]);
	l->nnoted = 0;
}

static struct noted *note_new(struct link_state *l)
{
	if (!l->noted)
		l->noted = calloc(NOTED_MAX, sizeof *l->noted);
	return l->noted && l->nnoted < NOTED_MAX ? &l->noted[l->nnoted++] : NULL;
}

/* The sender's clock now, at least: deadlines are by it, so that clocks that differ refuse nothing. */
static int64_t peer_now(const struct link_state *l)
{
	return time_now_ms() + atomic_load(&((struct link_state *)(uintptr_t)l)->clock_ahead);
}

static struct asked asked_of(const struct message *m, int64_t until)
{
	struct asked q = {.id = m->id, .until = until};
	snprintf(q.type, sizeof q.type, "%s", m->type);
	snprintf(q.tenant, sizeof q.tenant, "%s", m->tenant);
	return q;
}

static int refusal_make(
	struct link_state *out, const struct asked *q, int err, const char *text, struct ask_out *o)
{
	struct exchange *x = out->x;
	struct err_note note = {0};
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", q->id.s, "type", q->type, "reason",
		err_name(err), "where", text, "by", x->o.zone);
	int rc = body ? ask_out_make(x, out, "message.refused", q->tenant, body, q->id.s, q->until, o, &note)
		      : ERR_NOMEM;
	json_decref(body);
	if (rc < 0)
		log_error("ask", "type=%s error=%s text=\"%s\"", q->type, err_name(rc), note.text);
	return rc;
}

static int refusal_note(
	struct link_state *l, const struct message *m, int err, const char *text, int64_t until)
{
	struct link_state *out = exchange_link_out(l->x, m->origin);
	const struct asked q = asked_of(m, until);
	struct noted *n = out ? note_new(l) : NULL;
	if (n && refusal_make(out, &q, err, text, &n->o) == 0)
		n->to = out;
	return 0;
}

static int request_answer(struct link_state *l, struct db_tx *tx, const struct message *m, json_t **body,
	struct exchange_later *later, struct err_note *why)
{
	struct exchange *x = l->x;
	int rc = strcmp(m->dest, x->o.zone) != 0
			 ? err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone)
			 : 0;
	if (rc == 0)
		rc = catalogue_check(x->o.catalogue, m, l->c.link, l->c.peer, why);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < x->o.nhandlers; i++) {
		const struct exchange_handler *h = &x->o.handlers[i];
		if (strcmp(h->type, m->type) != 0 || !h->reply)
			continue;
		rc = db_savepoint(tx);
		if (rc < 0)
			return rc;
		rc = inbox_effect_tenant(x, tx, m, why);
		if (rc == 0)
			rc = h->reply(tx, m, x->o.arg, body, later, why);
		db_tx_set_tenant(tx, "");
		int end = rc == 0 ? db_release(tx) : db_rollback_to(tx);
		return rc < 0 ? rc : end;
	}
	return err_set(why, ERR_TYPE, "%s: is not answered in this zone", m->type);
}

static int request_take(struct link_state *l, struct db_tx *tx, const struct message *m, int64_t left)
{
	struct exchange *x = l->x;
	struct link_state *out = exchange_link_out(x, m->origin);
	const char *type = catalogue_reply(x->o.catalogue, m->type);
	struct err_note why = {0};
	struct exchange_later later = {0};
	json_t *body = NULL;
	int64_t until = time_now_ms() + left;
	int rc = request_answer(l, tx, m, &body, &later, &why);
	if (rc == 0 && out && type) {
		struct noted *n = note_new(l);
		if (n && later.finish) {
			n->later = later;
			n->asked = asked_of(m, until);
			later.drop = NULL;
		} else {
			rc = n ? ask_out_make(x, out, type, m->tenant, body, m->id.s, until, &n->o, &why)
			       : ERR_LIMIT;
		}
		if (n && rc == 0)
			n->to = out;
	}
	if (later.drop)
		later.drop(later.cookie);
	json_decref(body);
	/* A question that cannot be answered holds up nothing: who asked is told. */
	return rc < 0 ? refusal_note(l, m, rc, why.err ? why.text : err_text(rc), until) : 0;
}

static int err_by_name(const char *name)
{
	for (int e = ERR_BASE_ + 1; e < ERR_END_; e++)
		if (strcmp(err_name(e), name) == 0)
			return e;
	return ERR_REFUSED;
}

static int reply_check(struct link_state *l, const struct message *m, struct err_note *why)
{
	struct exchange *x = l->x;
	if (strcmp(m->dest, x->o.zone) != 0)
		return err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone);
	return catalogue_check(x->o.catalogue, m, l->c.link, l->c.peer, why);
}

static int reply_take(struct link_state *l, const struct message *m)
{
	struct err_note why = {0};
	struct noted *n = note_new(l);
	if (!n)
		return ERR_LIMIT;
	n->reply = true;
	n->o.id = m->answers;
	snprintf(n->type, sizeof n->type, "%s", m->type);
	/* What the other zone says is checked here, whoever handed it over. */
	n->rc = reply_check(l, m, &why);
	if (n->rc == ERR_NOMEM)
		return n->rc;
	if (n->rc < 0) {
		log_error("reply-refused", "link=%s message=%s type=%s reason=%s %s", l->c.link, m->id.s,
			m->type, err_name(n->rc), why.text);
		snprintf(n->text, sizeof n->text, "the answer of %s: %.200s", l->c.peer, why.text);
	} else if (strcmp(m->type, "message.refused") == 0) {
		n->rc = err_by_name(json_str(m->body, "reason"));
		snprintf(n->text, sizeof n->text, "%s", json_str(m->body, "where"));
	} else {
		n->body = json_deep_copy(m->body);
	}
	return 0;
}

int ask_in_take(struct link_state *l, struct db_tx *tx, const struct message *m)
{
	int64_t deadline;
	if (time_parse(m->deadline, &deadline) < 0)
		return 0;
	int64_t left = deadline - peer_now(l);
	if (left <= 0) {
		log_info("ask-late", "link=%s type=%s late_ms=%lld", l->c.link, m->type, (long long)-left);
		return 0;
	}
	if (m->answers.s[0])
		return reply_take(l, m);
	/* A guard's record for a question it refused. */
	if (strcmp(m->type, "message.refused") == 0 &&
		catalogue_check(l->x->o.catalogue, m, l->c.link, l->c.peer, NULL) == 0)
		return refusal_note(l, m, err_by_name(json_str(m->body, "reason")),
			json_str(m->body, "where"), time_now_ms() + left);
	return request_take(l, tx, m, left);
}

static void later_finish(struct exchange *x, struct noted *n)
{
	const struct asked *q = &n->asked;
	struct err_note why = {0};
	json_t *body = NULL;
	int rc = n->later.finish(n->later.cookie, &body, &why);
	if (rc == 0)
		rc = ask_out_make(x, n->to, catalogue_reply(x->o.catalogue, q->type), q->tenant, body,
			q->id.s, q->until, &n->o, &why);
	if (rc < 0)
		rc = refusal_make(n->to, q, rc, why.err ? why.text : err_text(rc), &n->o);
	if (rc == 0 && ask_queue_add(x->ask_queue, n->to, &n->o) == 0)
		memset(&n->o, 0, sizeof n->o);
	json_decref(body);
}

void ask_in_commit(struct link_state *l)
{
	struct exchange *x = l->x;
	for (size_t i = 0; i < l->nnoted; i++) {
		struct noted *n = &l->noted[i];
		if (n->later.finish)
			continue;
		if (n->reply) {
			if (asks_answer(x->asks, &n->o.id, n->type, n->rc, n->text, n->body))
				n->body = NULL;
		} else if (n->to && ask_queue_add(x->ask_queue, n->to, &n->o) == 0) {
			memset(&n->o, 0, sizeof n->o);
		}
	}
	/* What takes longer holds up nobody whose answer is there. */
	for (size_t i = 0; i < l->nnoted; i++)
		if (l->noted[i].later.finish)
			later_finish(x, &l->noted[i]);
	ask_in_begin(l);
}
