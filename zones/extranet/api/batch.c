/* Like cases in a batch: the same act on several cases of one business, each with its own rules, transaction
 * and record; what one of them is refused for stops no other. */
#include "zones/extranet/api/case_act.h"
#include <string.h>

#define BATCH_MAX 50

struct batch {
	const char *act, *text;
	const json_t *cases;
	char business[48];
	struct err_note note;
};

static int business_read(struct db_tx *tx, void *arg)
{
	struct batch *b = arg;
	struct case_row c;
	size_t i;
	const json_t *one;
	json_array_foreach(b->cases, i, one)
	{
		int rc = case_get(tx, json_str(one, "id"), &c);
		if (rc == ERR_NOTFOUND)
			return err_set(&b->note, ERR_NOTFOUND, "cases[%zu]: there is none of this id", i);
		if (rc < 0)
			return rc;
		if (i && strcmp(b->business, c.business) != 0)
			return err_set(
				&b->note, ERR_SCHEMA, "cases[%zu]: another business than the first", i);
		memcpy(b->business, c.business, sizeof b->business);
	}
	return 0;
}

static int cases_check(const json_t *cases, struct err_note *note)
{
	size_t i, k;
	const json_t *one;
	json_array_foreach(cases, i, one)
	{
		const char *id;
		int64_t version;
		int rc = json_get_str(one, "id", 36, &id, note);
		if (rc == 0)
			rc = json_get_int(one, "version", 1, INT64_MAX, &version, note);
		for (k = 0; rc == 0 && k < i; k++)
			if (strcmp(id, json_str(json_array_get(cases, k), "id")) == 0)
				rc = err_set(note, ERR_SCHEMA, "cases[%zu]: named twice", i);
		if (rc < 0)
			return rc;
	}
	return i ? 0 : err_set(note, ERR_SCHEMA, "cases: must not be empty");
}

/* A batch that cannot be signed is refused whole. */
static int can_sign(struct http_request *r, struct err_note *note)
{
	struct keyring *k = api_registry(r)->keyring;
	struct keyring_key *key = NULL;
	int rc = keyring_take(k, http_session(r), http_user(r)->user, &key, note);
	keyring_give(k, key);
	return rc;
}

static json_t *outcome(const struct case_act *a, int rc)
{
	const char *text = rc == 0 ? "" : a->note.err == rc ? a->note.text : err_text(rc);
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", a->id, "number", a->after.number, "state",
		rc == 0 ? case_state_code(a->after.state) : "", "error", rc == 0 ? "" : err_name(rc), "text",
		text);
}

static int batch_do(struct http_request *r, const char *act, bool with_text)
{
	struct batch b = {.act = act, .text = ""};
	json_t *cases = NULL, *rows;
	const json_t *one;
	size_t i, done = 0;
	if (with_text) {
		int rc = case_act_text(r, "opinion", &b.text);
		if (rc < 0)
			return rc;
	}
	if (json_get_arr(http_body(r), "cases", BATCH_MAX, &cases, &b.note) < 0 ||
		cases_check(cases, &b.note) < 0)
		return http_fail_note(r, &b.note);
	b.cases = cases;
	int rc = can_sign(r, &b.note);
	if (rc == 0)
		rc = account_read(r, business_read, &b);
	if (rc < 0)
		return b.note.err == rc ? http_fail_note(r, &b.note) : rc;
	rows = json_array();
	json_array_foreach(cases, i, one)
	{
		struct case_act a = {.kind = case_act_find(act),
			.id = json_str(one, "id"),
			.version = json_int(one, "version"),
			.text = b.text,
			.charge.copies = 1};
		rc = case_act_take(r, &a);
		done += rc == 0;
		json_array_append_new(rows, outcome(&a, rc));
		case_act_fini(&a);
	}
	return http_reply_json(r, 200, json_pack("{s:I,s:o}", "done", (json_int_t)done, "rows", rows));
}

int api_batch_accept(struct http_request *r)
{
	return batch_do(r, "accept", false);
}

int api_batch_review(struct http_request *r)
{
	return batch_do(r, "review", true);
}

int api_batch_check(struct http_request *r)
{
	return batch_do(r, "check", true);
}

int api_batch_approve(struct http_request *r)
{
	return batch_do(r, "approve", true);
}

int api_batch_enter(struct http_request *r)
{
	return batch_do(r, "enter", false);
}

int api_batch_archive(struct http_request *r)
{
	return batch_do(r, "archive", false);
}
