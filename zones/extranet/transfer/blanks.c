#include "zones/extranet/transfer/blanks.h"

#include "common/log/log.h"
#include "common/service/disc_api.h"
#include "zones/extranet/registry.h"
#include <string.h>

struct telling {
	struct registry *r;
	const json_t *blank;
};

static int put(struct db_tx *tx, void *arg)
{
	const struct telling *t = arg;
	const char *serial = json_str(t->blank, "serial");
	struct err_note why = {0};
	struct exchange_draft d = {.type = "blank.issued",
		.dest = "intranet",
		.tenant = t->r->service->tenant,
		.keys = {{"blank", serial}},
		.nkeys = 1};
	json_t *body = json_pack("{s:s,s:s,s:s,s:s}", "serial", serial, "label", json_str(t->blank, "label"),
		"mark", json_str(t->blank, "mark"), "state", json_str(t->blank, "state"));
	d.body = body;
	int rc = exchange_put(t->r->service->exchange, tx, &d, NULL, &why);
	json_decref(body);
	if (rc < 0)
		log_error("blanks", "serial=%s error=%s %s", serial, err_name(rc), why.text);
	return rc < 0 ? rc : audit_record(tx, "system", "blank.told", serial, NULL);
}

static int tell(struct registry *r, const json_t *blank, struct err_note *note)
{
	struct service *s = r->service;
	struct telling t = {r, blank};
	const char *const args[] = {
		"issued", json_str(blank, "serial"), "--state", json_str(blank, "state"), NULL};
	json_t *out = NULL;
	int rc = db_write(s->db, s->tenant, put, &t);
	if (rc == 0)
		rc = disc_ask(s->discs, args, view_of(NULL, 0), &out, note);
	json_decref(out);
	return rc == ERR_STATE ? 0 : rc; /* used or written off meanwhile: the next look tells */
}

void blanks_tell(struct registry *r)
{
	const char *const args[] = {"list", NULL};
	struct err_note note = {0};
	json_t *list = NULL, *blank;
	size_t i;
	int rc = disc_ask(r->service->discs, args, view_of(NULL, 0), &list, &note);
	json_array_foreach(json_object_get(list, "blanks"), i, blank)
	{
		const char *state = json_str(blank, "state");
		/* What came to be used or void is known there. */
		if (rc == 0 && (strcmp(state, "blank") == 0 || strcmp(state, "scrap") == 0) &&
			strcmp(state, json_str(blank, "told")) != 0)
			rc = tell(r, blank, &note);
	}
	json_decref(list);
	if (rc < 0)
		log_error("blanks", "error=%s %s", err_name(rc), note.text);
}
