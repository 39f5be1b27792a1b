/* The thread of the outgoing end of a link: sends what waits, ticks, answers acks, tidies. */
#include "common/exchange/asks.h"
#include "common/exchange/build.h"
#include "common/exchange/closing_out.h"
#include "common/exchange/exchange_impl.h"
#include "common/exchange/link_out.h"
#include "common/exchange/resend.h"
#include "common/exchange/resend_tidy.h"
#include "common/log/log.h"
#include "common/os/proc.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 1000      /* at the latest */
#define TIDY_MS 100       /* at most so often */
#define SEND_MS 50        /* of sending, before acks are answered and what else is due is done */
#define TAKEN_US 200      /* how often it is looked whether the next station has taken what was sent */
#define REFUSALS 3        /* for good, within … */
#define REFUSALS_MS 60000 /* … this time: the peer refuses */
#define REFUSED_PAUSE_MS 30000

void sender_acked(struct link_state *l, const struct manifest_ack *a, enum acked_verdict v, int64_t life)
{
	pthread_mutex_lock(&l->lock);
	size_t i = 0;
	while (i < l->nacks && l->acks[i].a.epoch != a->epoch)
		i++;
	/* More than one waits when epochs changed: the oldest gives way. */
	if (i == LINK_ACKS) {
		memmove(l->acks, l->acks + 1, (LINK_ACKS - 1) * sizeof *l->acks);
		i = LINK_ACKS - 1;
	} else if (i == l->nacks) {
		l->nacks++;
	}
	l->acks[i] = (struct link_ack){*a, v, life};
	pthread_mutex_unlock(&l->lock);
	exchange_wake(l->send_wake);
}

static bool ack_next(struct link_state *l, struct link_ack *out)
{
	pthread_mutex_lock(&l->lock);
	bool any = l->nacks > 0;
	if (any) {
		*out = l->acks[0];
		memmove(l->acks, l->acks + 1, --l->nacks * sizeof *l->acks);
	}
	pthread_mutex_unlock(&l->lock);
	return any;
}

static int acks_do(struct link_state *l)
{
	struct link_ack *a = malloc(sizeof *a);
	int rc = a ? 0 : ERR_NOMEM;
	while (rc == 0 && ack_next(l, a)) {
		rc = resend_holes(l, a);
		/* What it lets go leaves soon. */
		if (l->tidy_at_ms > l->tidied_ms + TIDY_MS)
			l->tidy_at_ms = l->tidied_ms + TIDY_MS;
	}
	free(a);
	return rc;
}

static int tidy(struct link_state *l)
{
	bool more = true;
	int rc = 0;
	if (time_mono_ms() < l->tidy_at_ms)
		return 0;
	while (rc == 0 && more && !atomic_load(&l->x->stop))
		rc = resend_tidy(l, &more);
	l->tidied_ms = time_mono_ms();
	l->tidy_at_ms = l->tidied_ms + LOOK_MS;
	return rc;
}

/* ---- waiting */

static int64_t next_look(struct link_state *l, int64_t now)
{
	int64_t until = now + LOOK_MS;
	pthread_mutex_lock(&l->lock);
	if (l->tidy_at_ms < until)
		until = l->tidy_at_ms;
	if (l->c.idle_ms > 0 && l->close_at_ms < until)
		until = l->close_at_ms;
	if (l->c.tick_ms > 0 && l->tick_at_ms < until)
		until = l->tick_at_ms;
	if (l->ack_due_ms && l->ack_due_ms < until)
		until = l->ack_due_ms;
	pthread_mutex_unlock(&l->lock);
	return until;
}

static bool tick_due(struct link_state *l, int64_t now)
{
	pthread_mutex_lock(&l->lock);
	bool due = l->seal_asked != l->seal_done || (l->ack_due_ms && l->ack_due_ms <= now) ||
		   (l->c.tick_ms > 0 && l->tick_at_ms <= now);
	pthread_mutex_unlock(&l->lock);
	return due;
}

/* How many of the newest bundles the next station has not taken yet. */
static size_t under_way(struct link_state *l)
{
	struct stat st;
	size_t n = 0;
	for (size_t i = 0; i < LINK_UNDER_WAY; i++) {
		char *file = l->under_way[i];
		if (*file && fstatat(spool_fd(l->spool, SPOOL_OUT), file, &st, AT_SYMLINK_NOFOLLOW) < 0)
			*file = '\0';
		n += *file != '\0';
	}
	return n;
}

/* What finds the next station waiting goes at once. Behind what is still under way small messages group: the
 * more bundles that are, the longer. */
static void group_wait(struct link_state *l)
{
	while (!atomic_load(&l->x->stop)) {
		size_t n = l->c.group_ms > 0 ? under_way(l) : 0;
		if (n == 0 || time_mono_ms() - l->sent_at_ms >= l->c.group_ms * (int64_t)n)
			return;
		nanosleep(&(struct timespec){0, TAKEN_US * 1000}, NULL);
	}
}

/* Waits for work: a message, a seal, an ack that is owed or came, the idle tick. */
static void work_wait(struct link_state *l, int pause_ms)
{
	struct pollfd p = {l->send_wake, POLLIN, 0};
	int64_t now = time_mono_ms(), until = next_look(l, now);
	int wait = until > now ? (int)(until - now) : 0;
	uint64_t n;
	wrap_prepare(l->c.out_recipient);
	if (poll(&p, 1, pause_ms > wait ? pause_ms : wait) > 0 && read(l->send_wake, &n, sizeof n) >= 0)
		group_wait(l);
}

/* ---- one round */

