#include "common/service/link_api.h"

#include "common/service/service.h"
#include <stdlib.h>
#include <string.h>

#define REASON_MAX 300
#define PAGE_ROWS 100

int link_list(struct http_request *r)
{
	const struct service *s = http_arg(r);
	json_t *state = NULL;
	int rc = exchange_state(s->exchange, &state);
	return rc < 0 ? rc : http_reply_json(r, 200, state);
}

int link_bundles(struct http_request *r)
{
	const struct service *s = http_arg(r);
	const char *before = http_query(r, "before");
	json_t *rows = NULL;
	int rc = exchange_bundles(
		s->exchange, http_param(r, "link"), before ? atoll(before) : 0, PAGE_ROWS, &rows);
	return rc < 0 ? rc : http_reply_json(r, 200, rows);
}

int link_decisions(struct http_request *r)
{
	const struct service *s = http_arg(r);
	json_t *out = NULL;
	int rc = exchange_decisions(s->exchange, http_param(r, "link"), &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

/* Whoever decides says why. */
static int reason_get(struct http_request *r, const char **out)
{
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "reason", REASON_MAX, out, &note);
	if (rc == 0 && !**out)
		rc = err_set(&note, ERR_SCHEMA, "reason: is empty");
	return rc < 0 ? http_fail_note(r, &note) : 0;
}

static int done(struct http_request *r, int rc)
{
	return rc < 0 ? http_fail(r, rc, "link %s: %s", http_param(r, "link"), err_text(rc))
		      : http_reply_json(r, 200, json_object());
}

typedef int decide_fn(struct exchange *x, const char *link, const char *who, const char *reason);
static int decide(struct http_request *r, decide_fn *fn)
{
	const struct service *s = http_arg(r);
	const char *reason = NULL;
	int rc = reason_get(r, &reason);
	return rc < 0 ? rc : done(r, fn(s->exchange, http_param(r, "link"), http_user(r)->user, reason));
}

int link_release(struct http_request *r)
{
	return decide(r, exchange_release);
}

int link_epoch(struct http_request *r)
{
	return decide(r, exchange_new_epoch);
}

int link_settle(struct http_request *r)
{
	const struct service *s = http_arg(r);
	const char *reason = NULL;
	struct err_note note = {0};
	int64_t epoch = 0, seq = 0;
	if (json_get_int(http_body(r), "epoch", 1, INT64_MAX, &epoch, &note) < 0 ||
		json_get_int(http_body(r), "seq", 1, INT64_MAX, &seq, &note) < 0)
		return http_fail_note(r, &note);
	int rc = reason_get(r, &reason);
	return rc < 0 ? rc
		      : done(r, exchange_settle(s->exchange, http_param(r, "link"), epoch, seq,
					http_user(r)->user, reason));
}

int link_rebuild(struct http_request *r)
{
	const struct service *s = http_arg(r);
	const char *reason = NULL;
	int64_t messages = 0;
	int rc = reason_get(r, &reason);
	if (rc < 0)
		return rc;
	rc = exchange_rebuild(s->exchange, http_param(r, "link"), http_user(r)->user, reason, &messages);
	return rc < 0 ? done(r, rc)
		      : http_reply_json(r, 200, json_pack("{s:I}", "messages", (json_int_t)messages));
}

/* ---- /metrics */

static int states_add(struct buf *out, const char *link, const json_t *values)
{
	static const char *const names[] = {"held", "trouble", "alarm"};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof names / sizeof names[0]; i++) {
		const char *state = json_string_value(json_object_get(values, names[i]));
		if (state && *state)
			rc = buf_addf(
				out, "sanwang_link_%s{link=\"%s\",state=\"%s\"} 1\n", names[i], link, state);
	}
	return rc;
}

static int link_add(struct buf *out, const char *link, const json_t *values)
{
	const char *name;
	json_t *v;
	int rc = 0;
	json_object_foreach((json_t *)(uintptr_t)values, name, v)
	{
		if (rc == 0 && json_is_integer(v))
			rc = buf_addf(out, "sanwang_link_%s{link=\"%s\"} %lld\n", name, link,
				(long long)json_integer_value(v));
	}
	const json_t *lag = json_object_get(values, "lag_ms");
	if (rc == 0 && lag)
		rc = buf_addf(out, "sanwang_link_lag_seconds{link=\"%s\"} %.3f\n", link,
			(double)json_integer_value(lag) / 1000);
	json_object_foreach(json_object_get(values, "reasons"), name, v)
	{
		if (rc == 0)
			rc = buf_addf(out, "sanwang_link_quarantined_by{link=\"%s\",reason=\"%s\"} %lld\n",
				link, name, (long long)json_integer_value(v));
	}
	return rc == 0 ? states_add(out, link, values) : rc;
}

int link_metrics(struct exchange *x, struct buf *out)
{
	json_t *state = NULL, *values;
	const char *link;
	int rc = exchange_state(x, &state);
	if (rc < 0)
		return rc;
	json_object_foreach(json_object_get(state, "links"), link, values)
	{
		if (rc == 0)
			rc = link_add(out, link, values);
	}
	json_decref(state);
	return rc;
}
