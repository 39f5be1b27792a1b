#include "zones/extranet/store/rules.h"

#include "common/db/db_rows.h"
#include "common/log/log.h"
#include "common/workflow/flow_store.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT(rule_all,
	"SELECT code, version, content, state, proposed_by, proposed_at, decided_by, decided_at FROM "
	"rule_version WHERE tenant = :tenant ORDER BY code, version");
DB_STMT(rule_newest,
	"SELECT coalesce(max(version), 0) FROM rule_version WHERE tenant = :tenant AND code = :code");
DB_STMT(rule_same,
	"SELECT count(*) FROM rule_version WHERE tenant = :tenant AND code = :code AND content = :content");
DB_STMT(rule_add,
	"INSERT INTO rule_version (tenant, code, version, content, state, proposed_by, proposed_at, "
	"decided_by, decided_at) VALUES (:tenant, :code, :version, :content, :state, :who, :at, :decider, "
	":decided)");
DB_STMT(rule_one,
	"SELECT state, proposed_by FROM rule_version WHERE tenant = :tenant AND code = :code AND version = "
	":version");
DB_STMT(rule_decide,
	"UPDATE rule_version SET state = :state, decided_by = :who, decided_at = :at WHERE tenant = "
	":tenant AND code = :code AND version = :version AND state = 'proposed'");
DB_STMT(verdict_add, "INSERT INTO rule_verdict (tenant, instance, n, stage, at, who, input, verdict) SELECT "
		     ":tenant, :id, (SELECT "
		     "count(*) FROM rule_verdict WHERE tenant = :tenant AND instance = :id), :stage, :at, "
		     ":who, :input, :verdict");
DB_STMT(verdict_list,
	"SELECT n, stage, at, who, verdict FROM rule_verdict WHERE tenant = :tenant AND instance = :id "
	"ORDER BY n");
DB_STMT(verdict_past,
	"SELECT instance, stage, at, input, n FROM rule_verdict WHERE tenant = :tenant ORDER BY at DESC "
	"LIMIT :most");

struct office_rules {
	char division[7];
	struct rule v[RULES_MAX];
	size_t n;
	int64_t decided; /* versions that were decided on when these were read */
};
struct rules { /* each office has its own */
	struct office_rules *offices;
	size_t n;
	pthread_rwlock_t lock;
};

static struct office_rules *rules_of(struct rules *x, const char *division)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->offices[i].division, division) == 0)
			return &x->offices[i];
	return NULL;
}

/* ---- versions */
static int version_add(struct db_tx *tx, const char *code, int64_t version, const char *content, bool active,
	const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &rule_add);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	db_bind_text(q, "content", content);
	db_bind_text(q, "state", active ? "active" : "proposed");
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	db_bind_text(q, "decider", active ? who : NULL);
	db_bind_text(q, "decided", active ? at : NULL);
	return db_exec(q);
}

static int newest(struct db_tx *tx, const char *code, int64_t *out)
{
	struct db_query *q = db_query(tx, &rule_newest);
	db_bind_text(q, "code", code);
	return db_one_int(q, out);
}

struct taking {
	const json_t *list;
	struct err_note *note;
};

/* The shipped rules: what is not known yet. */
static int take(struct db_tx *tx, void *arg)
{
	const struct taking *t = arg;
	size_t i;
	const json_t *one;
	int rc = 0;
	json_array_foreach(t->list, i, one)
	{
		struct buf text;
		int64_t last = 0, same = 0;
		buf_init(&text, 65536);
		if (rc == 0)
			rc = json_canon(one, &text);
		if (rc == 0)
			rc = newest(tx, json_str(one, "code"), &last);
		if (rc == 0) {
			struct db_query *q = db_query(tx, &rule_same);
			db_bind_text(q, "code", json_str(one, "code"));
			db_bind_textn(q, "content", buf_view(&text));
			rc = db_one_int(q, &same);
		}
		if (rc == 0 && same == 0)
			rc = version_add(tx, json_str(one, "code"), last + 1, (const char *)text.p, last == 0,
				"configuration");
		buf_fini(&text);
	}
	return rc;
}

static int all_read(struct db_tx *tx, void *arg)
{
	return rules_list(tx, arg);
}

