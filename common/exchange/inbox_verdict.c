#include "common/exchange/inbox_verdict.h"

#include "common/exchange/inbox_key.h"
#include "common/exchange/inbox_wait.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT_CROSS(inbox_select, "SELECT state FROM inbox WHERE message = :message");
DB_STMT_CROSS(inbox_insert, "INSERT INTO inbox (message, link, owner, type, epoch, seq, state, reason, at) "
			    "VALUES (:message, :link, :owner, :type, :epoch, :seq, :state, :reason, :at)");
DB_STMT_CROSS(inbox_verdict, "UPDATE inbox SET state = :state, reason = :reason WHERE message = :message");

static const char *const state_names[] = {"", "applied", "refused", "waiting"};

/* ---- order keys */

int inbox_verdict_order(struct inbox_taking *t, enum order_verdict *out, bool *refused)
{
	const struct message *m = t->in->m;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++)
		rc = inbox_key_known(t->l, t->tx, m, i, &t->known[i]);
	if (rc < 0)
		return rc;
	*out = order_judge(m, t->known, refused);
	/* What had its effect had it behind all that were before it, whatever numbers they have now. */
	if (*out == ORDER_WAITS && (t->was == INBOX_APPLIED || t->was == INBOX_REFUSED))
		*out = ORDER_READY;
	return 0;
}

int inbox_verdict_keys(struct inbox_taking *t, bool refused)
{
	const struct message *m = t->in->m;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->nkeys; i++) {
		const struct order_turn next = {m->keys[i].n + 1, refused};
		if (m->keys[i].n >= t->known[i].own.next)
			rc = inbox_key_put(t->tx, t->l->c.link, m->epoch, &m->keys[i], &next);
		if (rc == 0 && t->turn->waits)
			rc = inbox_wait_wake(t->tx, t->l->c.link, &m->keys[i], m->epoch, m->keys[i].n);
	}
	return rc;
}

/* ---- verdicts */

int inbox_verdict_get(struct inbox_taking *t)
{
	struct db_query *q = db_query(t->tx, &inbox_select);
	db_bind_text(q, "message", t->in->m->id.s);
	int rc = db_step(q);
	t->was = INBOX_NEW;
	for (int i = 1; rc == 1 && i < 4; i++)
		if (strcmp(db_text(q, 0), state_names[i]) == 0)
			t->was = (enum inbox_state)i;
	db_done(q);
	return rc < 0 ? rc : 0;
}

int inbox_verdict_put(struct inbox_taking *t, enum inbox_state state, const char *reason)
{
	const struct message *m = t->in->m;
	char at[TIME_TEXT];
	struct db_query *q = db_query(t->tx, t->was == INBOX_NEW ? &inbox_insert : &inbox_verdict);
	db_bind_text(q, "message", m->id.s);
	db_bind_text(q, "state", state_names[state]);
	db_bind_text(q, "reason", reason);
	if (t->was == INBOX_NEW) {
		time_text(time_now_ms(), at);
		db_bind_text(q, "link", t->l->c.link);
		db_bind_text(q, "owner", m->tenant);
		db_bind_text(q, "type", m->type);
		db_bind_int(q, "epoch", t->epoch);
		db_bind_int(q, "seq", t->seq);
		db_bind_text(q, "at", at);
	}
	int rc = db_exec(q);
	t->turn->counts[t->was]--;
	t->turn->counts[state]++;
	t->was = state;
	return rc;
}

bool inbox_verdict_stands(const struct message *m)
{
	return strcmp(m->type, "message.refused") == 0 && strcmp(json_str(m->body, "message"), m->id.s) == 0;
}

/* A signed refusal record for the origin: what, why, where, by whom. A guard's record goes on to it as it is;
 * that of a refusal ends here. */
static int refusal_send(struct inbox_taking *t, const struct err_note *why)
{
	struct exchange *x = t->l->x;
	const struct message *m = t->in->m;
	bool guard = inbox_verdict_stands(m) && strcmp(json_str(m->body, "type"), "message.refused") != 0;
	if ((strcmp(m->type, "message.refused") == 0 && !guard) || !exchange_link_out(x, m->origin))
		return 0;
	if (guard && catalogue_check(x->o.catalogue, m, t->l->c.link, t->l->c.peer, NULL) < 0)
		return 0;
	json_t *body = guard ? json_incref(m->body)
			     : json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type,
				       "reason", err_name(why->err), "where", why->text, "by", x->o.zone);
	if (!body)
		body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "message", m->id.s, "type", m->type, "reason",
			err_name(why->err), "where", "", "by", x->o.zone);
	struct exchange_draft *d = calloc(1, sizeof *d);
	struct err_note note = {0};
	int rc = d && body ? 0 : ERR_NOMEM;
	if (rc == 0) {
		d->type = "message.refused";
		d->dest = m->origin;
		d->tenant = m->tenant;
		d->body = body;
		for (size_t i = 0; i < m->nkeys; i++) {
			d->keys[i].kind = m->keys[i].kind;
			d->keys[i].id = m->keys[i].id;
		}
		d->nkeys = m->nkeys;
		rc = exchange_put(x, t->tx, d, NULL, &note);
	}
	free(d);
	json_decref(body);
	return rc;
}

int inbox_verdict_refuse(struct inbox_taking *t, const struct err_note *why)
{
	char reason[300];
	snprintf(reason, sizeof reason, "%s: %s", err_name(why->err), why->text);
	log_warn("message-refused", "link=%s message=%s type=%s reason=%s", t->l->c.link, t->in->m->id.s,
		t->in->m->type, err_name(why->err));
	int rc = inbox_verdict_put(t, INBOX_REFUSED, reason);
	if (rc == 0)
		rc = inbox_verdict_keys(t, true);
	return rc == 0 ? refusal_send(t, why) : rc;
}
