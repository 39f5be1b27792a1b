/* portal-raw: peers and clients of bench-portal.
 * serve DB PORTFILE: an HTTP service that puts each body it is sent into one row, one commit each, until its
 * standard input ends.
 * group FROM NEW SECONDS: what SQLite alone does: the rows that a draft's save leaves behind in FROM (the
 * draft, its audit record), written again and again into NEW, 64 saves a commit: "rate N" saves a second,
 * "cpu_us N" of processor for each.
 * idle PORT N silent|asked|heads|half: N connections from addresses 127.0.1.1 onwards, 90 each, each asked
 * once or not at all; heads: with a head of 3 KiB; half: with such a head that has not ended yet. "open N"
 * when all are there, then they rest until standard input ends; "lost N". port: one that is free now. */
#include "tests/bench/raw_sqlite.h"
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GROUP 64
#define OF_ONE_ADDRESS 90
#define DURABLE "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"

static void wait_for_end(void)
{
	char c;
	while (read(0, &c, 1) > 0)
		;
}

/* ---- serve */

struct body {
	size_t n;
	char text[65536];
};
struct store {
	sqlite3 *db;
	sqlite3_stmt *insert;
	pthread_mutex_t lock;
};

static void keep(struct store *s, const struct body *b)
{
	pthread_mutex_lock(&s->lock);
	sqlite3_bind_text(s->insert, 1, b->text, (int)b->n, SQLITE_STATIC);
	if (sqlite3_step(s->insert) != SQLITE_DONE)
		raw_die(s->db, "insert");
	sqlite3_reset(s->insert);
	pthread_mutex_unlock(&s->lock);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **ctx)
{
	static char yes[] = "{\"saved\":true}";
	struct body *b = *ctx;
	(void)url, (void)method, (void)version;
	if (!b) {
		*ctx = calloc(1, sizeof *b);
		return *ctx ? MHD_YES : MHD_NO;
	}
	if (*size > 0) {
		if (b->n + *size > sizeof b->text)
			return MHD_NO;
		memcpy(b->text + b->n, data, *size);
		b->n += *size;
		*size = 0;
		return MHD_YES;
	}
	keep(cls, b);
	struct MHD_Response *m = MHD_create_response_from_buffer(sizeof yes - 1, yes, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result ok = MHD_queue_response(c, 200, m);
	MHD_destroy_response(m);
	return ok;
}

static void answered(void *cls, struct MHD_Connection *c, void **ctx, enum MHD_RequestTerminationCode code)
{
	(void)cls, (void)c, (void)code;
	free(*ctx);
}

static int serve(const char *path, const char *port_file)
{
	struct store s = {raw_open(path, DURABLE
				  "CREATE TABLE form (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT"),
		NULL, PTHREAD_MUTEX_INITIALIZER};
	s.insert = raw_prepared(s.db, "INSERT INTO form (body) VALUES (?1)");
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &s,
		MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_THREAD_POOL_SIZE, 8u, MHD_OPTION_NOTIFY_COMPLETED,
		answered, NULL, MHD_OPTION_END);
	if (!d)
		raw_die(NULL, "serve");
	FILE *f = fopen(port_file, "we");
	if (!f)
		raw_die(NULL, port_file);
	fprintf(f, "%u\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	fclose(f);
	wait_for_end();
	MHD_stop_daemon(d);
	sqlite3_finalize(s.insert);
	sqlite3_close(s.db);
	return 0;
}

/* ---- group */

static int text_put(void *to, int n, char **v, char **names)
{
	(void)n, (void)names;
	if (v[0] && sqlite3_exec(to, v[0], NULL, NULL, NULL) != SQLITE_OK)
		raw_die(to, v[0]);
	return 0;
}

/* All columns of the rows of a question, at most `room` rows. */
static size_t rows_take(sqlite3 *from, const char *sql, int columns, sqlite3_value **v, size_t room)
{
	sqlite3_stmt *q = raw_prepared(from, sql);
	size_t n = 0;
	for (; n < room && sqlite3_step(q) == SQLITE_ROW; n++)
		for (int i = 0; i < columns; i++)
			v[n * (size_t)columns + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(q, i));
	sqlite3_finalize(q);
	if (n == 0)
		raw_die(NULL, "nothing was saved");
	return n;
}

static void row_write(sqlite3 *to, sqlite3_stmt *q, sqlite3_value **v, int columns)
{
	for (int i = 0; i < columns; i++)
		sqlite3_bind_value(q, i + 1, v[i]);
	if (sqlite3_step(q) != SQLITE_DONE)
		raw_die(to, "write");
	sqlite3_reset(q);
}

#define ROWS 256
static double processor_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int group(const char *path, const char *fresh, double seconds)
{
	static sqlite3_value *drafts[ROWS * 4], *records[ROWS * 6];
	sqlite3 *from = raw_open(path, "PRAGMA query_only=ON"),
		*to = raw_open(fresh, DURABLE "PRAGMA wal_autocheckpoint=4000;");
	if (sqlite3_exec(from,
		    "SELECT sql FROM sqlite_master WHERE tbl_name IN ('application', 'audit_record') AND "
		    "type IN "
		    "('table', 'index') ORDER BY type DESC",
		    text_put, to, NULL) != SQLITE_OK)
		raw_die(from, "schema");
	raw_run(to, "PRAGMA foreign_keys=OFF");
	char copy[600];
	snprintf(copy, sizeof copy,
		"ATTACH '%s' AS old; INSERT INTO application SELECT * FROM old.application; DETACH old",
		path);
	raw_run(to, copy);
	size_t nd = rows_take(from, "SELECT draft, updated_at, tenant, id FROM application", 4, drafts, ROWS);
	size_t nr = rows_take(from,
		"SELECT tenant, at, who, action, subject, detail FROM audit_record WHERE action = "
		"'application.save'",
		6, records, ROWS);
	sqlite3_stmt *update = raw_prepared(to, "UPDATE application SET draft = ?1, version = version + 1, "
						"updated_at = ?2 WHERE tenant = ?3 AND id = ?4");
	sqlite3_stmt *insert = raw_prepared(to, "INSERT INTO audit_record (tenant, at, who, action, subject, "
						"detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
	double began = raw_now(), cpu = processor_us();
	size_t done = 0;
	while (raw_now() - began < seconds) {
		raw_run(to, "BEGIN IMMEDIATE");
		for (int i = 0; i < GROUP; i++, done++) {
			row_write(to, update, drafts + done % nd * 4, 4);
			row_write(to, insert, records + done % nr * 6, 6);
		}
		raw_run(to, "COMMIT");
	}
	printf("rate %.0f\ncpu_us %.1f\n", (double)done / (raw_now() - began),
		(processor_us() - cpu) / (double)done);
	return 0;
}

/* ---- idle */

#define HEAD_LARGE 3072

/* What each says; its length. */
static size_t ask_make(const char *kind, char out[static HEAD_LARGE + 256])
{
	static const char line[] = "GET /api/config HTTP/1.1\r\nHost: 127.0.0.1\r\n";
	bool large = strcmp(kind, "heads") == 0 || strcmp(kind, "half") == 0;
	size_t n = 0;
	if (strcmp(kind, "silent") == 0)
		return 0;
	n = (size_t)snprintf(out, HEAD_LARGE, "%s%s", line, large ? "X-Long: " : "");
	while (large && n < HEAD_LARGE)
		out[n++] = 'x';
	return strcmp(kind, "half") == 0
		       ? n
		       : n + (size_t)snprintf(out + n, 256, "%s", large ? "\r\n\r\n" : "\r\n");
}

static int connected(int port, int n, const char *kind)
{
	char ask[HEAD_LARGE + 256];
	const size_t size = ask_make(kind, ask);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)},
			   own = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char reply[4096];
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	own.sin_addr.s_addr = htonl(0x7f000101u + (uint32_t)(n / OF_ONE_ADDRESS));
	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0 ||
		connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
		(size && send(fd, ask, size, MSG_NOSIGNAL) < 0))
		raw_die(NULL, "connect");
	if (!size || strcmp(kind, "half") == 0)
		return fd;
	ssize_t got = recv(fd, reply, sizeof reply, 0);
	if (got < 12 || strncmp(reply, "HTTP/1.1 200", 12) != 0)
		raw_die(NULL, "no answer");
	return fd;
}

