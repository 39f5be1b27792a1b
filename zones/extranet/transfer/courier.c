#include "zones/extranet/transfer/courier.h"

#include "common/call/call.h"
#include "common/log/log.h"
#include "common/os/worker.h"
#include "zones/extranet/store/delivery.h"
#include "zones/extranet/transfer/mailing.h"
#include <stdlib.h>
#include <string.h>

#define ROUND_MS 1000
#define CALL_MS 5000
#define FORGET_MS INT64_C(3600000)
#define AGAIN_MAX_MS INT64_C(600000)

struct courier {
	struct registry *r;
	char *token;
	struct worker *worker;
	int64_t forgot_ms;
};

void courier_wake(void *arg)
{
	struct courier *c = arg;
	if (c)
		worker_wake(c->worker);
}

/* One parcel and what the carrier said of it. */
struct step {
	struct courier *c;
	struct mailing m;
	char waybill[MAILING_WAYBILL], carrier[MAILING_CARRIER];
	struct mailing_event events[MAILING_EVENTS_MAX];
	size_t n;
	int asked; /* how the call went */
};

static int due_tx(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	mailing_fini(&s->m);
	return mailing_due(tx, s->c->r->service->vault, &s->m);
}

static int call(struct step *s, const char *path, const json_t *body, json_t **reply, struct err_note *note)
{
	char url[CALL_URL + 128];
	int n = snprintf(url, sizeof url, "%s%s", s->c->r->config->courier_url, path);
	const struct call k = {
		.what = "carrier", .url = url, .json = body, .secret = s->c->token, .timeout_ms = CALL_MS};
	if (n < 0 || (size_t)n >= sizeof url)
		return ERR_LIMIT;
	return call_json(&k, reply, note);
}

static int order_ask(struct step *s, const char *office, struct err_note *note)
{
	const struct delivery *to = &s->m.to;
	json_t *reply = NULL;
	json_t *body = json_pack("{s:s,s:s,s:{s:s,s:s,s:s},s:i}", "order", s->m.id, "sender", office, "to",
		"name", to->name, "phone", to->phone, "address", to->address, "pieces",
		(int)json_array_size(s->m.serials));
	int rc = body ? call(s, "/orders", body, &reply, note) : ERR_NOMEM;
	if (rc == 0)
		rc = mailing_waybill_read(reply, s->waybill, s->carrier, note);
	json_decref(body);
	json_decref(reply);
	return rc;
}

static int events_ask(struct step *s, struct err_note *note)
{
	char path[96];
	json_t *reply = NULL;
	snprintf(path, sizeof path, "/waybills/%s/events?after=%lld", s->m.waybill, (long long)s->m.events);
	int rc = call(s, path, NULL, &reply, note);
	if (rc == 0)
		rc = mailing_events_read(reply, s->m.waybill, s->m.events, s->events, &s->n, note);
	json_decref(reply);
	return rc;
}

/* Stations of a parcel that is still under way; another round may have told them. */
static int events_take(struct step *s, struct db_tx *tx)
{
	struct registry *r = s->c->r;
	struct mailing now = {.serials = NULL};
	int rc = mailing_get(tx, r->service->vault, s->m.id, &now);
	bool same = rc == 0 && now.events == s->m.events &&
		    (now.state == MAILING_POSTED || now.state == MAILING_MOVING);
	for (size_t i = 0; rc == 0 && same && i < s->n; i++)
		rc = mailing_station(r, tx, &now, &s->events[i]);
	mailing_fini(&now);
	return rc;
}

static int told_tx(struct db_tx *tx, void *arg)
{
	struct step *s = arg;
	const int64_t every = s->c->r->config->courier_check;
	int64_t wait = INT64_C(1000) << (s->m.tries < 10 ? s->m.tries : 10);
	int rc = 0;
	if (s->asked == 0 && s->m.state == MAILING_ORDERED)
		rc = mailing_taken(s->c->r, tx, &s->m, s->waybill, s->carrier);
	else if (s->asked == 0)
		rc = events_take(s, tx);
	if (rc < 0)
		return rc;
	return mailing_asked(tx, &s->m, s->asked,
		s->asked == 0         ? every
		: wait < AGAIN_MAX_MS ? wait
				      : AGAIN_MAX_MS);
}

/* *more: there may be another. */
static int one(struct step *s, const struct office *o, bool *more)
{
	struct db *db = s->c->r->service->db;
	struct err_note note = {0};
	int rc = db_read(db, o->division, due_tx, s);
	*more = rc == 0;
	if (rc < 0)
		return rc == ERR_NOTFOUND ? 0 : rc;
	s->asked = s->m.state == MAILING_ORDERED ? order_ask(s, o->name, &note) : events_ask(s, &note);
	if (s->asked < 0)
		log_warn("carrier", "order=%s tries=%lld error=%s text=\"%s\"", s->m.id,
			(long long)s->m.tries + 1, err_name(s->asked), note.text);
	rc = db_write(db, o->division, told_tx, s);
	/* A waybill that is another parcel's already is a wrong answer. */
	if (rc == ERR_EXISTS) {
		s->asked = ERR_CONFLICT;
		rc = db_write(db, o->division, told_tx, s);
	}
	return rc;
}

static int forget_tx(struct db_tx *tx, void *arg)
{
	const struct courier *c = arg;
	char before[TIME_TEXT];
	time_text(time_now_ms() - c->r->config->courier_keep, before);
	int rc = mailing_forget(tx, before);
	return rc == 0 ? delivery_forget(tx, before) : rc;
}

static int office_go(struct courier *c, const struct office *o, bool forget)
{
	struct step *s = calloc(1, sizeof *s);
	bool more = s != NULL;
	int rc = s ? 0 : ERR_NOMEM;
	if (s)
		s->c = c;
	while (rc == 0 && more && !worker_stopping(c->worker))
		rc = one(s, o, &more);
	if (rc == 0 && forget && !worker_stopping(c->worker))
		rc = db_write(c->r->service->db, o->division, forget_tx, c);
	if (s)
		mailing_fini(&s->m);
	free(s);
	return rc;
}

static int64_t round_go(void *arg)
{
	struct courier *c = arg;
	const struct office *o;
	const int64_t keep = c->r->config->courier_keep, now = time_mono_ms();
	bool forget = !c->forgot_ms || now - c->forgot_ms >= (keep < FORGET_MS ? keep : FORGET_MS);
	if (forget)
		c->forgot_ms = now;
	for (size_t i = 0; (o = offices_at(c->r->offices, i)) && !worker_stopping(c->worker); i++) {
		int rc = office_go(c, o, forget);
		if (rc < 0)
			log_warn("carrier", "division=%s error=%s", o->division, err_name(rc));
	}
	return ROUND_MS;
}

int courier_new(struct registry *r, struct courier **out, struct err_note *note)
{
	const struct registry_config *k = r->config;
	if (!call_address_good(k->courier_url))
		return err_set(note, ERR_CONFIG, "courier.url: https is needed, but on loopback");
	struct courier *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	c->r = r;
	int rc = k->courier_token_file
			 ? call_secret(k->courier_token_file, "courier.token_file", &c->token, note)
			 : 0;
	if (rc == 0)
		rc = worker_new(round_go, c, 0, &c->worker);
	if (rc < 0)
		courier_free(c);
	else
		*out = c;
	return rc;
}

int courier_start(struct courier *c)
{
	return worker_start(c->worker);
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	worker_free(c->worker);
	if (c->token)
		buf_wipe(c->token, strlen(c->token));
	free(c->token);
	free(c);
}
