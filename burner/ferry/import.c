#include "burner/ferry/examine.h"
#include "burner/ferry/ferry.h"
#include "burner/ledger/policy.h"
#include "burner/ledger/revoked.h"
#include "burner/ledger/spent.h"

#include <stdio.h>
#include <string.h>

/* Did an imported disc say that this one is void? */
static int void_check(const struct ledger *l, const struct image *i, struct err_note *note)
{
	char hex[DIGEST_HEX];
	json_t *list = NULL, *row, *v;
	size_t r, k;
	int rc = ledger_list(l, &list, note);
	digest_hex(&i->identity, hex);
	json_array_foreach(json_object_get(list, "rows"), r, row)
	{
		if (record_was(row, "staged"))
			continue;
		json_array_foreach(json_object_get(row, "void"), k, v)
		{
			if (rc == 0 && strcmp(json_str(v, "identity"), hex) == 0)
				rc = err_set(note, ERR_REFUSED, "disc %s was declared void, disc %s tells",
					i->disc.id, json_str(row, "disc"));
		}
	}
	json_decref(list);
	return rc;
}

/* What the ledger knows of this disc: 0 nothing, 1 it was received or its import was cut off. */
static int known(const struct ledger *l, const struct image *i, json_t **record, struct err_note *note)
{
	char hex[DIGEST_HEX];
	struct policy p;
	int rc = policy_read(l, &p, note);
	if (rc == 0)
		rc = ledger_read(l, LEDGER_IN, i->disc.id, record, note);
	if (rc == ERR_NOTFOUND)
		return p.receive ? err_set(note, ERR_STATE, "disc %s: nobody has received it", i->disc.id)
				 : 0;
	if (rc < 0)
		return rc;
	const char *state = json_str(*record, "state"), *digest = json_str(*record, "digest");
	digest_hex(&i->identity, hex);
	if (*digest && strcmp(digest, hex) != 0)
		rc = err_set(note, ERR_FORK, "disc %s: another disc of this number was %s before", i->disc.id,
			record_was(*record, "imported") ? "imported" : "received");
	else if (strcmp(state, "importing") != 0 && strcmp(state, "received") != 0)
		rc = err_set(note, record_was(*record, "imported") ? ERR_IMPORTED : ERR_STATE,
			"disc %s was %s before", i->disc.id,
			record_was(*record, "imported") ? "imported" : state);
	else if (strcmp(json_str(*record, "mark"), disc_mark_name(i->disc.mark)) != 0)
		rc = err_set(note, ERR_REFUSED, "disc %s is %s, it was received as %s", i->disc.id,
			disc_mark_name(i->disc.mark), json_str(*record, "mark"));
	return rc < 0 ? rc : 1;
}

