#include "zones/extranet/store/opinion.h"

#include "common/config/config.h"
#include "common/db/db_rows.h"
#include "zones/extranet/registry.h"
#include <stdio.h>
#include <string.h>

#define TEMPLATES_MAX 500

DB_STMT(opinion_rows, "SELECT o.code, o.act, o.name, o.body, o.basis, o.who, o.at, o.n FROM reg_opinion o "
		      "WHERE o.tenant = :tenant "
		      "AND o.gone = 0 AND o.n = (SELECT max(n) FROM reg_opinion WHERE tenant = :tenant AND "
		      "code = o.code) ORDER "
		      "BY o.act, o.code");
DB_STMT(opinion_newest,
	"SELECT n, act, name, body, basis, gone FROM reg_opinion WHERE tenant = :tenant AND code = "
	":code ORDER BY n DESC LIMIT 1");
DB_STMT(opinion_codes, "SELECT count(DISTINCT code) FROM reg_opinion WHERE tenant = :tenant");
DB_STMT(opinion_insert, "INSERT INTO reg_opinion (tenant, code, n, act, name, body, basis, gone, who, at) "
			"VALUES (:tenant, :code, "
			":n, :act, :name, :body, :basis, :gone, :who, :at)");

static const char *const acts[] = {"correct", "reject", "review", "approve", "check", "refuse", "back",
	"suspend", "resume", "withdraw", NULL};

static bool act_known(const char *act)
{
	size_t i = 0;
	while (acts[i] && strcmp(acts[i], act) != 0)
		i++;
	return acts[i] != NULL;
}

int opinion_parse(const json_t *v, struct opinion *out, struct err_note *note)
{
	static const char *const keys[] = {"code", "act", "name", "body", "basis", NULL};
	struct opinion o = {.code = json_str(v, "code"), .basis = ""};
	int rc = json_only_keys(v, keys, note);
	if (rc == 0)
		rc = json_get_str(v, "act", 16, &o.act, note);
	if (rc == 0 && !act_known(o.act))
		rc = err_set(note, ERR_SCHEMA,
			"act: correct, reject, review, approve, check, refuse, back, suspend, "
			"resume or withdraw");
	if (rc == 0)
		rc = json_get_str(v, "name", 60, &o.name, note);
	if (rc == 0)
		rc = json_get_str(v, "body", 500, &o.body, note);
	if (rc == 0 && json_object_get(v, "basis"))
		rc = json_get_str(v, "basis", 200, &o.basis, note);
	if (rc == 0 && (!*o.name || !*o.body))
		rc = err_set(note, ERR_SCHEMA, "%s: must not be empty", *o.name ? "body" : "name");
	if (rc == 0)
		*out = o;
	return rc;
}

static int insert(struct db_tx *tx, const struct opinion *o, int64_t n, bool gone, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &opinion_insert);
	db_bind_text(q, "code", o->code);
	db_bind_int(q, "n", n);
	db_bind_text(q, "act", o->act);
	db_bind_text(q, "name", o->name);
	db_bind_text(q, "body", o->body);
	db_bind_text(q, "basis", o->basis);
	db_bind_int(q, "gone", gone);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

/* *n: 0 when there is none. */
static int newest(struct db_tx *tx, const char *code, int64_t *n)
{
	struct db_query *q = db_query(tx, &opinion_newest);
	db_bind_text(q, "code", code);
	int rc = db_step(q);
	*n = rc == 1 ? db_int(q, 0) : 0;
	db_done(q);
	return rc < 0 ? rc : 0;
}

int opinion_put(struct db_tx *tx, const struct opinion *o, const char *who, int64_t *version)
{
	int64_t n = 0, codes = 0;
	int rc = newest(tx, o->code, &n);
	if (rc == 0)
		rc = db_one_int(db_query(tx, &opinion_codes), &codes);
	if (rc == 0 && n == 0 && codes >= TEMPLATES_MAX)
		rc = ERR_LIMIT;
	if (rc == 0)
		rc = insert(tx, o, n + 1, false, who);
	if (rc == 0)
		*version = n + 1;
	return rc;
}

int opinion_remove(struct db_tx *tx, const char *code, const char *who)
{
	char act[16], name[64], body[512], basis[208];
	int64_t n = 0;
	bool gone = true;
	struct db_query *q = db_query(tx, &opinion_newest);
	db_bind_text(q, "code", code);
	int rc = db_step(q);
	if (rc == 1) {
		n = db_int(q, 0);
		snprintf(act, sizeof act, "%s", db_text(q, 1));
		snprintf(name, sizeof name, "%s", db_text(q, 2));
		snprintf(body, sizeof body, "%s", db_text(q, 3));
		snprintf(basis, sizeof basis, "%s", db_text(q, 4));
		gone = db_int(q, 5) != 0;
	}
	db_done(q);
	if (rc < 0)
		return rc;
	return gone ? ERR_NOTFOUND
		    : insert(tx, &(struct opinion){code, act, name, body, basis}, n + 1, true, who);
}

int opinion_list(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &opinion_rows);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "code", db_text(q, 0), "act",
				      db_text(q, 1), "name", db_text(q, 2), "body", db_text(q, 3), "basis",
				      db_text(q, 4), "by", db_text(q, 5), "at", db_text(q, 6), "version",
				      (json_int_t)db_int(q, 7)));
	return db_rows_end(q, rc, rows, out);
}

/* ---- the shipped ones */
struct taking {
	const json_t *list;
	const char *file;
	struct err_note *note;
};

static int take(struct db_tx *tx, void *arg)
{
	const struct taking *t = arg;
	size_t i;
	const json_t *one;
	int rc = 0;
	json_array_foreach(t->list, i, one)
	{
		struct opinion o = {.code = ""};
		struct err_note why = {0};
		int64_t n = 0;
		if (rc == 0 && opinion_parse(one, &o, &why) < 0)
			rc = err_set(t->note, ERR_CONFIG, "%.120s: template %zu: %.100s", t->file, i + 1,
				why.text);
		if (rc == 0)
			rc = newest(tx, o.code, &n);
		if (rc == 0 && n == 0)
			rc = insert(tx, &o, 1, false, "configuration");
	}
	return rc;
}

int opinion_take_in(struct registry *r, struct err_note *note)
{
	char file[4200];
	json_t *list = NULL;
	snprintf(file, sizeof file, "%s/opinions.yaml", r->config->businesses);
	int rc = config_yaml_json(file, 1 << 20, &list, note);
	struct taking t = {list, "opinions.yaml", note};
	if (rc == 0 && (!json_is_array(list) || json_array_size(list) > TEMPLATES_MAX))
		rc = err_set(note, ERR_CONFIG, "%.160s: a list of at most %d templates is expected", t.file,
			TEMPLATES_MAX);
	for (size_t i = 0; rc == 0 && r->service->tenants[i]; i++)
		rc = db_write(r->service->db, r->service->tenants[i], take, &t);
	json_decref(list);
	return rc;
}
