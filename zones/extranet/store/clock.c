#include "zones/extranet/store/clock.h"

#include "common/audit/audit.h"
#include "common/log/log.h"
#include "zones/extranet/domain/clock_judge.h"
#include "zones/extranet/store/entry_book.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_MS INT64_C(600000)

DB_STMT_CROSS(clock_read, "SELECT newest_ms, settled_ms FROM clock_known WHERE one = 1");
DB_STMT_CROSS(clock_keep, "UPDATE clock_known SET newest_ms = :newest WHERE one = 1 AND newest_ms < :newest");
DB_STMT_CROSS(clock_word, "UPDATE clock_known SET newest_ms = :newest, settled_ms = :settled WHERE one = 1");

struct clock {
	struct time_mark started;
	pthread_mutex_t lock; /* of what follows */
	struct clock_known known;
	int64_t kept; /* the newest in the database */
	enum clock_verdict said;
};

static struct clock_known known_now(struct clock *c)
{
	pthread_mutex_lock(&c->lock);
	struct clock_known k = c->known;
	pthread_mutex_unlock(&c->lock);
	k.jump = time_mark_jump(&c->started);
	return k;
}

static void newer(struct clock *c, int64_t at)
{
	if (at > c->known.newest)
		c->known.newest = at;
}

static void record_newer(struct clock *c, const char *at)
{
	int64_t ms;
	if (time_parse(at, &ms) == 0 && ms > c->known.settled)
		newer(c, ms);
}

/* ---- what the database knows */