/* What waits, for a while: where more always comes, holes are answered and copies let go all the same. */
static int send_some(struct link_state *l, bool *any, bool *more)
{
	int64_t until = time_mono_ms() + SEND_MS;
	bool sent = false;
	int rc = 0;
	*any = false;
	*more = true;
	while (rc == 0 && *more && !atomic_load(&l->x->stop) && time_mono_ms() < until) {
		rc = build_next(l, &sent, more);
		*any |= sent;
	}
	if (*any)
		l->sent_at_ms = time_mono_ms();
	return rc;
}

static void told(struct link_state *l)
{
	pthread_mutex_lock(&l->lock);
	l->ack_due_ms = 0;
	l->tick_at_ms = time_mono_ms() + l->c.tick_ms;
	pthread_mutex_unlock(&l->lock);
}

/* A seal is answered when everything that waited is sent and every epoch's ack is told. */
static int seal(struct link_state *l, int asked)
{
	int rc = build_all_ticks(l);
	if (rc == 0)
		rc = settle_wait(l->settle);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&l->lock);
	l->seal_done = asked;
	pthread_cond_broadcast(&l->sealed);
	pthread_mutex_unlock(&l->lock);
	return 0;
}

static int say(struct link_state *l, bool sent, bool more)
{
	pthread_mutex_lock(&l->lock);
	int asked = l->seal_asked;
	bool sealing = asked != l->seal_done && !more;
	pthread_mutex_unlock(&l->lock);
	bool due = tick_due(l, time_mono_ms());
	int rc = sealing ? seal(l, asked) : due && !sent ? build_tick(l) : 0;
	if (rc == 0 && (sent || due))
		told(l);
	return rc;
}

struct watch { /* what the sender sees of its peer from time to time */
	int64_t refused, refused_at, looked_at;
	unsigned refusals;
	bool more; /* waits to be sent at once */
};

struct peer {
	const char *link;
	struct link_out out;
	int64_t oldest_ms;
};
DB_STMT_CROSS(bundle_out_oldest,
	"SELECT at_ms FROM bundle_out WHERE link = :link AND epoch = :epoch AND seq > "
	":contiguous ORDER BY seq LIMIT 1");

static int peer_read(struct db_tx *tx, void *arg)
{
	struct peer *p = arg;
	int rc = link_out_load(tx, p->link, &p->out);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &bundle_out_oldest);
	db_bind_text(q, "link", p->link);
	db_bind_int(q, "epoch", p->out.epoch);
	db_bind_int(q, "contiguous", p->out.ack_contiguous);
	rc = db_one_int(q, &p->oldest_ms);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* The peer that refuses again and again, and the one that says nothing, are named. */
static int peer_watch(struct link_state *l, struct watch *w)
{
	int64_t now = time_now_ms();
	struct peer p = {.link = l->c.link};
	if (now - w->looked_at < LOOK_MS)
		return 0;
	w->looked_at = now;
	int rc = db_read(l->x->o.db, "", peer_read, &p);
	if (rc < 0)
		return rc;
	if (p.out.refused > w->refused) {
		w->refusals = now - w->refused_at < REFUSALS_MS ? w->refusals + 1 : 1;
		w->refused_at = now;
		w->refused = p.out.refused;
	}
	bool refuses = w->refusals >= REFUSALS && now - w->refused_at < REFUSALS_MS;
	bool slow = l->c.slow_ms > 0 && p.oldest_ms > 0 && now - p.oldest_ms > l->c.slow_ms;
	bool full = l->c.sent_max > 0 && p.out.kept_bytes >= l->c.sent_max && p.out.queued > 0;
	atomic_store(&l->queued, p.out.queued);
	exchange_trouble(l, refuses                                                ? LINK_PEER_REFUSES
			    : full                                                 ? LINK_STORE_FULL
			    : l->c.queue_max > 0 && p.out.queued >= l->c.queue_max ? LINK_QUEUE_FULL
			    : slow                                                 ? LINK_PEER_SLOW
										   : LINK_RUNS);
	return 0;
}

static int round_do(struct link_state *l, struct watch *w)
{
	bool sent = false;
	w->more = false;
	int rc = acks_do(l);
	bool paused = atomic_load(&l->trouble) == LINK_PEER_REFUSES &&
		      time_mono_ms() - l->sent_at_ms < REFUSED_PAUSE_MS;
	if (rc == 0 && !paused)
		rc = send_some(l, &sent, &w->more);
	if (rc == 0)
		rc = say(l, sent, w->more);
	asks_expire(l->x->asks);
	if (rc == 0)
		rc = closing_out_look(l);
	if (rc == 0)
		rc = tidy(l);
	return rc == 0 ? peer_watch(l, w) : rc;
}

void *sender_run(void *arg)
{
	struct link_state *l = arg;
	struct watch w = {0};
	int failures = 0;
	struct peer p = {.link = l->c.link};
	/* What it sends was answered when it was committed. */
	proc_give_way(5);
	if (db_read(l->x->o.db, "", peer_read, &p) == 0)
		w.refused = p.out.refused;
	while (!atomic_load(&l->x->stop)) {
		if (failures || !w.more)
			work_wait(l, failures ? 100 << (failures < 6 ? failures : 6) : 0);
		int rc = round_do(l, &w);
		if (rc == ERR_NOSPACE)
			exchange_trouble(l, LINK_DISK_FULL);
		if (rc < 0)
			log_error("sender", "link=%s error=%s", l->c.link, err_name(rc));
		failures = rc < 0 ? failures + 1 : 0;
	}
	return NULL;
}
