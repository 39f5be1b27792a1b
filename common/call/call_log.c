#include "common/call/call_log.h"

#include "common/base/id.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICES 8

struct line {
	char what[32];
	int64_t ok, failed, ok_ms, failing_ms;
	int error;
};
struct call_log {
	pthread_mutex_t lock;
	struct line v[SERVICES];
};

int call_log_new(struct call_log **out)
{
	struct call_log *l = calloc(1, sizeof *l);
	if (!l)
		return ERR_NOMEM;
	pthread_mutex_init(&l->lock, NULL);
	*out = l;
	return 0;
}

void call_log_free(struct call_log *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void call_log_note(struct call_log *l, const char *what, int rc)
{
	if (!l)
		return;
	int64_t now = time_now_ms();
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < SERVICES; i++) {
		struct line *e = &l->v[i];
		if (!e->what[0])
			snprintf(e->what, sizeof e->what, "%s", what);
		if (strcmp(e->what, what) != 0)
			continue;
		if (rc == 0) {
			e->ok++;
			e->ok_ms = now;
			e->failing_ms = 0;
		} else {
			e->failed++;
			e->error = rc;
			if (!e->failing_ms)
				e->failing_ms = now;
		}
		break;
	}
	pthread_mutex_unlock(&l->lock);
}

static json_t *instant(int64_t ms)
{
	char at[TIME_TEXT] = "";
	if (ms)
		time_text(ms, at);
	return json_string(at);
}

int call_log_json(struct call_log *l, json_t **out)
{
	json_t *o = json_object();
	if (!o)
		return ERR_NOMEM;
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < SERVICES && l->v[i].what[0]; i++) {
		const struct line *e = &l->v[i];
		json_object_set_new(o, e->what,
			json_pack("{s:I,s:I,s:o,s:o,s:s}", "ok", (json_int_t)e->ok, "failed",
				(json_int_t)e->failed, "ok_at", instant(e->ok_ms), "failing_since",
				instant(e->failing_ms), "error", e->error ? err_name(e->error) : ""));
	}
	pthread_mutex_unlock(&l->lock);
	*out = o;
	return 0;
}
