#include "zones/internet/transfer/sms.h"

#include "common/call/call.h"
#include "zones/internet/transfer/outlet.h"
#include <stdlib.h>
#include <string.h>

struct sms_sender {
	struct sms_config c;
	char *token;
	struct outlet *outlet;
};

void sms_sender_wake(void *arg)
{
	struct sms_sender *s = arg;
	outlet_wake(s->outlet);
}

static int send_one(void *arg, const struct outgoing *m)
{
	const struct sms_sender *s = arg;
	struct err_note note = {0};
	json_t *reply = NULL, *body = json_pack("{s:s,s:s,s:s,s:O}", "id", m->id, "phone", m->to, "template",
				      m->template, "words", m->words);
	const struct call c = {.what = "short-message gateway",
		.url = s->c.url,
		.json = body,
		.secret = s->token,
		.timeout_ms = 3000,
		.log = s->c.log};
	int rc = body ? call_json(&c, &reply, &note) : ERR_NOMEM;
	if (rc == 0 && !json_is_true(json_object_get(reply, "accepted")))
		rc = err_set(&note, ERR_REFUSED, "short-message gateway: not accepted");
	json_decref(body);
	json_decref(reply);
	return rc;
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
		rc = outlet_new(c->db, c->vault, "sms", send_one, s, &s->outlet);
	if (rc < 0)
		sms_sender_free(s);
	else
		*out = s;
	return rc;
}

int sms_sender_start(struct sms_sender *s)
{
	return outlet_start(s->outlet);
}

void sms_sender_free(struct sms_sender *s)
{
	if (!s)
		return;
	outlet_free(s->outlet);
	if (s->token)
		buf_wipe(s->token, strlen(s->token));
	free(s->token);
	free(s);
}
