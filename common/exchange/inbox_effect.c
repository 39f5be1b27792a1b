#include "common/exchange/inbox_effect.h"

#include "common/db/db_savepoint.h"
#include "common/exchange/beyond.h"
#include "common/exchange/closing_in.h"
#include "common/exchange/closing_out.h"
#include "common/message/format.h"
#include <string.h>

static const struct exchange_handler *handler_find(const struct exchange *x, const char *type)
{
	for (size_t i = 0; i < x->o.nhandlers; i++)
		if (strcmp(x->o.handlers[i].type, type) == 0)
			return &x->o.handlers[i];
	return NULL;
}

/* A refusal comes back to whoever asked, also of an office that is not served. */
int inbox_effect_tenant(struct exchange *x, struct db_tx *tx, const struct message *m, struct err_note *why)
{
	size_t i = 0;
	while (x->o.tenants && x->o.tenants[i] && strcmp(x->o.tenants[i], m->tenant) != 0)
		i++;
	if (x->o.tenants && !x->o.tenants[i] && *m->tenant && strcmp(m->type, "message.refused") != 0)
		return err_set(why, ERR_REFUSED, "tenant %s: the office of %s is not served here", m->tenant,
			format_division_name(m->tenant) ? format_division_name(m->tenant) : "that division");
	db_tx_set_tenant(tx, x->o.keep ? x->o.keep : m->tenant);
	return 0;
}

static int effect(struct inbox_taking *t, bool predecessor_refused, struct err_note *why)
{
	const struct message *m = t->in->m;
	struct exchange *x = t->l->x;
	const struct exchange_handler *h = handler_find(x, m->type);
	if (inbox_verdict_stands(m))
		return err_set(why, ERR_REFUSED, "%.40s by %.20s: %.150s", json_str(m->body, "reason"),
			json_str(m->body, "by"), json_str(m->body, "where"));
	if (strcmp(m->dest, x->o.zone) != 0)
		return err_set(why, ERR_LINK, "dest %s, this is %s", m->dest, x->o.zone);
	int rc = catalogue_check(x->o.catalogue, m, t->l->c.link, t->l->c.peer, why);
	if (rc == 0 && predecessor_refused && !catalogue_follows_refused(x->o.catalogue, m->type))
		rc = err_set(why, ERR_REFUSED, "an earlier message on its order key was refused");
	if (rc == 0 && strcmp(m->type, BEYOND_TYPE) == 0)
		return beyond_told(x, t->tx, m, why);
	if (rc == 0 && strcmp(m->type, CLOSING_TYPE) == 0)
		return closing_in_take(t->turn, m);
	if (rc == 0 && strcmp(m->type, CLOSED_TYPE) == 0)
		return closing_out_confirmed(x, t->tx, m);
	if (rc == 0 && (!h || !h->apply))
		rc = err_set(why, ERR_TYPE, "%s: not taken in this zone", m->type);
	if (rc < 0)
		return rc;
	rc = inbox_effect_tenant(x, t->tx, m, why);
	return rc < 0 ? rc : h->apply(t->tx, m, t->in->refs, x->o.arg, why);
}

int inbox_effect(struct inbox_taking *t, bool predecessor_refused)
{
	struct err_note why = {0};
	bool careful = t->turn->careful;
	int rc = careful ? db_savepoint(t->tx) : 0;
	if (rc < 0)
		return rc;
	int done = effect(t, predecessor_refused, &why);
	db_tx_set_tenant(t->tx, "");
	if (done < 0 && !careful) {
		t->turn->refuses = err_fault(done) == ERR_FAULT_PEER;
		return done;
	}
	if (careful)
		rc = done == 0 ? db_release(t->tx) : db_rollback_to(t->tx);
	if (rc < 0)
		return rc;
	if (done == 0) {
		t->in->used = true;
		rc = inbox_verdict_put(t, INBOX_APPLIED, "");
		return rc == 0 ? inbox_verdict_keys(t, false) : rc;
	}
	/* Not the message's fault: nothing is recorded, the whole bundle is tried again. */
	if (err_fault(done) != ERR_FAULT_PEER)
		return done;
	if (why.err != done)
		err_set(&why, done, "%s", err_text(done));
	return inbox_verdict_refuse(t, &why);
}
