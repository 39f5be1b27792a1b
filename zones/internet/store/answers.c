#include "zones/internet/store/answers.h"

#include <stdio.h>
#include <string.h>

#define ANSWERS_MAX 131072

DB_STMT(answers_insert,
	"INSERT INTO application_answers (tenant, application, n, answers, form_digest, at) VALUES "
	"(:tenant, :application, :n, :answers, :digest, :at) ON CONFLICT (tenant, application, n) DO "
	"UPDATE SET answers = :answers, form_digest = :digest, at = :at");
DB_STMT(answers_select, "SELECT answers, form_digest FROM application_answers WHERE tenant = :tenant AND "
			"application = :application AND n = :n");

static void row_name(const char *application, int n, char out[static 48])
{
	snprintf(out, 48, "%.36s/%d", application, n);
}

static int content_seal(
	struct vault *v, const char *row, const char *signer, const json_t *record, struct buf *sealed)
{
	struct buf text;
	json_t *o = json_pack("{s:s,s:O}", "signer", signer, "record", record);
	buf_init(&text, ANSWERS_MAX);
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = vault_seal(v, "application_answers", "answers", row, buf_view(&text), sealed);
	json_decref(o);
	buf_fini(&text);
	return rc;
}

int answers_put(struct db_tx *tx, struct vault *v, const char *application, int n, const char *signer,
	const char *form_digest, const json_t *record)
{
	struct buf sealed;
	char row[48], at[TIME_TEXT];
	time_text(time_now_ms(), at);
	row_name(application, n, row);
	buf_init(&sealed, 4 * ANSWERS_MAX);
	int rc = content_seal(v, row, signer, record, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &answers_insert);
		db_bind_text(q, "application", application);
		db_bind_int(q, "n", n);
		db_bind_textn(q, "answers", buf_view(&sealed));
		db_bind_text(q, "digest", form_digest);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

/* {"signer","record"} as stored; ERR_NOTFOUND. */
static int content_get(struct db_tx *tx, struct vault *v, const char *application, int n,
	const char *form_digest, json_t **out, bool *same)
{
	struct buf text;
	char row[48];
	struct db_query *q = db_query(tx, &answers_select);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	row_name(application, n, row);
	buf_init(&text, ANSWERS_MAX);
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = vault_unseal(v, "application_answers", "answers", row, db_text(q, 0), &text);
	if (rc == 0)
		*same = strcmp(db_text(q, 1), form_digest) == 0;
	db_done(q);
	if (rc == 0)
		rc = json_parse(buf_view(&text), ANSWERS_MAX, out, NULL);
	buf_fini(&text);
	return rc;
}

int answers_get(struct db_tx *tx, struct vault *v, const char *application, int n, const char *signer,
	const char *form_digest, json_t **record, bool *same)
{
	json_t *o = NULL;
	int rc = content_get(tx, v, application, n, form_digest, &o, same);
	if (rc == 0 && strcmp(json_str(o, "signer"), signer) != 0)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		*record = json_incref(json_object_get(o, "record"));
	json_decref(o);
	return rc;
}

int answers_join(struct db_tx *tx, struct vault *v, const char *application, const char *form_digest,
	json_t *signatures)
{
	size_t i;
	json_t *one;
	int rc = 0;
	json_array_foreach(signatures, i, one)
	{
		json_t *o = NULL;
		bool same = false;
		if (rc == 0)
			rc = content_get(
				tx, v, application, (int)json_int(one, "party"), form_digest, &o, &same);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
		if (rc == 0 && same && json_object_set(one, "record", json_object_get(o, "record")))
			rc = ERR_NOMEM;
		json_decref(o);
	}
	return rc;
}