/* What was written down when it was received stays. */
static int outside_keep(json_t *r, const json_t *received)
{
	static const char *const keys[] = {"blank", "from", "seal", "receipt", "n", "steps"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (json_object_get(received, keys[i]) &&
			json_object_set(r, keys[i], json_object_get(received, keys[i])) < 0)
			return ERR_NOMEM;
	return 0;
}

/* *record: what is known, or NULL. It becomes that of a disc whose import began. */
static int record_begin(
	struct ledger *l, const struct image *i, const char *by, json_t **record, struct err_note *note)
{
	json_t *list = NULL, *approvals = NULL, *r = NULL;
	if (*record && strcmp(json_str(*record, "state"), "importing") == 0)
		return 0;
	int rc = ledger_list(l, &list, note);
	if (rc == 0)
		rc = examine_names(&i->approvals, &approvals);
	if (rc == 0) {
		int64_t n = (int64_t)json_array_size(json_object_get(list, "rows")) + 1;
		r = record_new(&i->disc, &i->identity, *record ? "received" : "importing", by, "", n);
		rc = r && json_object_set(r, "approvals", approvals) == 0 ? 0 : ERR_NOMEM;
	}
	if (rc == 0 && *record)
		rc = outside_keep(r, *record);
	if (rc == 0 && *record)
		rc = record_step(r, true, "importing", by, "", note);
	if (rc == 0)
		rc = ledger_write(l, LEDGER_IN, i->disc.id, r, note);
	json_decref(list);
	json_decref(approvals);
	if (rc < 0) {
		json_decref(r);
		return rc;
	}
	json_decref(*record);
	*record = r;
	return 0;
}

static int answer(const struct ledger *l, const struct image *i, json_t **out, struct err_note *note)
{
	json_t *list = NULL;
	int rc = ledger_list(l, &list, note);
	if (rc == 0 && !(*out = json_pack("{s:s,s:I,s:O,s:O}", "disc", i->disc.id, "bundles",
				 (json_int_t)i->disc.n, "missing", json_object_get(list, "missing"), "sets",
				 json_object_get(list, "sets"))))
		rc = ERR_NOMEM;
	json_decref(list);
	return rc;
}

/* What is asked of the ledger before the bundles are read. */
struct asking {
	struct ledger *ledger;
	char disc[DISC_ID]; /* "" until it is known to be approved */
	json_t *record;     /* NULL: nothing is known of it */
};

static int wanted(void *arg, const struct image *i, struct err_note *note)
{
	struct asking *a = arg;
	json_decref(a->record);
	a->record = NULL;
	(void)snprintf(a->disc, sizeof a->disc, "%s", i->disc.id);
	int rc = known(a->ledger, i, &a->record, note);
	return rc < 0 ? rc : void_check(a->ledger, i, note);
}

static int take(struct asking *a, struct image *i, const struct repair_report *report,
	struct landing *landing, const char *by, json_t **out, struct err_note *note)
{
	struct ledger *l = a->ledger;
	char text[80] = "";
	if (report->bad)
		(void)snprintf(text, sizeof text, "%u of %u sectors were bad, %u repaired", report->bad,
			report->sectors, report->repaired);
	int rc = record_begin(l, i, by, &a->record, note);
	/* Twice the same bundle, when the import is repeated after a crash, is nothing to a receiver. */
	if (rc == 0)
		rc = landing_publish(landing, &i->disc, note);
	if (rc == 0)
		rc = revoked_take(l, &i->disc, by, note);
	if (rc == 0)
		rc = spent_take(l, &i->disc, by, note);
	if (rc == 0)
		rc = examine_keep(a->record, report);
	if (rc == 0)
		rc = record_step(a->record, true, "imported", by, text, note);
	if (rc == 0)
		rc = ledger_write(l, LEDGER_IN, i->disc.id, a->record, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.imported", i->disc.id,
			json_pack("{s:I,s:I,s:s,s:I}", "bad", (json_int_t)report->bad, "bundles",
				(json_int_t)i->disc.n, "identity", json_str(a->record, "digest"), "repaired",
				(json_int_t)report->repaired),
			note);
	if (rc == 0)
		rc = answer(l, i, out, note);
	if (rc == 0 && report->known &&
		json_object_set_new(*out, "sectors", examine_sectors(report, false)) < 0) {
		json_decref(*out);
		rc = ERR_NOMEM;
	}
	return rc;
}

int ferry_import(struct ledger *l, const struct source *image, const struct trust *t, int into,
	const char *by, json_t **out, struct err_note *note)
{
	struct image i = {.medium = NULL};
	struct medium *m = NULL;
	struct repair_report report = {.known = false};
	struct asking a = {.ledger = l};
	struct landing landing = {.into = into, .fd = -1};
	const struct examining e = {
		.trust = t, .ledger = l, .wanted = wanted, .arg = &a, .landing = &landing};
	int rc = examine_allowed(l, image, note);
	if (rc == 0)
		rc = source_medium(image, ledger_dir(l, LEDGER_TMP), &m, note);
	if (rc == 0)
		rc = examine(m, &e, &i, &report, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.import", i.disc.id, json_pack("{s:s}", "by", by), note);
	if (rc == 0)
		rc = take(&a, &i, &report, &landing, by, out, note);
	rc = examine_refuse(l, "import", a.disc[0] ? a.disc : image->name, by, rc, note);
	landing_end(&landing);
	json_decref(a.record);
	image_fini(&i);
	repair_report_fini(&report);
	medium_free(m);
	return rc;
}
