/* What comes by time: the timers of processes, and reminders. */
#include "zones/extranet/store/flows_impl.h"

#include "common/log/log.h"
#include "zones/extranet/store/clock.h"
#include "zones/extranet/store/public_notice.h"
#include "zones/extranet/store/reminder.h"
#include "zones/extranet/transfer/in_force.h"
#include "zones/extranet/transfer/progress.h"

#define CLOCK_MS 20000
#define REMIND_MS INT64_C(3600000)

static int due_list(struct db_tx *tx, void *arg)
{
	return flow_store_due(tx, time_now_ms(), 50, arg);
}

struct firing {
	struct registry *r;
	const json_t *due;
};

/* 公告期满: nobody acted, so the case says it itself. */
static int notice_over(struct registry *r, struct db_tx *tx, const char *id)
{
	struct public_notice_news news = {.begun = false};
	struct case_row c;
	int rc = case_get(tx, id, &c);
	if (rc == 0)
		rc = public_notice_settle(r, tx, &c, "over", &news);
	if (rc < 0 || !news.ended)
		return rc;
	rc = case_move(tx, &c, -1, c.state, "system", "公告期满，没有人提出异议");
	return rc == 0 ? progress_put_step(r, tx, &c, "公告期满", "Public notice over 公告期满", c.note) : rc;
}

static int fire(struct db_tx *tx, void *arg)
{
	const struct firing *x = arg;
	struct err_note note = {0};
	struct flows_going g = {.r = x->r, .tx = tx, .event = "timer", .who = "system", .note = &note};
	int rc = flows_get(&g, json_str(x->due, "instance"));
	if (rc == 0)
		rc = flows_go(&g, &(struct flow_event){.kind = FLOW_TIMER,
					  .token = json_int(x->due, "token"),
					  .node = json_str(x->due, "node")});
	flow_case_fini(&g.c);
	return rc == 0 ? notice_over(x->r, tx, json_str(x->due, "instance")) : rc;
}

static void fire_due(struct flows *f, const char *tenant)
{
	struct service *s = f->r->service;
	json_t *list = NULL, *one;
	size_t i;
	if (!clock_ends(f->r) || db_read(s->db, tenant, due_list, &list) < 0)
		return;
	json_array_foreach(list, i, one)
	{
		struct firing x = {f->r, one};
		int rc = db_write(s->db, tenant, fire, &x);
		if (rc < 0)
			log_error("timer", "case=%s node=%s error=%s", json_str(one, "instance"),
				json_str(one, "node"), err_name(rc));
	}
	json_decref(list);
}

/* At the start, then once an hour, and again at once while there are more. */
static void remind(struct flows *f)
{
	const struct office *o;
	if (time_now_ms() < f->remind_ms)
		return;
	for (size_t i = 0; (o = offices_at(f->r->offices, i)); i++) {
		int n = 0, rc = 0;
		do
			rc = reminder_run(f->r, o, &n);
		while (rc == 0 && n > 0 && !worker_stopping(f->clock));
		if (rc < 0)
			log_error("reminders", "office=%s error=%s", o->division, err_name(rc));
	}
	f->remind_ms = time_now_ms() + REMIND_MS;
}

static int64_t clock_round(void *arg)
{
	struct flows *f = arg;
	int rc = clock_look(f->r);
	if (rc < 0)
		log_error("clock", "error=%s", err_name(rc));
	for (size_t i = 0; f->r->service->tenants[i]; i++)
		fire_due(f, f->r->service->tenants[i]);
	in_force_again(f->r->in_force);
	remind(f);
	return CLOCK_MS;
}

void flows_stop_clock(struct flows *f)
{
	if (!f)
		return;
	worker_free(f->clock);
	f->clock = NULL;
}

int flows_start_clock(struct flows *f)
{
	int rc = worker_new(clock_round, f, 0, &f->clock);
	return rc == 0 ? worker_start(f->clock) : rc;
}
