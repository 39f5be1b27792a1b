#include "zones/extranet/transfer/access.h"

#include "common/log/log.h"
#include "common/os/proc.h"
#include "zones/extranet/domain/codes.h"
#include "zones/extranet/registry.h"
#include "zones/extranet/store/access.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOOK_MS 2000

struct access_worker {
	struct access_desk *desks; /* of the offices, ends with db NULL */
	struct spool *spool;
	struct spool_watch *watch;
	pthread_t thread;
	int wake;
	atomic_bool stop;
};

static void *work(void *arg)
{
	struct access_worker *w = arg;
	int failures = 0;
	proc_give_way(15);
	while (!w->stop) {
		uint64_t n;
		int rc = 0;
		for (const struct access_desk *d = w->desks; d->db; d++) {
			int one = access_round(d, time_now_ms());
			rc = one < 0 ? one : rc;
		}
		failures = rc == 0 ? 0 : failures < 5 ? failures + 1 : 5;
		if (rc < 0 && rc != ERR_BUSY && rc != ERR_STOPPING)
			log_error("access", "error=%s", err_name(rc));
		spool_watch_wait(w->watch, w->wake, LOOK_MS << failures);
		spool_watch_clear(w->watch);
		if (read(w->wake, &n, sizeof n) != (ssize_t)sizeof n)
			continue; /* nobody woke it */
	}
	return NULL;
}

void access_wake(struct access_worker *w)
{
	const uint64_t one = 1;
	if (w)
		REQUIRE(write(w->wake, &one, sizeof one) == (ssize_t)sizeof one);
}

static void worker_free(struct access_worker *w)
{
	spool_watch_free(w->watch);
	spool_close(w->spool);
	if (w->wake >= 0)
		close(w->wake);
	free(w->desks);
	free(w);
}

static int desks_make(struct registry *r, struct access_worker *w)
{
	struct service *s = r->service;
	const struct office *o;
	size_t n = 0;
	while (offices_at(r->offices, n))
		n++;
	w->desks = calloc(n + 1, sizeof *w->desks);
	for (size_t i = 0; w->desks && (o = offices_at(r->offices, i)); i++)
		w->desks[i] = (struct access_desk){
			s->db, o->division, o->name, s->vault, o->seal, w->spool, s->tenants};
	return w->desks ? 0 : ERR_NOMEM;
}

int access_start(struct registry *r, struct access_worker **out)
{
	struct access_worker *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int rc = w->wake < 0 ? ERR_IO : spool_open(r->config->access_spool, "access", true, &w->spool);
	if (rc == 0)
		rc = spool_watch_new(w->spool, SPOOL_IN, &w->watch);
	if (rc == 0)
		rc = desks_make(r, w);
	if (rc == 0)
		rc = pthread_create(&w->thread, NULL, work, w) ? ERR_IO : 0;
	if (rc < 0)
		worker_free(w);
	else
		*out = w;
	return rc;
}

void access_stop(struct access_worker *w)
{
	if (!w)
		return;
	w->stop = true;
	access_wake(w);
	pthread_join(w->thread, NULL);
	worker_free(w);
}

/* ---- by hand */
struct day_asked {
	const char *day;
	json_t *said;
};

static int day_account(struct db_tx *tx, void *arg)
{
	struct day_asked *a = arg;
	json_decref(a->said);
	a->said = NULL;
	return access_of_day(tx, a->day, &a->said);
}

static int account_print(const json_t *said)
{
	size_t i;
	const json_t *r;
	const char *state;
	json_t *n;
	bool equal = json_array_size(json_object_get(said, "differences")) == 0;
	json_array_foreach(json_object_get(said, "rows"), i, r)
	{
		bool same = json_int(r, "entries") == json_int(r, "messages") &&
			    json_int(r, "titles") == json_int(r, "message_titles") &&
			    json_int(r, "proofs") == json_int(r, "message_proofs");
		equal = equal && same;
		printf("%s %s: entries %lld, messages %lld, titles %lld/%lld, proofs %lld/%lld%s\n",
			codes_zh("djlx", json_str(r, "registration")), codes_zh("qllx", json_str(r, "right")),
			(long long)json_int(r, "entries"), (long long)json_int(r, "messages"),
			(long long)json_int(r, "titles"), (long long)json_int(r, "message_titles"),
			(long long)json_int(r, "proofs"), (long long)json_int(r, "message_proofs"),
			same ? "" : " DIFFER");
	}
	json_object_foreach(json_object_get(said, "states"), state, n)
		printf("%s %lld\n", state, (long long)json_integer_value(n));
	json_array_foreach(json_object_get(said, "differences"), i, r)
	{
		if (json_object_get(r, "xh"))
			printf("DIFFERENCE log row %lld: %s\n", (long long)json_int(r, "xh"),
				json_str(r, "what"));
		else
			printf("DIFFERENCE message %s: %s\n", json_str(r, "id"), json_str(r, "what"));
	}
	const json_t *log = json_object_get(said, "log");
	if (json_is_object(log))
		printf("daily log %s, %lld entries%s%s\n", json_str(log, "state"),
			(long long)json_int(log, "entries"), *json_str(log, "code") ? ", " : "",
			json_str(log, "code"));
	return equal ? 0 : 1;
}

int access_command(struct service *s, int argc, char **argv)
{
	char today[DAY_TEXT];
	time_date_cst(time_now_ms(), today);
	int64_t n;
	struct day_asked a = {argc == 1 ? argv[0] : today, NULL};
	if (argc > 1 || day_number(a.day, &n) < 0) {
		fprintf(stderr, "USAGE: access [YYYY-MM-DD]\n");
		return 2;
	}
	int rc = db_read(s->db, s->tenant, day_account, &a);
	int exit_code = rc < 0 ? log_refusal(&(struct err_note){.err = rc}) : account_print(a.said);
	json_decref(a.said);
	return exit_code;
}
