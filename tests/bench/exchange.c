/* Two zones on local spools in one process (tests/bench/exchange.sh):
 *   bench-exchange latency RATE SECONDS  messages paced; from the outbox's commit to the effect's,
 * microseconds bench-exchange grouped COUNT         messages put in hundreds; per second until the last is
 * applied bench-exchange cost BUNDLES WINDOW   one message a bundle; microseconds a bundle, by segments of
 * WINDOW bench-exchange raw COUNT             what the disk alone allows: rows of the same size in SQLite;
 * floor_us: the two commits that follow one another whatever is built around them Each message has two order
 * keys, its inbox id and one row as its effect; all is durable. Prints "NAME VALUE" lines. */
#include "tests/unit/common/exchange/pair.h"

#include "common/os/file.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX 4000000
#define BATCH 100
#define COST_PUTS 25

static int64_t now_us(void)
{
	struct timespec t;
	REQUIRE(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t *put_at, *applied_at; /* by n */
static atomic_llong applied;
/* What the transaction under way applies; noted by the one thread that writes. */
static int64_t *under_way;
static size_t nunder_way;

static void after_effects(void *arg)
{
	int64_t now = now_us();
	(void)arg;
	for (size_t i = 0; i < nunder_way; i++)
		if (!applied_at[under_way[i]]) {
			applied_at[under_way[i]] = now;
			atomic_fetch_add(&applied, 1);
		}
	nunder_way = 0;
}

static int effect(struct db_tx *tx, const struct message *m, void *arg)
{
	(void)arg;
	REQUIRE(nunder_way < MAX);
	under_way[nunder_way++] = json_int(m->body, "n");
	return db_after_commit(tx, after_effects, NULL);
}

struct puts {
	struct pair_end *e;
	int64_t first, n;
};

static void after_puts(void *arg)
{
	const struct puts *p = arg;
	int64_t now = now_us();
	for (int64_t i = p->first; i < p->first + p->n; i++)
		put_at[i] = now;
}

static int puts_run(struct db_tx *tx, void *arg)
{
	struct puts *p = arg;
	struct err_note note = {0};
	int rc = 0;
	for (int64_t i = p->first; rc == 0 && i < p->first + p->n; i++) {
		char k[2][32];
		const char *keys[] = {k[0], k[1]};
		snprintf(k[0], sizeof k[0], "a%lld", (long long)i % 1009);
		snprintf(k[1], sizeof k[1], "b%lld", (long long)i);
		rc = pair_put_in(tx, p->e, "item.put", i, keys, 2, &note);
	}
	return rc == 0 ? db_after_commit(tx, after_puts, p) : rc;
}

static void put(struct pair_end *e, int64_t first, int64_t n)
{
	struct puts p = {e, first, n};
	REQUIRE(db_write(e->db, "", puts_run, &p) == 0);
}

static void wait_applied(int64_t n)
{
	while (atomic_load(&applied) < n)
		poll(NULL, 0, 1);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

/* Producers of their own thread: on a slow disk one alone, waiting for each commit, would not reach the rate.
 */
#define PRODUCERS 8
struct producer {
	pthread_t thread;
	struct pair_end *e;
	int64_t began, rate, n;
	int64_t first;
};

static void *produce(void *arg)
{
	const struct producer *p = arg;
	for (int64_t i = p->first; i < p->n; i += PRODUCERS) {
		int64_t wait = p->began + i * 1000000 / p->rate - now_us();
		if (wait > 0)
			nanosleep(&(struct timespec){wait / 1000000, wait % 1000000 * 1000}, NULL);
		put(p->e, i, 1);
	}
	return NULL;
}

static void latency(struct pair *p, int64_t rate, int64_t seconds)
{
	struct producer v[PRODUCERS];
	int64_t n = rate * seconds, began = now_us();
	for (int64_t i = 0; i < PRODUCERS; i++) {
		v[i] = (struct producer){.e = &p->near, .began = began, .rate = rate, .n = n, .first = i};
		REQUIRE(pthread_create(&v[i].thread, NULL, produce, &v[i]) == 0);
	}
	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(v[i].thread, NULL);
	wait_applied(n);
	int64_t took = now_us() - began;
	for (int64_t i = 0; i < n; i++)
		applied_at[i] -= put_at[i];
	qsort(applied_at, (size_t)n, sizeof *applied_at, compare);
	printf("messages %lld\nrate %lld\np50_us %lld\np90_us %lld\np99_us %lld\nbundles %lld\n",
		(long long)n, (long long)(n * 1000000 / took), (long long)applied_at[n / 2],
		(long long)applied_at[n * 9 / 10], (long long)applied_at[n * 99 / 100],
		(long long)pair_number(&p->near, "sent"));
}

static void grouped(struct pair *p, int64_t n)
{
	int64_t began = now_us();
	for (int64_t i = 0; i < n; i += BATCH)
		put(&p->near, i, BATCH);
	int64_t written = now_us();
	wait_applied(n);
	int64_t took = now_us() - began;
	printf("messages %lld\nper_second %lld\nput_us %lld\nbundles %lld\n", (long long)n,
		(long long)(n * 1000000 / took), (long long)(written - began),
		(long long)pair_number(&p->near, "sent"));
}

static int64_t cpu_us(void)
{
	struct timespec t;
	REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct spent {
	int64_t us, cpu_us;
};

/* One message a bundle. What waits is put together and sent one by one: between one and two of these are
 * under way and keep both ends busy. Every 1,000 a backup lets files go. */
static struct spent some(struct pair *p, int64_t n)
{
	static int64_t sent; /* by whichever pair */
	int64_t began = now_us(), cpu = cpu_us();
	for (int64_t i = 0; i < n; i += COST_PUTS) {
		int64_t many = n - i < COST_PUTS ? n - i : COST_PUTS;
		REQUIRE(sent + many <= MAX);
		put(&p->near, sent, many);
		sent += many;
		wait_applied(sent - 2 * COST_PUTS);
		if (i / 1000 != (i + many) / 1000)
			REQUIRE(exchange_backup_begin(p->far.x) == 0 && exchange_mark_backup(p->far.x) == 0);
	}
	wait_applied(sent);
	return (struct spent){now_us() - began, cpu_us() - cpu};
}

/* What is in the peer's backup is kept for a second, verdicts for a minute, keys for ten seconds: from then
 * on as much goes as comes. */
static void pair_begin(struct pair *p, const char *suite, bool lean)
{
	pair_init(p, suite);
	p->apply = effect;
	if (lean) {
		p->near.link.group_messages = 1;
		p->near.link.group_ms = p->far.link.group_ms = 0;
		p->near.link.keep_ms = p->far.link.keep_ms = 1000;
		p->near.link.remember_ms = p->far.link.remember_ms = 600000;
		p->near.link.idle_ms = p->far.link.idle_ms = 3000;
	}
}

/* The first bundles of two zones that have just met. */
static struct spent young(const char *suite, int64_t n)
{
	struct pair p;
	pair_begin(&p, suite, true);
	pair_open(&p.near);
	pair_open(&p.far);
	struct spent s = some(&p, n);
	pair_fini(&p);
	return s;
}

/* Microseconds a bundle, of the clock and of the processor, segment by segment: each is as long as the
 * window. Before some of them two zones that have just met send as many: what others on the machine take from
 * the processor and its caches they take from both. */
static void cost(struct pair *p, const char *suite, int64_t n, int64_t window)
{
	for (int64_t i = 0, k = 0; i < n; i += window, k++) {
		bool beside = k % 10 == 9;
		struct spent y = beside ? young(suite, window) : (struct spent){0, 0}, s = some(p, window);
		printf("segment %lld %.1f %.1f", (long long)(i + window), (double)s.us / (double)window,
			(double)s.cpu_us / (double)window);
		printf(beside ? " %.1f\n" : "\n", (double)y.cpu_us / (double)window);
		(void)fflush(stdout);
	}
	printf("bundles %lld\n", (long long)pair_number(&p->near, "sent"));
}

/* ---- the raw limit: a row in and a row out of SQLite, of the size of a message, as the pair's databases do
 * it */
DB_STMT_CROSS(bench_insert, "INSERT INTO effect (message, n) VALUES (:message, :n)");

struct raws {
	int64_t first, n;
};

static int raw_run(struct db_tx *tx, void *arg)
{
	struct raws *r = arg;
	int rc = 0;
	for (int64_t i = r->first; rc == 0 && i < r->first + r->n; i++) {
		struct db_query *q = db_query(tx, &bench_insert);
		char id[600];
		memset(id, 'x', sizeof id);
		for (size_t k = 0; k < sizeof i; k++)
			id[k] = (char)('0' + (i >> (4 * k) & 15));
		id[sizeof id - 1] = '\0';
		db_bind_text(q, "message", id);
		db_bind_int(q, "n", i);
		rc = db_exec(q);
	}
	return rc;
}

struct flush {
	char name[200];
	pthread_t thread;
};

/* A small file made durable, as a bundle is while its number is committed. */
static void *flush_run(void *arg)
{
	const struct flush *f = arg;
	int fd = open(f->name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	REQUIRE(fd >= 0 && file_write_all(fd, "a bundle", 8) == 0 && fsync(fd) == 0 && close(fd) == 0);
	return NULL;
}

/* What no exchange that loses nothing can do without between the two commits that are measured: the number is
 * durable before anybody sees it, and then the effect. So one commit of a row here with a file beside it, and
 * after that one commit of a row there; nothing else at all. */
static void floor_run(struct pair *p, int64_t from)
{
	int64_t took[300];
	for (int64_t i = 0; i < 300; i++) {
		struct raws r = {from + i, 1};
		struct flush f;
		REQUIRE(snprintf(f.name, sizeof f.name, "%s/raw.%lld", p->near.dir, (long long)i) < 200);
		int64_t began = now_us();
		REQUIRE(pthread_create(&f.thread, NULL, flush_run, &f) == 0);
		REQUIRE(db_write(p->near.db, "", raw_run, &r) == 0 && pthread_join(f.thread, NULL) == 0);
		REQUIRE(db_write(p->far.db, "", raw_run, &r) == 0);
		took[i] = now_us() - began;
	}
	qsort(took, 300, sizeof took[0], compare);
	printf("floor_us %lld\n", (long long)took[150]);
}

static void raw(struct pair *p, int64_t n)
{
	struct pair_end *ends[] = {&p->near, &p->far};
	int64_t began = now_us();
	for (int64_t i = 0; i < n; i += 256)
		for (int e = 0; e < 2; e++) {
			struct raws r = {i, 256};
			REQUIRE(db_write(ends[e]->db, "", raw_run, &r) == 0);
		}
	printf("per_second %lld\n", (long long)(n * 1000000 / (now_us() - began)));
	floor_run(p, n + 256);
}

int main(int argc, char **argv)
{
	struct pair p;
	int64_t a = argc > 2 ? atoll(argv[2]) : 0, b = argc > 3 ? atoll(argv[3]) : 0;
	const char *suite = getenv("BENCH_SUITE"), *group = getenv("BENCH_GROUP");
	REQUIRE(argc > 2);
	put_at = calloc(MAX, sizeof *put_at);
	applied_at = calloc(MAX, sizeof *applied_at);
	under_way = calloc(MAX, sizeof *under_way);
	REQUIRE(put_at && applied_at && under_way);
	suite = suite ? suite : "gm";
	pair_begin(&p, suite, strcmp(argv[1], "cost") == 0);
	if (group)
		p.near.link.group_messages = atoll(group);
	pair_open(&p.near);
	pair_open(&p.far);
	if (strcmp(argv[1], "latency") == 0)
		latency(&p, a, b);
	else if (strcmp(argv[1], "grouped") == 0)
		grouped(&p, a);
	else if (strcmp(argv[1], "cost") == 0)
		cost(&p, suite, a, b);
	else
		raw(&p, a);
	pair_fini(&p);
	free(put_at);
	free(applied_at);
	free(under_way);
	return 0;
}
