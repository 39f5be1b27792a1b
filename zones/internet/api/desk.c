/* The operators' desk: how the portal runs, what stands still and why, and word to the people whose matter it
 * is. Nothing here names a person. */
#include "zones/internet/api/api.h"
#include "zones/internet/domain/template.h"
#include "zones/internet/store/message.h"
#include "zones/internet/store/outgoing.h"
#include "zones/internet/store/stuck.h"
#include "zones/internet/transfer/news.h"
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#define TEXT_MAX 900
#define HOUR_MS INT64_C(3600000)
#define SMS_HOUR 20 /* short messages by the desk about one application */

struct desk {
	struct portal *p;
	const struct http_account *who;
	const char *id, *template, *text;
	bool sms;
	int64_t sent;
	char made[37];
	json_t *a, *b;
	struct err_note note;
};

static void desk_begin(struct http_request *r, struct desk *d)
{
	*d = (struct desk){.p = api_portal(r), .who = http_user(r), .note = {0}};
}

/* ---- how it runs */

static int health_tx(struct db_tx *tx, void *arg)
{
	struct desk *d = arg;
	json_decref(d->a);
	json_decref(d->b);
	d->a = d->b = NULL;
	int rc = stuck_counts(tx, &d->a);
	return rc == 0 ? outgoing_counts(tx, &d->b) : rc;
}

static int disk_read(const char *folder, json_t **out)
{
	struct statvfs v;
	if (statvfs(folder, &v) < 0)
		return err_from_errno(errno);
	*out = json_pack("{s:I,s:I}", "free_bytes", (json_int_t)((int64_t)v.f_bavail * (int64_t)v.f_frsize),
		"all_bytes", (json_int_t)((int64_t)v.f_blocks * (int64_t)v.f_frsize));
	return *out ? 0 : ERR_NOMEM;
}

int api_desk_health(struct http_request *r)
{
	struct desk d;
	struct service *s = http_arg(r);
	json_t *out = NULL, *disk = NULL, *calls = NULL;
	desk_begin(r, &d);
	int rc = account_read(r, health_tx, &d);
	if (rc == 0)
		rc = exchange_state(s->exchange, &out);
	if (rc == 0)
		rc = disk_read(s->data_dir, &disk);
	if (rc == 0)
		rc = call_log_json(d.p->calls, &calls);
	if (rc == 0) {
		json_object_set(out, "disk", disk);
		json_object_set(out, "connectors", calls);
		json_object_set(out, "states", d.a);
		json_object_set(out, "sms", d.b);
		rc = http_reply_json(r, 200, json_incref(out));
	}
	json_decref(out);
	json_decref(disk);
	json_decref(calls);
	json_decref(d.a);
	json_decref(d.b);
	return rc;
}

static int stuck_tx(struct db_tx *tx, void *arg)
{
	struct desk *d = arg;
	const struct stuck_after after = {d->p->config->desk_office, d->p->config->desk_people};
	json_decref(d->a);
	d->a = NULL;
	return stuck_list(tx, &after, time_now_ms(), &d->a);
}

int api_desk_stuck(struct http_request *r)
{
	struct desk d;
	desk_begin(r, &d);
	int rc = account_read(r, stuck_tx, &d);
	if (rc == 0)
		return http_reply_json(r, 200, json_pack("{s:o}", "rows", d.a));
	json_decref(d.a);
	return rc;
}

/* ---- word to the applicants */

static int sms_allowed(struct desk *d, struct db_tx *tx)
{
	char since[TIME_TEXT];
	int64_t n = 0;
	time_text(time_now_ms() - HOUR_MS, since);
	int rc = message_count(tx, d->id, since, &n);
	return rc == 0 && n >= SMS_HOUR
		       ? err_set(&d->note, ERR_RATE, "sms: enough short messages about it in this hour")
		       : rc;
}

static int message_tx(struct db_tx *tx, void *arg)
{
	struct desk *d = arg;
	struct application a;
	d->sent = 0;
	int rc = application_get(tx, d->id, &a);
	if (rc == 0 && d->sms)
		rc = sms_allowed(d, tx);
	if (rc == 0 && d->sms)
		rc = news_tell(d->p, tx, &a, d->template, &d->sent);
	const struct message_new m = {d->id, d->template, d->text, d->who->user, d->sent};
	if (rc == 0)
		rc = message_put(tx, d->p->service->vault, &m, d->made);
	if (rc < 0)
		return rc;
	json_t *detail = json_pack("{s:s,s:I}", "template", d->template, "sms", (json_int_t)d->sent);
	rc = detail ? audit_record(tx, d->who->user, "message.told", d->id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int api_desk_message(struct http_request *r)
{
	static const char *const keys[] = {"template", "text", "sms", NULL};
	static const struct limit_rule rule = {"desk-message", 60, 5000};
	struct desk d;
	desk_begin(r, &d);
	int rc = api_limit(r, &rule);
	if (rc < 0)
		return rc;
	d.id = http_param(r, "id");
	rc = json_only_keys(http_body(r), keys, &d.note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "template", 15, &d.template, &d.note);
	if (rc == 0 && !template_known(d.template))
		rc = err_set(&d.note, ERR_SCHEMA, "template: unknown");
	if (rc == 0)
		rc = json_get_str(http_body(r), "text", TEXT_MAX, &d.text, &d.note);
	if (rc == 0)
		rc = json_get_bool(http_body(r), "sms", &d.sms, &d.note);
	if (rc == 0)
		rc = account_write(r, message_tx, &d);
	if (rc < 0)
		return d.note.err == rc ? http_fail_note(r, &d.note) : rc;
	return http_reply_json(r, 201, json_pack("{s:s,s:I}", "id", d.made, "sms", (json_int_t)d.sent));
}
