#include "common/log/log.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

int receive_case(struct db_tx *tx, const struct message *m, struct case_row *c, struct err_note *note)
{
	int rc = case_get(tx, json_str(m->body, "application"), c);
	return rc == ERR_NOTFOUND ? err_set(note, ERR_REFUSED, "body.application: no such case") : rc;
}

int receive_case_of_portal(
	struct db_tx *tx, const struct message *m, struct case_row *c, struct err_note *note)
{
	int rc = receive_case(tx, m, c, note);
	if (rc == 0 && (strcmp(c->channel, "portal") != 0 || strcmp(c->portal, m->origin) != 0))
		rc = err_set(note, ERR_REFUSED, "body.application: it came another way");
	return rc;
}

static int move_and_tell(struct registry *r, struct db_tx *tx, struct case_row *c, enum case_action act,
	const char *who, const char *note_text, const char *audit_action, struct err_note *note)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	enum case_state to;
	REQUIRE(b);
	int rc = case_state_next(c->state, act, (struct case_needs){b->needs_tax, b->needs_cadastral},
		(struct case_has){c->has_tax, c->has_cadastral, false}, &to, note);
	if (rc == ERR_STATE)
		return err_set(note, ERR_REFUSED, "case %s: not possible while it is %s", c->number,
			case_state_code(c->state));
	if (rc == 0 && act == CASE_DO_REFUSE)
		rc = flows_status(r, tx, c, FLOW_CANCEL, who, note);
	if (rc == 0 && act == CASE_DO_CADASTRAL)
		rc = flows_tell(r, tx, c, "cadastral", note);
	if (rc == 0)
		rc = case_move(tx, c, -1, to, who, note_text);
	if (rc == 0)
		rc = progress_put(r, tx, c, note_text, NULL);
	return rc == 0 ? audit_record(tx, who, audit_action, c->number, NULL) : rc;
}

/* The graphics are removed behind the commit (graphics_sweep.h). */
int receive_cadastral(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments,
	void *arg, struct err_note *note)
{
	struct registry *r = registry_of(arg);
	struct case_row c;
	struct buf text;
	(void)attachments;
	int rc = receive_case(tx, m, &c, note);
	if (rc < 0)
		return rc;
	if (strcmp(json_str(m->body, "verdict"), "passed") != 0) {
		snprintf(c.ground, sizeof c.ground, "refuse-survey");
		return move_and_tell(r, tx, &c, CASE_DO_REFUSE, "cadastre", json_str(m->body, "opinion"),
			"cadastral.failed", note);
	}
	buf_init(&text, 65536);
	rc = json_canon(m->body, &text);
	if (rc == 0)
		rc = case_set_cadastral(tx, &c, (const char *)text.p);
	if (rc == 0)
		rc = move_and_tell(r, tx, &c, CASE_DO_CADASTRAL, "cadastre", json_str(m->body, "opinion"),
			"cadastral.passed", note);
	buf_fini(&text);
	return rc;
}

int receive_missing(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	long long first = json_int(m->body, "first"), through = json_int(m->body, "through");
	char rows[64];
	(void)attachments;
	(void)arg;
	(void)note;
	snprintf(rows, sizeof rows, "%lld-%lld", first, through);
	json_t *detail = json_pack("{s:s}", "before", json_str(m->body, "entry"));
	log_error("copy-missing", "log=%s entry=%s", rows, json_str(m->body, "entry"));
	int rc = detail ? audit_record(tx, "system", "copy.missing", rows, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int receive_refusal(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	(void)attachments;
	(void)arg;
	(void)note;
	json_t *detail = json_pack("{s:s,s:s,s:s}", "type", json_str(m->body, "type"), "reason",
		json_str(m->body, "reason"), "by", json_str(m->body, "by"));
	log_warn("message-refused", "message=%s type=%s reason=%s by=%s where=\"%s\"",
		json_str(m->body, "message"), json_str(m->body, "type"), json_str(m->body, "reason"),
		json_str(m->body, "by"), json_str(m->body, "where"));
	int rc = audit_record(tx, "system", "message.refused", json_str(m->body, "message"), detail);
	json_decref(detail);
	return rc;
}