static int idle(int port, int n, const char *kind)
{
	struct rlimit l;
	int *fd = calloc((size_t)n, sizeof *fd), lost = 0;
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	if (!fd)
		raw_die(NULL, "memory");
	for (int i = 0; i < n; i++)
		fd[i] = connected(port, i, kind);
	printf("open %d\n", n);
	fflush(stdout);
	wait_for_end();
	for (int i = 0; i < n; i++) {
		char c;
		lost += recv(fd[i], &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
	}
	printf("lost %d\n", lost);
	free(fd);
	return 0;
}

static int free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &n) < 0)
		raw_die(NULL, "port");
	printf("%u\n", ntohs(at.sin_port));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "serve") == 0)
		return serve(argv[2], argv[3]);
	if (argc == 5 && strcmp(argv[1], "group") == 0)
		return group(argv[2], argv[3], atof(argv[4]));
	if (argc == 5 && strcmp(argv[1], "idle") == 0)
		return idle(atoi(argv[2]), atoi(argv[3]), argv[4]);
	if (argc == 2 && strcmp(argv[1], "port") == 0)
		return free_port();
	fprintf(stderr, "USAGE: portal-raw serve DB PORTFILE | group FROM NEW SECONDS | idle PORT N "
			"silent|asked|heads|half | port\n");
	return 2;
}
