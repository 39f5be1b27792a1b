/* Applications begun, and the list of them. */
#include "zones/internet/api/api.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/party.h"
#include <stdio.h>
#include <string.h>

int api_may_see(struct service *s, struct db_tx *tx, const struct http_account *who,
	const struct application *a, int *party)
{
	struct vault_lookup person;
	int64_t principal = 0;
	*party = -1;
	int rc = vault_find(s->vault, "id-number", who->id_number, &person);
	if (rc == 0 && a->frozen) {
		rc = party_find(tx, a->id, &person, party);
		rc = rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (rc == 0 && *party < 0 && strcmp(a->owner, who->id) != 0) {
		rc = a->frozen ? party_principal(tx, a->id, &person, &principal) : 0;
		if (rc == 0 && !principal)
			rc = ERR_NOTFOUND;
	}
	return rc;
}

struct start {
	struct service *s;
	const struct business *b;
	const struct http_account *who;
	const char *key, *division;
	struct application fresh; /* as it is made where there is none … */
	struct buf sealed;        /* … with this draft */
	struct application a;
	bool resumed;
};

/* The same start repeated finds what it made, whatever became of it; an open draft of the same person and
 * business is offered again: never a silent second draft. */
static int start_run(struct db_tx *tx, void *arg)
{
	struct start *st = arg;
	int rc = *st->key ? application_by_key(tx, st->who->id, st->key, &st->a) : ERR_NOTFOUND;
	if (rc == ERR_NOTFOUND)
		rc = application_open_draft(tx, st->who->id, st->b->code, &st->a);
	if (rc == 0) {
		st->resumed = true;
		return 0;
	}
	if (rc != ERR_NOTFOUND)
		return rc;
	st->a = st->fresh;
	rc = application_insert(tx, &st->a, st->key, buf_view(&st->sealed));
	return rc == 0 ? audit_record(tx, st->who->user, "application.start", st->a.id, NULL) : rc;
}

static int start_make(struct start *st)
{
	struct application *a = &st->fresh;
	struct uuid id = uuid_new();
	snprintf(a->id, sizeof a->id, "%s", id.s);
	snprintf(a->owner, sizeof a->owner, "%s", st->who->id);
	snprintf(a->business, sizeof a->business, "%s", st->b->code);
	a->business_version = st->b->version;
	json_t *draft = form_new(st->b, st->division, st->who->name, st->who->id_number);
	int rc = draft ? application_seal_draft(st->s->vault, a->id, draft, &st->sealed) : ERR_NOMEM;
	json_decref(draft);
	return rc;
}

int api_application_start(struct http_request *r)
{
	static const struct limit_rule rule = {"start", 20, 3000};
	struct start st = {.s = http_arg(r), .who = http_user(r), .key = json_str(http_body(r), "key")};
	int rc = api_limit(r, &rule);
	if (rc == 0)
		rc = offer_sync(api_portal(r)->offer);
	if (rc < 0)
		return rc;
	if (strlen(st.key) > 36)
		return http_fail(r, ERR_SCHEMA, "key: at most 36 bytes");
	st.b = offer_newest(api_portal(r)->offer, json_str(http_body(r), "business"));
	if (!st.b || !st.b->portal)
		return http_fail(r, ERR_SCHEMA, "business: unknown");
	if (!(st.division = api_division(r, json_str(http_body(r), "division"))))
		return http_fail(r, ERR_SCHEMA, "division: of no office here");
	buf_init(&st.sealed, 4 << 20);
	rc = start_make(&st);
	if (rc == 0)
		rc = account_write(r, start_run, &st);
	buf_fini(&st.sealed);
	if (rc < 0)
		return rc;
	return http_reply_json(
		r, st.resumed ? 200 : 201, json_pack("{s:s,s:b}", "id", st.a.id, "resumed", st.resumed));
}

struct list {
	struct service *s;
	const struct http_account *who;
	json_t *rows;
};

static int list_run(struct db_tx *tx, void *arg)
{
	struct list *l = arg;
	struct vault_lookup person;
	int rc = vault_find(l->s->vault, "id-number", l->who->id_number, &person);
	return rc == 0 ? application_list(tx, l->who->id, &person, &l->rows) : rc;
}

int api_application_list(struct http_request *r)
{
	struct list l = {http_arg(r), http_user(r), NULL};
	int rc = account_read(r, list_run, &l);
	if (rc < 0)
		return rc;
	size_t i;
	json_t *row;
	json_array_foreach(l.rows, i, row)
	{
		const struct business *b = offer_newest(api_portal(r)->offer, json_str(row, "business"));
		json_object_set_new(row, "business_zh", json_string(b ? b->zh : ""));
		json_object_set_new(row, "business_en", json_string(b ? b->en : ""));
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}
