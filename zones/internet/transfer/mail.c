#include "zones/internet/transfer/mail.h"

#include "common/call/call.h"
#include "common/call/call_mail.h"
#include "zones/internet/domain/letter.h"
#include "zones/internet/transfer/outlet.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LETTER_MAX 32768

struct mail_sender {
	struct mail_config c;
	char *secret;
	struct outlet *outlet;
};

void mail_sender_wake(void *arg)
{
	struct mail_sender *s = arg;
	outlet_wake(s->outlet);
}

/* In English whatever the locale says. */
static void date_text(int64_t ms, char out[static 40])
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t t = (time_t)(ms / 1000);
	struct tm tm = {0};
	gmtime_r(&t, &tm);
	snprintf(out, 40, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday % 100,
		months[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour % 100, tm.tm_min % 100,
		tm.tm_sec % 100);
}

static int send_one(void *arg, const struct outgoing *m)
{
	const struct mail_sender *s = arg;
	struct err_note note = {0};
	struct buf text;
	char date[40];
	date_text(time_now_ms(), date);
	const struct letter l = {m->id, s->c.from, m->to, m->template, m->words, date};
	buf_init(&text, LETTER_MAX);
	int rc = letter_make(&l, &text);
	if (rc == 0) {
		const struct call_mail c = {"mail server", s->c.url, s->c.user, s->secret, s->c.ca, s->c.from,
			m->to, buf_view(&text), 10000, s->c.log};
		rc = call_mail(&c, &note);
	}
	buf_fini(&text);
	return rc == ERR_REFUSED || rc == ERR_NOTFOUND ? 1 : rc;
}

static int config_check(const struct mail_config *c, struct err_note *note)
{
	if (!call_mail_address_good(c->url))
		return err_set(note, ERR_CONFIG, "mail.url: smtps://HOST:PORT or smtp://HOST:PORT");
	if (!c->from || !letter_address_good(c->from))
		return err_set(note, ERR_CONFIG, "mail.from: the address that letters are from");
	if (!c->user != !c->secret_file)
		return err_set(note, ERR_CONFIG, "mail.user: goes with mail.secret_file");
	return 0;
}

int mail_sender_new(const struct mail_config *c, struct mail_sender **out, struct err_note *note)
{
	int rc = config_check(c, note);
	if (rc < 0)
		return rc;
	struct mail_sender *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->c = *c;
	rc = c->secret_file ? call_secret(c->secret_file, "mail.secret_file", &s->secret, note) : 0;
	if (rc == 0)
		rc = outlet_new(c->db, c->vault, "mail", send_one, s, &s->outlet);
	if (rc < 0)
		mail_sender_free(s);
	else
		*out = s;
	return rc;
}

int mail_sender_start(struct mail_sender *s)
{
	return outlet_start(s->outlet);
}

void mail_sender_free(struct mail_sender *s)
{
	if (!s)
		return;
	outlet_free(s->outlet);
	if (s->secret)
		buf_wipe(s->secret, strlen(s->secret));
	free(s->secret);
	free(s);
}