/* The newest active version of each code, compiled. */
int rules_reload(struct registry *r, const char *division, struct err_note *note)
{
	struct office_rules *mine = rules_of(r->rules, division);
	struct service *s = r->service;
	struct rule *v = calloc(RULES_MAX, sizeof *v);
	json_t *list = NULL, *one;
	size_t n = 0, i;
	int64_t decided = 0;
	REQUIRE(mine);
	int rc = v ? db_read(s->db, division, all_read, &list) : ERR_NOMEM;
	json_array_foreach(list, i, one)
	{
		decided += strcmp(json_str(one, "state"), "proposed") != 0;
		if (rc < 0 || strcmp(json_str(one, "state"), "active") != 0)
			continue;
		size_t k = 0;
		while (k < n && strcmp(v[k].code, json_str(one, "code")) != 0)
			k++;
		rc = k == RULES_MAX
			     ? ERR_LIMIT
			     : rule_parse(json_object_get(one, "rule"), flows_box(r->flows), &v[k], note);
		v[k].version = json_int(one, "version");
		n = k == n ? n + 1 : n;
	}
	json_decref(list);
	if (rc == 0) {
		pthread_rwlock_wrlock(&r->rules->lock);
		memcpy(mine->v, v, n * sizeof *v);
		mine->n = n;
		mine->decided = decided;
		pthread_rwlock_unlock(&r->rules->lock);
	}
	free(v);
	return rc;
}

/* A business names rules that exist. */
static int names_check(const struct office_rules *x, const struct business *b, struct err_note *note)
{
	for (size_t k = 0; k < b->nrules; k++) {
		size_t j = 0;
		while (j < x->n && strcmp(x->v[j].code, b->rules[k]) != 0)
			j++;
		if (j == x->n)
			return err_set(note, ERR_CONFIG, "business %s: rules: %s is no rule in force at %s",
				b->code, b->rules[k], x->division);
	}
	return 0;
}

int rules_known(const struct registry *r, const struct business *b, struct err_note *note)
{
	struct rules *x = r->rules;
	int rc = 0;
	pthread_rwlock_rdlock(&x->lock);
	for (size_t i = 0; rc == 0 && i < x->n; i++)
		rc = names_check(&x->offices[i], b, note);
	pthread_rwlock_unlock(&x->lock);
	return rc;
}

int rules_open(struct registry *r, struct rules **out, struct err_note *note)
{
	struct service *s = r->service;
	char file[4200];
	json_t *list = NULL;
	struct rules *x = calloc(1, sizeof *x);
	if (!x)
		return ERR_NOMEM;
	pthread_rwlock_init(&x->lock, NULL);
	*out = x;
	while (s->tenants[x->n])
		x->n++;
	x->offices = calloc(x->n, sizeof *x->offices);
	snprintf(file, sizeof file, "%s/rules.yaml", r->config->businesses);
	int rc = x->offices ? rule_file(file, &list, note) : ERR_NOMEM;
	struct taking t = {list, note};
	for (size_t i = 0; rc == 0 && i < x->n; i++) {
		snprintf(x->offices[i].division, sizeof x->offices[i].division, "%s", s->tenants[i]);
		rc = db_write(s->db, s->tenants[i], take, &t);
		if (rc == 0)
			rc = rules_reload(r, s->tenants[i], note);
		for (size_t k = 0; rc == 0 && business_at(r->businesses, k); k++)
			rc = names_check(&x->offices[i], business_at(r->businesses, k), note);
	}
	json_decref(list);
	return rc;
}

void rules_close(struct rules *s)
{
	if (!s)
		return;
	pthread_rwlock_destroy(&s->lock);
	free(s->offices);
	free(s);
}

/* ---- a look at a case: rules_look.c */
int rules_say(struct registry *r, struct rules_look *l, const char *business, int64_t version)
{
	const struct business *b = flows_business(r->flows, business, version);
	const struct office_rules *mine = rules_of(r->rules, l->division);
	struct rule *copies = calloc(BUSINESS_LIST_MAX, sizeof *copies);
	const struct rule *used[BUSINESS_LIST_MAX];
	size_t n = 0;
	if (!copies || !b || !mine) {
		free(copies);
		return copies ? ERR_BUG : ERR_NOMEM;
	}
	pthread_rwlock_rdlock(&r->rules->lock);
	l->seen.decided = mine->decided;
	for (size_t i = 0; i < b->nrules; i++)
		for (size_t k = 0; k < mine->n; k++)
			if (strcmp(mine->v[k].code, b->rules[i]) == 0 &&
				rule_at_stage(&mine->v[k], l->stage)) {
				copies[n] = mine->v[k];
				used[n] = &copies[n];
				n++;
			}
	pthread_rwlock_unlock(&r->rules->lock);
	int rc = rule_judge(used, n, flows_box(r->flows), buf_view(&l->input), &l->verdict);
	free(copies);
	return rc;
}

