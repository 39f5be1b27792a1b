#include "zones/internet/transfer/sms.h"

#include "common/call/call.h"
#include "common/log/log.h"
#include "common/os/worker.h"
#include "zones/internet/store/sms.h"
#include <stdlib.h>
#include <string.h>

#define ROUND_MS 1000
#define EXPIRE_MS INT64_C(60000)

struct sms_sender {
	struct sms_config c;
	char *token;
	struct worker *worker;
	int64_t expired_ms;
};

void sms_sender_wake(void *arg)
{
	struct sms_sender *s = arg;
	worker_wake(s->worker);
}

struct round {
	struct sms_sender *s;
	struct sms m;
	int how;
};

static int due_tx(struct db_tx *tx, void *arg)
{
	struct round *r = arg;
	return sms_due(tx, r->s->c.vault, &r->m);
}

static int went_tx(struct db_tx *tx, void *arg)
{
	const struct round *r = arg;
	return sms_went(tx, &r->m, r->how);
}

static int send_one(struct sms_sender *s, const struct sms *m)
{
	struct err_note note = {0};
	json_t *reply = NULL, *body = json_pack("{s:s,s:s,s:s,s:O}", "id", m->id, "phone", m->phone,
				      "template", m->template, "words", m->words);
	const struct call c = {.what = "short-message gateway",
		.url = s->c.url,
		.json = body,
		.secret = s->token,
		.timeout_ms = 3000,
		.log = s->c.log};
	int rc = body ? call_json(&c, &reply, &note) : ERR_NOMEM;
	if (rc == 0 && !json_is_true(json_object_get(reply, "accepted")))
		rc = err_set(&note, ERR_REFUSED, "short-message gateway: not accepted");
	if (rc < 0)
		log_warn("sms", "id=%s template=%s tries=%lld error=%s", m->id, m->template,
			(long long)m->tries + 1, err_name(rc));
	json_decref(body);
	json_decref(reply);
	return rc;
}

/* *more: there may be another. */
static int one(struct sms_sender *s, bool *more)
{
	struct round r = {.s = s};
	int rc = db_read(s->c.db, "", due_tx, &r);
	*more = rc == 0;
	if (rc < 0)
		return rc == ERR_NOTFOUND ? 0 : rc;
	r.how = -1;
	if (time_now_ms() < r.m.expires_at)
		r.how = send_one(s, &r.m) == 0;
	rc = db_write(s->c.db, "", went_tx, &r);
	sms_fini(&r.m);
	return rc;
}

static int expire_tx(struct db_tx *tx, void *arg)
{
	(void)arg;
	return sms_expire(tx);
}

static int64_t round_go(void *arg)
{
	struct sms_sender *s = arg;
	int64_t now = time_mono_ms();
	bool more = true;
	int rc = 0;
	while (rc == 0 && more && !worker_stopping(s->worker))
		rc = one(s, &more);
	if (rc == 0 && !worker_stopping(s->worker) && now - s->expired_ms > EXPIRE_MS) {
		s->expired_ms = now;
		rc = db_write(s->c.db, "", expire_tx, NULL);
	}
	if (rc < 0)
		log_warn("sms", "error=%s", err_name(rc));
	return ROUND_MS;
}

int sms_sender_new(const struct sms_config *c, struct sms_sender **out, struct err_note *note)
{
	if (!call_address_good(c->url))
		return err_set(note, ERR_CONFIG, "sms.url: https is needed, but on loopback");
	struct sms_sender *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->c = *c;
	int rc = c->token_file ? call_secret(c->token_file, "sms.token_file", &s->token, note) : 0;
	if (rc == 0)
		rc = worker_new(round_go, s, 0, &s->worker);
	if (rc < 0)
		sms_sender_free(s);
	else
		*out = s;
	return rc;
}

int sms_sender_start(struct sms_sender *s)
{
	return worker_start(s->worker);
}

void sms_sender_free(struct sms_sender *s)
{
	if (!s)
		return;
	worker_free(s->worker);
	if (s->token)
		buf_wipe(s->token, strlen(s->token));
	free(s->token);
	free(s);
}
