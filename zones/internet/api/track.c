/* 办理进度 by the code on a receipt, without an account: at a kiosk, at the window. The digest is known to
 * who holds the receipt; everybody else learns nothing, not even that there is an application. No name is
 * told. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/progress.h"
#include "zones/internet/store/receipt.h"

struct track {
	const char *id;
	struct digest digest;
	json_t *rows;
};

static json_t *steps_of(const json_t *progress, const char **deadline)
{
	json_t *steps = json_array();
	size_t i;
	const json_t *p;
	json_array_foreach(progress, i, p)
	{
		json_array_append_new(
			steps, json_pack("{s:s,s:s,s:s,s:s,s:s}", "state", json_str(p, "state"), "state_zh",
				       json_str(p, "step_zh"), "state_en", json_str(p, "step_en"), "at",
				       json_str(p, "at"), "office", json_str(p, "office")));
		*deadline = json_str(p, "deadline");
	}
	return steps;
}

static int track_run(struct db_tx *tx, void *arg)
{
	struct track *t = arg;
	struct application a;
	json_t *progress = NULL;
	const char *deadline = "";
	char at[25];
	json_array_clear(t->rows);
	int rc = receipt_known(tx, t->id, &t->digest, at);
	if (rc == 0)
		rc = application_get(tx, t->id, &a);
	if (rc == 0)
		rc = progress_list(tx, a.id, &progress);
	if (rc == 0) {
		json_t *steps = steps_of(progress, &deadline);
		json_array_append_new(t->rows,
			json_pack("{s:s,s:s,s:I,s:s,s:s,s:s,s:o}", "number", a.number, "business", a.business,
				"business_version", (json_int_t)a.business_version, "state", a.state,
				"received", at, "deadline", deadline, "steps", steps));
	}
	json_decref(progress);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int api_track(struct http_request *r)
{
	static const struct limit_rule rule = {"track", 30, 2000};
	struct track t = {.id = http_param(r, "id"), .rows = json_array()};
	int rc = t.rows ? api_limit(r, &rule) : ERR_NOMEM;
	if (rc == 0 && digest_parse(http_param(r, "digest"), &t.digest) == 0)
		rc = account_read(r, track_run, &t);
	if (rc == 0)
		rc = http_reply_json(r, 200, json_pack("{s:O}", "rows", t.rows));
	json_decref(t.rows);
	return rc;
}
