/* 核验 of a disc as it lies in a drive or a file. */
#include "burner/ferry/examine.h"
#include "burner/ferry/ferry.h"

#include <stdio.h>
#include <string.h>

static int verify_answer(
	const struct image *i, const struct repair_report *report, json_t **out, struct err_note *note)
{
	char hex[DIGEST_HEX];
	json_t *approvals = NULL;
	digest_hex(&i->identity, hex);
	int rc = examine_names(&i->approvals, &approvals);
	(void)note;
	if (rc == 0 && !(*out = json_pack("{s:s,s:I,s:s,s:s,s:o,s:o*}", "disc", i->disc.id, "bundles",
				 (json_int_t)i->disc.n, "created", i->disc.created, "identity", hex,
				 "approvals", approvals, "sectors", examine_sectors(report, true))))
		rc = ERR_NOMEM;
	return rc;
}

/* A disc that needs its repair data when it is new will not last. */
static int verified(struct ledger *l, const struct image *i, const struct repair_report *report,
	const struct source *s, const char *by, struct err_note *note)
{
	char hex[DIGEST_HEX];
	json_t *r = NULL;
	int rc = ledger_audit(
		l, "disc.verify", i->disc.id, json_pack("{s:s,s:s}", "by", by, "from", s->name), note);
	if (rc == 0)
		rc = ledger_read(l, LEDGER_OUT, i->disc.id, &r, note);
	digest_hex(&i->identity, hex);
	if (rc == 0 && strcmp(json_str(r, "digest"), hex) != 0)
		rc = err_set(note, ERR_FORK, "disc %s: not the disc that was burnt here", i->disc.id);
	if (rc == 0)
		rc = examine_keep(r, report);
	if (rc == 0 && report->bad) {
		char text[80];
		(void)snprintf(text, sizeof text, "%u of %u sectors are bad", report->bad, report->sectors);
		/* What was good before is so no more. */
		if (strcmp(json_str(r, "state"), "verified") == 0)
			rc = record_step(r, false, "burnt", by, text, note);
		if (rc == 0)
			rc = ledger_write(l, LEDGER_OUT, i->disc.id, r, note);
		if (rc == 0)
			rc = err_set(note, ERR_TRUNCATED, "disc %s: %u of %u sectors are bad already",
				i->disc.id, report->bad, report->sectors);
	}
	if (rc == 0)
		rc = record_step(r, false, "verified", by, s->name, note);
	if (rc == 0)
		rc = ledger_write(l, LEDGER_OUT, i->disc.id, r, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.verified", i->disc.id, NULL, note);
	json_decref(r);
	return rc;
}

int ferry_verify(struct ledger *l, const struct source *image, const struct trust *t, const char *by,
	json_t **out, struct repair_report *report, struct err_note *note)
{
	struct image i = {.medium = NULL};
	struct medium *m = NULL;
	*report = (struct repair_report){.known = false};
	int rc = l ? examine_allowed(l, image, note) : 0;
	if (rc == 0)
		rc = source_medium(image, -1, &m, note);
	if (rc == 0)
		rc = examine(m, &(struct examining){.trust = t, .ledger = l, .all = true}, &i, report, note);
	if (rc == 0 && l)
		rc = verified(l, &i, report, image, by, note);
	if (rc == 0)
		rc = verify_answer(&i, report, out, note);
	if (l)
		rc = examine_refuse(l, "verify", i.disc.id[0] ? i.disc.id : image->name, by, rc, note);
	image_fini(&i);
	medium_free(m);
	return rc;
}
