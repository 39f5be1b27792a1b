#include "zones/extranet/transfer/pusher.h"

#include "common/call/call.h"
#include "common/log/log.h"
#include "common/os/worker.h"
#include "zones/extranet/domain/push_receipt.h"
#include "zones/extranet/transfer/push_body.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_MS 1000
#define CALL_MS 10000
#define AGAIN_MAX_MS INT64_C(600000)

struct pusher {
	struct registry *r;
	char *trade_token, *tax_token;
	struct worker *worker;
};

/* One that is due, and how it went. */
struct telling {
	struct pusher *p;
	struct push push;
	struct push_body body;
	char receipt[PUSH_RECEIPT];
	int told;
};

void pusher_wake(void *arg)
{
	struct pusher *p = arg;
	if (p)
		worker_wake(p->worker);
}

static int due_tx(struct db_tx *tx, void *arg)
{
	struct telling *t = arg;
	int rc = push_due(tx, &t->push);
	if (rc == 0)
		t->told = push_body_read(t->p->r, tx, &t->push, &t->body);
	return rc;
}

static int tell(struct telling *t, const struct office *o, struct err_note *note)
{
	const struct registry_config *k = t->p->r->config;
	bool trade = strcmp(t->push.who, "trade") == 0;
	const char *to = trade ? k->trade_url : k->tax_url;
	char url[CALL_URL + 16];
	json_t *body = NULL, *reply = NULL;
	if (!to)
		return err_set(note, ERR_CONFIG, "%s.url is not set any more", t->push.who);
	snprintf(url, sizeof url, "%.500s/cases", to);
	int rc = push_body_seal(t->p->r, o, &t->body, &body);
	const struct call c = {.what = trade ? "trade department" : "tax office",
		.url = url,
		.json = body,
		.secret = trade ? t->p->trade_token : t->p->tax_token,
		.timeout_ms = CALL_MS};
	if (rc == 0)
		rc = call_json(&c, &reply, note);
	if (rc == 0)
		rc = push_receipt_read(reply, t->receipt, note);
	json_decref(body);
	json_decref(reply);
	return rc;
}

static int told_tx(struct db_tx *tx, void *arg)
{
	const struct telling *t = arg;
	int64_t wait = INT64_C(1000) << (t->push.tries < 10 ? t->push.tries : 10);
	if (t->told < 0)
		return push_failed(tx, &t->push, t->told, wait < AGAIN_MAX_MS ? wait : AGAIN_MAX_MS);
	int rc = push_taken(tx, &t->push, t->receipt);
	json_t *detail =
		json_pack("{s:s,s:s,s:s}", "to", t->push.who, "event", t->push.event, "receipt", t->receipt);
	if (rc == 0)
		rc = detail ? audit_record(tx, "system", "case.pushed", t->push.case_id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

/* *more: there may be another. */
static int one(struct telling *t, const struct office *o, bool *more)
{
	struct db *db = t->p->r->service->db;
	struct err_note note = {0};
	int rc = db_read(db, o->division, due_tx, t);
	*more = rc == 0;
	if (rc < 0)
		return rc == ERR_NOTFOUND ? 0 : rc;
	if (t->told == 0)
		t->told = tell(t, o, &note);
	if (t->told < 0)
		log_warn("push", "to=%s case=%s n=%lld error=%s text=\"%s\"", t->push.who, t->push.case_id,
			(long long)t->push.n, err_name(t->told), note.text);
	return db_write(db, o->division, told_tx, t);
}

static int64_t round_go(void *arg)
{
	struct pusher *p = arg;
	const struct office *o;
	for (size_t i = 0; (o = offices_at(p->r->offices, i)) && !worker_stopping(p->worker); i++) {
		struct telling t = {.p = p};
		bool more = true;
		int rc = 0;
		while (rc == 0 && more && !worker_stopping(p->worker))
			rc = one(&t, o, &more);
		if (rc < 0)
			log_warn("push", "division=%s error=%s", o->division, err_name(rc));
		push_body_fini(&t.body);
	}
	return ROUND_MS;
}

static int line_read(
	const char *key, const char *url, const char *token_file, char **token, struct err_note *note)
{
	char name[32];
	if (!url)
		return 0;
	if (!call_address_good(url))
		return err_set(note, ERR_CONFIG, "%s.url: https is needed, but on loopback", key);
	snprintf(name, sizeof name, "%s.token_file", key);
	return token_file ? call_secret(token_file, name, token, note) : 0;
}

int pusher_new(struct registry *r, struct pusher **out, struct err_note *note)
{
	const struct registry_config *k = r->config;
	struct pusher *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->r = r;
	int rc = line_read("trade", k->trade_url, k->trade_token_file, &p->trade_token, note);
	if (rc == 0)
		rc = line_read("tax", k->tax_url, k->tax_token_file, &p->tax_token, note);
	if (rc == 0)
		rc = worker_new(round_go, p, 0, &p->worker);
	if (rc < 0)
		pusher_free(p);
	else
		*out = p;
	return rc;
}

int pusher_start(struct pusher *p)
{
	return worker_start(p->worker);
}

static void secret_free(char *s)
{
	if (s)
		buf_wipe(s, strlen(s));
	free(s);
}

void pusher_free(struct pusher *p)
{
	if (!p)
		return;
	worker_free(p->worker);
	secret_free(p->trade_token);
	secret_free(p->tax_token);
	free(p);
}
