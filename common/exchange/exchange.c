#include "common/exchange/exchange.h"

#include "common/base/embed.h"
#include "common/exchange/exchange_impl.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

EMBED(exchange_sql_0001, "common/exchange/sql/0001-exchange.sqlite.sql");
EMBED(exchange_pg_0001, "common/exchange/sql/0001-exchange.pg.sql");
static const struct db_migration migrations[] = {{1, "exchange", exchange_sql_0001, exchange_pg_0001}};
const struct db_schema exchange_schema = {"exchange", migrations, 1};

#define ACK_MS 50

DB_STMT_CROSS(stream_release, "UPDATE stream_in SET held = '', settled = CASE WHEN held = 'epoch' THEN epoch "
			      "+ 1 ELSE settled END WHERE link = :link AND held <> ''");
DB_STMT_CROSS(stream_safe_next, "UPDATE stream_in SET safe_next = contiguous");
DB_STMT_CROSS(stream_safe, "UPDATE stream_in SET safe = safe_next");

void exchange_wake(int fd)
{
	uint64_t one = 1;
	if (fd >= 0 && write(fd, &one, sizeof one) < 0)
		return;
}

struct link_state *exchange_link_out(struct exchange *x, const char *dest)
{
	for (size_t i = 0; i < x->nlinks; i++)
		if (x->links[i].c.out_to && strcmp(x->links[i].c.peer, dest) == 0)
			return &x->links[i];
	return NULL;
}

struct link_state *exchange_link_named(struct exchange *x, const char *link)
{
	for (size_t i = 0; i < x->nlinks; i++)
		if (strcmp(x->links[i].c.link, link) == 0)
			return &x->links[i];
	return NULL;
}

void exchange_owe_ack(struct link_state *in)
{
	struct link_state *out = exchange_link_out(in->x, in->c.peer);
	/* A link without ticks (the disc) acknowledges when it is sealed. */
	if (!out || out->c.tick_ms == 0)
		return;
	pthread_mutex_lock(&out->lock);
	if (!out->ack_due_ms)
		out->ack_due_ms = time_mono_ms() + ACK_MS;
	pthread_mutex_unlock(&out->lock);
	exchange_wake(out->send_wake);
}

static int init_run(struct db_tx *tx, void *arg)
{
	return streams_init(arg, tx);
}

struct epoch {
	struct exchange *x;
	const char *link, *who; /* link NULL: all outgoing ones */
};

static int epoch_run(struct db_tx *tx, void *arg)
{
	struct epoch *e = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->x->nlinks; i++) {
		const struct exchange_link *l = &e->x->links[i].c;
		if (!l->out_to || (e->link && strcmp(e->link, l->link) != 0))
			continue;
		rc = streams_new_epoch(e->x, tx, l->link);
		if (rc == 0)
			rc = audit_record(tx, e->who, "link.new-epoch", l->link, NULL);
	}
	return rc;
}

static int links_open(struct exchange *x, const struct exchange_options *o, struct err_note *note)
{
	REQUIRE(o->nlinks <= EXCHANGE_LINKS_MAX && o->nkeys <= sizeof x->keys / sizeof x->keys[0]);
	for (size_t i = 0; i < o->nlinks; i++) {
		struct link_state *l = &x->links[i];
		l->x = x;
		l->c = o->links[i];
		l->send_wake = l->receive_wake = -1;
		pthread_mutex_init(&l->lock, NULL);
		pthread_cond_init(&l->sealed, NULL);
		x->nlinks++;
		if (o->offline)
			continue;
		l->send_wake = eventfd(0, EFD_CLOEXEC);
		l->receive_wake = eventfd(0, EFD_CLOEXEC);
		int rc = spool_open(l->c.spool, l->c.link, true, &l->spool);
		if (rc < 0)
			return err_set(note, rc, "%s/%s: the spool cannot be opened", l->c.spool, l->c.link);
	}
	return 0;
}

static int threads_start(struct exchange *x)
{
	for (size_t i = 0; i < x->nlinks; i++) {
		struct link_state *l = &x->links[i];
		int rc = l->c.out_to ? sender_recover(l) : 0;
		if (rc < 0)
			return rc;
		if (l->c.out_to && !(l->sending = pthread_create(&l->sender, NULL, sender_run, l) == 0))
			return ERR_IO;
		if (l->c.out_to)
			exchange_wake(l->send_wake); /* what commands queued meanwhile */
		if (l->c.in_from &&
			!(l->receiving = pthread_create(&l->receiver, NULL, receiver_run, l) == 0))
			return ERR_IO;
	}
	return 0;
}

