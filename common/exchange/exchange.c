#include "common/exchange/exchange.h"

#include "common/base/embed.h"
#include "common/exchange/ask_in.h"
#include "common/exchange/ask_queue.h"
#include "common/exchange/asks.h"
#include "common/exchange/build.h"
#include "common/exchange/epoch_out.h"
#include "common/exchange/exchange_impl.h"
#include "common/exchange/link_out.h"
#include "common/exchange/stream_store.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

EMBED(exchange_sql_0001, "common/exchange/sql/0001-exchange.sqlite.sql");
EMBED(exchange_pg_0001, "common/exchange/sql/0001-exchange.pg.sql");
EMBED(exchange_sql_0002, "common/exchange/sql/0002-epochs.sqlite.sql");
EMBED(exchange_pg_0002, "common/exchange/sql/0002-epochs.pg.sql");
EMBED(exchange_sql_0003, "common/exchange/sql/0003-lean.sqlite.sql");
EMBED(exchange_pg_0003, "common/exchange/sql/0003-lean.pg.sql");
EMBED(exchange_sql_0004, "common/exchange/sql/0004-closing.sqlite.sql");
EMBED(exchange_pg_0004, "common/exchange/sql/0004-closing.pg.sql");
static const struct db_migration migrations[] = {{1, "exchange", exchange_sql_0001, exchange_pg_0001},
	{2, "epochs", exchange_sql_0002, exchange_pg_0002}, {3, "lean", exchange_sql_0003, exchange_pg_0003},
	{4, "closing", exchange_sql_0004, exchange_pg_0004}};
const struct db_schema exchange_schema = {"exchange", migrations, 4};

#define ACK_MS 50

const char *const link_trouble_names[] = {
	"", "store-full", "disk-full", "queue-full", "peer-slow", "peer-refuses"};

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

void exchange_trouble(struct link_state *l, enum link_trouble t)
{
	if (atomic_exchange(&l->trouble, (int)t) == (int)t)
		return;
	atomic_store(&l->trouble_since, time_now_ms());
	if (t == LINK_RUNS)
		log_info("link-runs", "link=%s", l->c.link);
	else
		log_error("link-trouble", "link=%s state=%s", l->c.link, link_trouble_names[t]);
}

void exchange_in_full(struct link_state *l, bool full)
{
	if (atomic_exchange(&l->in_full, full) == full)
		return;
	if (full)
		log_error("link-trouble", "link=%s state=%s: what came stays in in/", l->c.link,
			link_trouble_names[LINK_DISK_FULL]);
	else
		log_info("link-runs", "link=%s: what came is taken", l->c.link);
}

void exchange_chain(const struct suite *s, struct digest *chain, const struct digest *identity)
{
	digest_of2(s, view_of(chain->b, sizeof chain->b), view_of(identity->b, sizeof identity->b), chain);
}

static int init_run(struct db_tx *tx, void *arg)
{
	struct exchange *x = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < x->nlinks; i++) {
		const struct exchange_link *l = &x->links[i].c;
		if (l->out_to)
			rc = link_out_init(tx, l->link, l->peer);
		if (rc == 0 && l->in_from)
			rc = stream_init(tx, l->link);
	}
	return rc;
}

static int epochs_run(struct db_tx *tx, void *arg)
{
	struct exchange *x = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < x->nlinks; i++)
		if (x->links[i].c.out_to)
			rc = epoch_out_next(x, tx, x->links[i].c.link, "system", "boot mark");
	return rc;
}

static int folders_open(struct link_state *l, struct err_note *note)
{
	const struct spool_folders f = {.out = l->c.out_folder, .in = l->c.in_folder};
	int rc = spool_open_folders(l->c.spool, l->c.link, &f, &l->spool);
	if (rc < 0)
		return err_set(note, rc, "%s/%s: the spool cannot be opened", l->c.spool, l->c.link);
	return 0;
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
		l->send_wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		l->receive_wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		l->acks = calloc(LINK_ACKS, sizeof *l->acks);
		int rc = l->acks && l->send_wake >= 0 && l->receive_wake >= 0 ? folders_open(l, note)
									      : ERR_NOMEM;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int threads_start(struct exchange *x)
{
	for (size_t i = 0; i < x->nlinks; i++) {
		struct link_state *l = &x->links[i];
		int rc = l->c.out_to ? settle_new(l->spool, &l->settle) : 0;
		if (rc == 0 && l->c.out_to)
			rc = build_recover(l);
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
		log_error("boot-mark", "the database is not the one of the last start: a new epoch begins on "
				       "every outgoing link");
		rc = db_write(x->o.db, "", epochs_run, x);
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
	pthread_mutex_init(&x->mark_lock, NULL);
	int rc = asks_new(&x->asks);
	if (rc == 0)
		rc = ask_queue_new(&x->ask_queue);
	if (rc == 0)
		rc = bundle_pool_new(&x->pool);
	if (rc == 0)
		rc = links_open(x, o, note);
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

static void link_quiet(struct link_state *l)
{
	exchange_wake(l->send_wake);
	exchange_wake(l->receive_wake);
	if (l->sending)
		pthread_join(l->sender, NULL);
	if (l->receiving)
		pthread_join(l->receiver, NULL);
	l->sending = l->receiving = false;
}

static void link_close(struct link_state *l)
{
	settle_free(l->settle);
	spool_close(l->spool);
	if (l->send_wake >= 0)
		close(l->send_wake);
	if (l->receive_wake >= 0)
		close(l->receive_wake);
	ask_in_begin(l);
	free(l->noted);
	free(l->acks);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->sealed);
}

void exchange_quiet(struct exchange *x)
{
	atomic_store(&x->stop, true);
	asks_stop(x->asks);
	ask_queue_stop(x->ask_queue);
	for (size_t i = 0; i < x->nlinks; i++)
		link_quiet(&x->links[i]);
}

void exchange_stop(struct exchange *x)
{
	if (!x)
		return;
	exchange_quiet(x);
	for (size_t i = 0; i < x->nlinks; i++)
		link_close(&x->links[i]);
	asks_free(x->asks);
	ask_queue_free(x->ask_queue);
	bundle_pool_free(x->pool);
	pthread_mutex_destroy(&x->mark_lock);
	free(x);
}

int exchange_seal(struct exchange *x, const char *link)
{
	struct link_state *l = exchange_link_named(x, link);
	struct timespec until;
	int rc = 0;
	if (!l || !l->c.out_to || x->o.offline)
		return ERR_NOTFOUND;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 30;
	pthread_mutex_lock(&l->lock);
	int mine = ++l->seal_asked;
	exchange_wake(l->send_wake);
	while (rc == 0 && l->seal_done - mine < 0 && !atomic_load(&x->stop))
		if (pthread_cond_clockwait(&l->sealed, &l->lock, CLOCK_MONOTONIC, &until) != 0)
			rc = ERR_TIMEOUT;
	pthread_mutex_unlock(&l->lock);
	return rc;
}
