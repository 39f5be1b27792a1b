/* What happens to a disc on the side where it arrives, before and after its import. */
#include "burner/ferry/ferry.h"
#include "burner/ferry/signature.h"
#include "burner/ledger/blank.h"
#include "burner/ledger/custody.h"
#include "burner/ledger/policy.h"

#include <string.h>

#define STATEMENT_MAX 4096

static int answer(const json_t *record, json_t **out)
{
	*out = json_pack("{s:s,s:s}", "disc", json_str(record, "disc"), "state", json_str(record, "state"));
	return *out ? 0 : ERR_NOMEM;
}

static int count(const struct ledger *l, int64_t *n, struct err_note *note)
{
	json_t *list = NULL;
	int rc = ledger_list(l, &list, note);
	if (rc == 0)
		*n = (int64_t)json_array_size(json_object_get(list, "rows"));
	json_decref(list);
	return rc;
}

/* The record of a disc of which only the outside is known. */
static int outside(const struct ledger *l, const struct ferry_arrival *a, json_t **out, struct err_note *note)
{
	int64_t n = 0;
	int rc = count(l, &n, note);
	if (rc < 0)
		return rc;
	json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:[],s:[],s:[]}", "disc",
		a->disc, "state", "", "created", "", "reason", "", "bundles", (json_int_t)0, "size",
		(json_int_t)0, "digest", a->identity, "prev", "", "n", (json_int_t)(n + 1), "from", a->from,
		"mark", disc_mark_name(a->mark), "seal", a->seal, "blank", a->blank, "void", "approvals",
		"steps");
	rc = r ? record_note(r, "received", a->by, a->from) : ERR_NOMEM;
	if (rc < 0)
		json_decref(r);
	else
		*out = r;
	return rc;
}

/* 1: exactly this was received before. */
static int received(const json_t *r, const struct ferry_arrival *a, struct err_note *note)
{
	const char *state = json_str(r, "state");
	if (strcmp(state, "received") == 0 && strcmp(json_str(r, "from"), a->from) == 0 &&
		strcmp(json_str(r, "seal"), a->seal) == 0 &&
		strcmp(json_str(r, "digest"), a->identity) == 0 &&
		strcmp(json_str(r, "mark"), disc_mark_name(a->mark)) == 0 &&
		strcmp(json_str(r, "blank"), a->blank) == 0)
		return 1;
	return err_set(note, strcmp(state, "received") == 0 ? ERR_STATE : ERR_IMPORTED,
		"disc %s is %s already", json_str(r, "disc"), state);
}

/* *blank stays NULL where none is named. */
static int demands(
	const struct ledger *l, const struct ferry_arrival *a, json_t **blank, struct err_note *note)
{
	struct policy p;
	int rc = policy_read(l, &p, note);
	if (rc == 0 && p.seal && !*a->seal)
		rc = err_set(note, ERR_REFUSED, "disc %s: the number of a seal is demanded", a->disc);
	if (rc == 0 && p.blank && !*a->blank)
		rc = err_set(note, ERR_REFUSED, "disc %s: a registered blank is demanded", a->disc);
	if (rc == 0 && p.sign && !a->key)
		rc = err_set(note, ERR_REFUSED, "disc %s: the receiver's signature is demanded", a->disc);
	return rc < 0 || !*a->blank ? rc : blank_free(l, a->blank, a->disc, blank, note);
}

/* 签收: the receiver signs what was found on the outside. */
static int receipt_sign(
	const struct ledger *l, json_t *record, const struct ferry_arrival *a, struct err_note *note)
{
	struct approvals signatures = {.n = 0};
	struct buf statement;
	json_t *list = NULL, *o = NULL;
	if (!a->key)
		return 0;
	buf_init(&statement, STATEMENT_MAX);
	o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "act", "receive", "blank", a->blank, "digest",
		a->identity, "disc", a->disc, "from", a->from, "mark", disc_mark_name(a->mark), "seal",
		a->seal);
	int rc = o ? json_canon(o, &statement) : ERR_NOMEM;
	json_decref(o);
	if (rc == 0)
		rc = signature_add(l, &signatures, buf_view(&statement), a->key, note);
	if (rc == 0 && !(list = json_array()))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = signature_keep(&signatures, list);
	if (rc == 0 && json_object_set_new(record, "receipt",
			       json_pack("{s:s,s:s,s:O}", "digest", a->identity, "from", a->from,
				       "signatures", list)) < 0)
		rc = ERR_NOMEM;
	json_decref(list);
	approvals_fini(&signatures);
	buf_fini(&statement);
	return rc;
}

static int receive_new(
	struct ledger *l, const struct ferry_arrival *a, json_t **record, struct err_note *note)
{
	json_t *blank = NULL;
	int rc = demands(l, a, &blank, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.receive", a->disc,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "blank", a->blank, "by", a->by, "from",
				a->from, "key", a->key ? sign_key_id(a->key) : "", "mark",
				disc_mark_name(a->mark), "seal", a->seal),
			note);
	if (rc == 0)
		rc = outside(l, a, record, note);
	if (rc == 0)
		rc = receipt_sign(l, *record, a, note);
	if (rc == 0 && blank)
		rc = blank_use(l, blank, a->disc, a->by, note);
	if (rc == 0)
		rc = ledger_write(l, LEDGER_IN, a->disc, *record, note);
	json_decref(blank);
	return rc < 0 ? rc : ledger_audit(l, "disc.received", a->disc, NULL, note);
}

int ferry_receive(struct ledger *l, const struct ferry_arrival *a, json_t **out, struct err_note *note)
{
	json_t *r = NULL;
	struct digest d;
	if (*a->identity && digest_parse(a->identity, &d) < 0)
		return err_set(note, ERR_SCHEMA, "--identity: not 64 hexadecimal digits");
	int rc = ledger_read(l, LEDGER_IN, a->disc, &r, note);
	if (rc == 0)
		rc = received(r, a, note);
	else if (rc == ERR_NOTFOUND)
		rc = receive_new(l, a, &r, note);
	if (rc >= 0)
		rc = answer(r, out);
	json_decref(r);
	return rc;
}

int ferry_archive(struct ledger *l, const char *disc, const char *place, const char *by, json_t **out,
	struct err_note *note)
{
	json_t *r = NULL;
	int rc = ledger_read(l, LEDGER_IN, disc, &r, note);
	if (rc == 0 && !custody_may(true, json_str(r, "state"), "archived"))
		rc = err_set(note, ERR_STATE, "disc %s is %s: only an imported disc is archived", disc,
			json_str(r, "state"));
	if (rc == 0)
		rc = ledger_audit(
			l, "disc.archive", disc, json_pack("{s:s,s:s}", "by", by, "place", place), note);
	if (rc == 0)
		rc = record_step(r, true, "archived", by, place, note);
	if (rc == 0)
		rc = ledger_write(l, LEDGER_IN, disc, r, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.archived", disc, NULL, note);
	if (rc == 0)
		rc = answer(r, out);
	json_decref(r);
	return rc;
}
