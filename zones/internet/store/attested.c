#include "zones/internet/store/attested.h"

#include <stdio.h>

#define RESULT_MAX 32768

static void row_name(const char *application, int n, char out[static 48])
{
	snprintf(out, 48, "%.36s/%d", application, n);
}

int attested_seal(const struct attested *kind, struct vault *v, const char *application, int n,
	const json_t *result, struct buf *sealed)
{
	struct buf text;
	char row[48];
	buf_init(&text, RESULT_MAX);
	row_name(application, n, row);
	int rc = json_canon(result, &text);
	if (rc == 0)
		rc = vault_seal(v, kind->table, "result", row, buf_view(&text), sealed);
	buf_fini(&text);
	return rc;
}

static struct db_query *query(const struct attested *kind, struct db_tx *tx, const char *application, int n,
	const char *form_digest)
{
	struct db_query *q = db_query(tx, kind->select);
	db_bind_text(q, "application", application);
	db_bind_int(q, "n", n);
	db_bind_text(q, "digest", form_digest);
	return q;
}

int attested_there(const struct attested *kind, struct db_tx *tx, const char *application, int n,
	const char *form_digest, bool *there)
{
	struct db_query *q = query(kind, tx, application, n, form_digest);
	int rc = db_step(q);
	db_done(q);
	if (rc >= 0)
		*there = rc == 1;
	return rc < 0 ? rc : 0;
}

static int join_one(const struct attested *kind, struct db_tx *tx, struct vault *v, const char *application,
	const char *form_digest, json_t *one)
{
	int n = (int)json_int(one, "party");
	char row[48];
	struct buf text;
	json_t *result = NULL;
	struct db_query *q = query(kind, tx, application, n, form_digest);
	buf_init(&text, RESULT_MAX);
	row_name(application, n, row);
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = vault_unseal(v, kind->table, "result", row, db_text(q, 0), &text);
	db_done(q);
	if (rc == 0)
		rc = json_parse(buf_view(&text), RESULT_MAX, &result, NULL);
	if (rc == 0 && json_object_set_new(one, kind->key, result) < 0)
		rc = ERR_NOMEM;
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int attested_join(const struct attested *kind, struct db_tx *tx, struct vault *v, const char *application,
	const char *form_digest, json_t *signatures)
{
	size_t i;
	json_t *one;
	int rc = 0;
	json_array_foreach(signatures, i, one) if (rc == 0) rc =
		join_one(kind, tx, v, application, form_digest, one);
	return rc;
}