static int zone_read(struct db_tx *tx, void *arg)
{
	struct clock *c = arg;
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &clock_read);
	int rc = db_step(q);
	if (rc == 1) {
		c->known.newest = c->kept = db_int(q, 0);
		c->known.settled = db_int(q, 1);
	}
	db_done(q);
	if (rc >= 0)
		rc = audit_newest(tx, at);
	if (rc == 0)
		record_newer(c, at);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int book_read(struct db_tx *tx, void *arg)
{
	char at[TIME_TEXT];
	int rc = entry_book_newest(tx, at);
	if (rc == 0)
		record_newer(arg, at);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int all_read(struct registry *r, struct clock *c)
{
	const struct service *s = r->service;
	int rc = db_read(s->db, "", zone_read, c);
	for (size_t i = 0; rc == 0 && s->tenants[i]; i++)
		rc = db_read(s->db, s->tenants[i], book_read, c);
	return rc;
}

int clock_open(struct registry *r, struct clock **out)
{
	struct clock *c = calloc(1, sizeof *c);
	if (!c)
		return ERR_NOMEM;
	time_mark_now(&c->started);
	REQUIRE(pthread_mutex_init(&c->lock, NULL) == 0);
	int rc = all_read(r, c);
	if (rc < 0)
		clock_free(c);
	else
		*out = c;
	return rc;
}

void clock_free(struct clock *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ---- as time goes on */

static int zones_read(const struct registry *r, struct clock_known *k)
{
	const struct service *s = r->service;
	k->nzones = 0;
	for (size_t i = 0; i < s->nlinks && k->nzones < CLOCK_JUDGE_ZONES; i++) {
		struct clock_zone z = {.zone = s->links[i].peer, .slow = !s->links[i].out_to};
		if (!s->links[i].in_from)
			continue;
		int rc = exchange_heard(s->exchange, s->links[i].link, &z.created, &z.came);
		if (rc < 0 && rc != ERR_NOTFOUND)
			return rc;
		if (rc == 0)
			k->zones[k->nzones++] = z;
	}
	return 0;
}

static int keep(struct db_tx *tx, void *arg)
{
	const int64_t *at = arg;
	struct db_query *q = db_query(tx, &clock_keep);
	db_bind_int(q, "newest", *at);
	int rc = db_exec(q);
	return rc < 0 ? rc : 0;
}

/* What is known at the start has to stand when records with an earlier time come behind it. */
static int newest_keep(struct registry *r, struct clock *c, const struct clock_known *k, int64_t now)
{
	int64_t at = clock_judge(k, now) == CLOCK_RIGHT && now > k->newest ? now : k->newest;
	if (at < c->kept + KEEP_MS)
		return 0;
	int rc = db_write(r->service->db, "", keep, &at);
	pthread_mutex_lock(&c->lock);
	if (rc == 0)
		c->kept = at;
	pthread_mutex_unlock(&c->lock);
	return rc;
}

int clock_look(struct registry *r)
{
	struct clock *c = r->clock;
	struct clock_known heard = {.nzones = 0};
	int64_t now = time_now_ms();
	int rc = zones_read(r, &heard);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&c->lock);
	memcpy(c->known.zones, heard.zones, sizeof heard.zones);
	c->known.nzones = heard.nzones;
	pthread_mutex_unlock(&c->lock);
	const struct clock_known k = known_now(c);
	enum clock_verdict v = clock_judge(&k, now);
	if (v != c->said && v == CLOCK_RIGHT)
		log_info("clock", "state=%s", clock_judge_name(v));
	else if (v != c->said)
		log_warn("clock", "state=%s behind_s=%lld text=\"%s\"", clock_judge_name(v),
			(long long)((clock_judge_newest(&k) - now) / 1000),
			clock_judge_stops(v)  ? "nothing is entered"
			: clock_judge_ends(v) ? ""
					      : "nothing lapses");
	c->said = v;
	return newest_keep(r, c, &k, now);
}

static int stopped(enum clock_verdict v, const struct clock_known *k, int64_t now, struct err_note *note)
{
	char at[TIME_TEXT], known[TIME_TEXT];
	if (v == CLOCK_SET) {
		log_warn("clock", "set_by_s=%lld text=\"nothing is entered\"", (long long)(k->jump / 1000));
		return err_set(note, ERR_STATE,
			"this machine's clock was set by %lld minutes while the service ran: nothing is "
			"entered until the clock is right and the service was started again",
			llround((double)k->jump / 60000));
	}
	time_text(now, at);
	time_text(clock_judge_newest(k), known);
	return err_set(note, ERR_STATE,
		"this machine's clock is behind: it says %s, and what is recorded goes up to %s: nothing is "
		"entered until it is right or a security officer has settled it",
		at, known);
}

int clock_steady(const struct registry *r, struct err_note *note)
{
	if (!r->clock)
		return 0;
	int64_t now = time_now_ms();
	struct clock_known k = known_now(r->clock);
	enum clock_verdict v = clock_judge(&k, now);
	if (clock_judge_stops(v))
		return stopped(v, &k, now, note);
	if (v == CLOCK_RIGHT) {
		pthread_mutex_lock(&r->clock->lock);
		newer(r->clock, now);
		pthread_mutex_unlock(&r->clock->lock);
	}
	return 0;
}

bool clock_ends(const struct registry *r)
{
	if (!r->clock)
		return true;
	const struct clock_known k = known_now(r->clock);
	return clock_judge_ends(clock_judge(&k, time_now_ms()));
}

static json_t *instant(int64_t ms)
{
	char at[TIME_TEXT];
	if (ms <= 0)
		return json_string("");
	time_text(ms, at);
	return json_string(at);
}

static json_t *zones_json(const struct clock_known *k)
{
	json_t *zones = json_array();
	for (size_t i = 0; i < k->nzones; i++)
		json_array_append_new(
			zones, json_pack("{s:s,s:o,s:o}", "zone", k->zones[i].zone, "created",
				       instant(k->zones[i].created), "came", instant(k->zones[i].came)));
	return zones;
}

int clock_state(const struct registry *r, json_t **out)
{
	int64_t now = time_now_ms();
	const struct clock_known k = known_now(r->clock);
	enum clock_verdict v = clock_judge(&k, now);
	*out = json_pack("{s:s,s:b,s:b,s:o,s:o,s:o}", "state", clock_judge_name(v), "stops",
		clock_judge_stops(v), "settles", clock_judge_settles(v), "now", instant(now), "newest",
		instant(k.newest), "zones", zones_json(&k));
	return *out ? 0 : ERR_NOMEM;
}

/* ---- an officer's word */

/* What an earlier word was about stays settled. */
static int word_keep(struct db_tx *tx, const struct clock_word *w)
{
	struct db_query *q = db_query(tx, &clock_word);
	db_bind_int(q, "newest", w->newest);
	db_bind_int(q, "settled", w->settled);
	int rc = db_exec(q);
	return rc < 0 ? rc : 0;
}

int clock_settle(
	struct registry *r, struct db_tx *tx, const char *who, const char *reason, struct clock_word *out)
{
	char at[TIME_TEXT];
	int64_t now = time_now_ms();
	const struct clock_known k = known_now(r->clock);
	const int64_t newest = clock_judge_newest(&k);
	enum clock_verdict v = clock_judge(&k, now);
	if (!clock_judge_settles(v))
		return ERR_STATE;
	*out = (struct clock_word){now, newest > k.settled ? newest : k.settled, v == CLOCK_AHEAD};
	time_text(newest, at);
	int rc = out->vouched ? 0 : word_keep(tx, out);
	json_t *detail = json_pack("{s:s,s:s,s:o}", "known", at, "reason", reason, "zones", zones_json(&k));
	if (rc == 0)
		rc = detail ? audit_record(tx, who, "clock.settle", clock_judge_name(v), detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

void clock_settled(struct registry *r, const struct clock_word *w)
{
	struct clock *c = r->clock;
	pthread_mutex_lock(&c->lock);
	if (w->vouched) {
		c->known.vouched = true;
	} else {
		c->known.newest = c->kept = w->newest;
		c->known.settled = w->settled;
	}
	pthread_mutex_unlock(&c->lock);
}