static int online(struct exchange *x, struct err_note *note)
{
	bool same = true;
	int rc = boot_mark_check(x, &same);
	if (rc == 0 && !same) {
		struct epoch e = {x, NULL, "system"};
		log_error("boot-mark", "the database is not the one of the last start: a new epoch begins on "
				       "every outgoing link");
		rc = db_write(x->o.db, "", epoch_run, &e);
	}
	if (rc == 0)
		rc = threads_start(x);
	return rc < 0 ? err_set(note, rc, "exchange: %s", err_text(rc)) : 0;
}

int exchange_start(const struct exchange_options *o, struct exchange **out, struct err_note *note)
{
	struct exchange *x = calloc(1, sizeof *x);
	if (!x)
		return ERR_NOMEM;
	x->o = *o;
	int rc = links_open(x, o, note);
	/* What is borrowed only for this call is copied. */
	for (size_t i = 0; i < o->nkeys; i++)
		x->keys[i] = o->keys[i];
	x->o.keys = x->keys;
	x->o.links = NULL;
	if (rc == 0)
		rc = db_write(o->db, "", init_run, x);
	if (rc == 0 && !o->offline)
		rc = online(x, note);
	if (rc < 0) {
		exchange_stop(x);
		return rc;
	}
	*out = x;
	return 0;
}

void exchange_stop(struct exchange *x)
{
	if (!x)
		return;
	x->stop = true;
	for (size_t i = 0; i < x->nlinks; i++) {
		struct link_state *l = &x->links[i];
		exchange_wake(l->send_wake);
		exchange_wake(l->receive_wake);
		if (l->sending)
			pthread_join(l->sender, NULL);
		if (l->receiving)
			pthread_join(l->receiver, NULL);
		spool_close(l->spool);
		if (l->send_wake >= 0)
			close(l->send_wake);
		if (l->receive_wake >= 0)
			close(l->receive_wake);
		pthread_mutex_destroy(&l->lock);
		pthread_cond_destroy(&l->sealed);
	}
	free(x);
}

int exchange_seal(struct exchange *x, const char *link)
{
	struct link_state *l = exchange_link_named(x, link);
	struct timespec until;
	int rc = 0;
	if (!l || !l->c.out_to || x->o.offline)
		return ERR_NOTFOUND;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 30;
	pthread_mutex_lock(&l->lock);
	int mine = ++l->seal_asked;
	exchange_wake(l->send_wake);
	while (rc == 0 && l->seal_done - mine < 0 && !x->stop)
		if (pthread_cond_timedwait(&l->sealed, &l->lock, &until) != 0)
			rc = ERR_TIMEOUT;
	pthread_mutex_unlock(&l->lock);
	return rc;
}

int exchange_new_epoch(struct exchange *x, const char *link, const char *who)
{
	struct epoch e = {x, link, who};
	int rc = exchange_link_named(x, link) ? db_write(x->o.db, "", epoch_run, &e) : ERR_NOTFOUND;
	if (rc == 0)
		exchange_wake(exchange_link_named(x, link)->send_wake);
	return rc;
}

struct decision {
	const char *link, *who, *reason;
};

static int release_run(struct db_tx *tx, void *arg)
{
	struct decision *d = arg;
	struct db_query *q = db_query(tx, &stream_release);
	db_bind_text(q, "link", d->link);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		return ERR_STATE;
	json_t *detail = json_pack("{s:s}", "reason", d->reason);
	if (rc == 0)
		rc = audit_record(tx, d->who, "link.release", d->link, detail);
	json_decref(detail);
	return rc;
}

int exchange_release(struct exchange *x, const char *link, const char *who, const char *reason)
{
	struct decision d = {link, who, reason};
	int rc = db_write(x->o.db, "", release_run, &d);
	if (rc == 0 && exchange_link_named(x, link))
		exchange_wake(exchange_link_named(x, link)->receive_wake);
	return rc;
}

static int exec_run(struct db_tx *tx, void *arg)
{
	return db_exec(db_query(tx, arg));
}

int exchange_backup_begin(struct exchange *x)
{
	struct db_stmt *s = (struct db_stmt *)(uintptr_t)&stream_safe_next;
	return db_write(x->o.db, "", exec_run, s);
}

int exchange_mark_backup(struct exchange *x)
{
	struct db_stmt *s = (struct db_stmt *)(uintptr_t)&stream_safe;
	return db_write(x->o.db, "", exec_run, s);
}