int rules_keep(struct registry *r, struct db_tx *tx, const char *case_id, const char *who,
	const struct rules_look *l)
{
	struct vault *v = r->service->vault;
	struct buf anew, verdict;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&anew, 8 << 20);
	buf_init(&verdict, 1 << 20);
	int rc = json_canon(l->verdict, &verdict);
	/* The keys were changed since the look. */
	bool current = vault_is_current(v, (const char *)l->sealed.p);
	if (rc == 0 && !current)
		rc = vault_seal(v, "rule_verdict", "input", case_id, buf_view(&l->input), &anew);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &verdict_add);
		db_bind_text(q, "id", case_id);
		db_bind_text(q, "stage", l->stage);
		db_bind_text(q, "at", at);
		db_bind_text(q, "who", who);
		db_bind_textn(q, "input", buf_view(current ? &l->sealed : &anew));
		db_bind_textn(q, "verdict", buf_view(&verdict));
		rc = db_exec(q);
	}
	buf_fini(&anew);
	buf_fini(&verdict);
	return rc;
}

static json_t *parsed(const char *text)
{
	json_t *v = NULL;
	return json_parse(view_str(text), 4 << 20, &v, NULL) == 0 ? v : json_null();
}

int rules_verdicts(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &verdict_list);
	json_t *rows = json_array();
	int rc;
	db_bind_text(q, "id", case_id);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_pack("{s:I,s:s,s:s,s:s,s:o}", "n", (json_int_t)db_int(q, 0),
						    "stage", db_text(q, 1), "at", db_text(q, 2), "who",
						    db_text(q, 3), "verdict", parsed(db_text(q, 4))));
	return db_rows_end(q, rc, rows, out);
}

int rules_list(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &rule_all);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows,
			json_pack("{s:s,s:I,s:o,s:s,s:s,s:s,s:s,s:s}", "code", db_text(q, 0), "version",
				(json_int_t)db_int(q, 1), "rule", parsed(db_text(q, 2)), "state",
				db_text(q, 3), "proposed_by", db_text(q, 4), "proposed_at", db_text(q, 5),
				"decided_by", db_text(q, 6), "decided_at", db_text(q, 7)));
	return db_rows_end(q, rc, rows, out);
}

int rules_propose(struct registry *r, struct db_tx *tx, const json_t *rule, const char *who, int64_t *version,
	struct err_note *note)
{
	struct rule checked;
	struct buf text;
	int64_t last = 0;
	buf_init(&text, 65536);
	int rc = rule_parse(rule, flows_box(r->flows), &checked, note);
	if (rc == 0)
		rc = json_canon(rule, &text);
	if (rc == 0)
		rc = newest(tx, checked.code, &last);
	if (rc == 0)
		rc = version_add(tx, checked.code, last + 1, (const char *)text.p, false, who);
	if (rc == 0)
		*version = last + 1;
	buf_fini(&text);
	return rc;
}

int rules_decide(struct db_tx *tx, const char *code, int64_t version, bool approve, const char *who,
	struct err_note *note)
{
	char at[TIME_TEXT], proposer[64] = "";
	bool open = false;
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &rule_one);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	int rc = db_step(q);
	if (rc == 1) {
		open = strcmp(db_text(q, 0), "proposed") == 0;
		snprintf(proposer, sizeof proposer, "%s", db_text(q, 1));
	}
	db_done(q);
	if (rc <= 0)
		return rc < 0 ? rc : ERR_NOTFOUND;
	if (!open)
		return err_set(
			note, ERR_STATE, "rule %s, version %lld: decided already", code, (long long)version);
	if (strcmp(proposer, who) == 0)
		return err_set(note, ERR_APPROVAL, "who proposed a rule cannot decide on it");
	q = db_query(tx, &rule_decide);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	db_bind_text(q, "state", approve ? "active" : "refused");
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

int rules_past(struct registry *r, struct db_tx *tx, int limit, json_t **out)
{
	struct db_query *q = db_query(tx, &verdict_past);
	json_t *rows = json_array();
	int rc;
	db_bind_int(q, "most", limit);
	while ((rc = db_step(q)) == 1) {
		struct buf plain;
		buf_init(&plain, 8 << 20);
		rc = vault_unseal(
			r->service->vault, "rule_verdict", "input", db_text(q, 0), db_text(q, 3), &plain);
		if (rc == 0)
			json_array_append_new(rows,
				json_pack("{s:s,s:s,s:s,s:s}", "case", db_text(q, 0), "stage", db_text(q, 1),
					"at", db_text(q, 2), "input", plain.n ? (const char *)plain.p : ""));
		buf_fini(&plain);
		if (rc < 0)
			break;
	}
	return db_rows_end(q, rc, rows, out);
}
