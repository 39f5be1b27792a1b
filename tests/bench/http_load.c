/* http-load: many clients at one HTTP service on the loopback, each with one request in flight.
 *   http-load --port N --clients N [--cookie TEXT] [--from ADDRESS] [--seconds N] [--once | --own] [--rate N]
 * FILE FILE holds one request a line: METHOD PATH [BODY]; they are taken in turn, with --once each a single
 * time.
 * --own: also each a single time, but client I has the lines I, I + clients, I + 2 clients … to itself and
 * sends each after the answer to the one before (a draft whose version counts on).
 * A line that begins with "@TEXT " has a cookie of its own. --from: the address on the loopback to come from.
 * --rate: so many a second, whether answers come or not; a latency then counts from the moment the request
 * was due, so that waiting for a slow service is seen. Requests are made up before the clock runs. Prints
 * "requests", "rate" (answers a second), "p50_us", "p99_us", "max_us", "failed" (answers that are not 2xx),
 * "client_us" (processor time of this program for one request), one "name value" a line. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 512
#define REPLY_MAX (4 << 20)

struct request {
	char *text;
	size_t n;
};
struct client {
	int fd;
	bool busy, blocked;
	int64_t due_ns;
	const struct request *out;
	size_t out_at;
	char *in;
	size_t in_n;
	size_t own; /* its next line */
};
struct load {
	int ep, port, nclients;
	const char *cookie;
	struct in_addr from;
	struct request *lines;
	size_t nlines;
	bool once, own;
	double seconds, rate;
	int64_t began, ended_ns;
	uint32_t *us; /* latencies */
	size_t done, room, started, failed;
	struct client c[CLIENTS_MAX];
};

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "http-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct request request_of(const struct load *l, const char *line)
{
	struct request r;
	char method[8], path[512], cookie[256];
	int at = 0, skip = 0;
	snprintf(cookie, sizeof cookie, "%s", l->cookie);
	if (sscanf(line, "@%255s %n", cookie, &skip) == 1)
		line += skip;
	if (sscanf(line, "%7s %511s %n", method, path, &at) < 2) {
		fprintf(stderr, "http-load: no request: %s\n", line);
		exit(1);
	}
	int n = asprintf(&r.text,
		"%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\nX-Requested-With: sanwang\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		method, path, l->port, cookie, strlen(line + at), line + at);
	if (n < 0)
		die("memory");
	r.n = (size_t)n;
	return r;
}

static void lines_read(struct load *l, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0, room = 0;
	ssize_t n;
	if (!f)
		die(path);
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (l->nlines == room) {
			room = room ? room * 2 : 1024;
			l->lines = realloc(l->lines, room * sizeof *l->lines);
			if (!l->lines)
				die("memory");
		}
		l->lines[l->nlines++] = request_of(l, line);
	}
	free(line);
	fclose(f);
	if (l->nlines == 0) {
		fprintf(stderr, "http-load: %s holds no request\n", path);
		exit(1);
	}
}

static int connect_to(int port, struct in_addr from)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = from};
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || (from.s_addr && bind(fd, (struct sockaddr *)&own, sizeof own) < 0) ||
		connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static bool more(const struct load *l)
{
	return l->once ? l->started < l->nlines : now_ns() < l->ended_ns;
}

static void write_on(struct load *l, struct client *c)
{
	while (c->out_at < c->out->n) {
		ssize_t n = send(c->fd, c->out->text + c->out_at, c->out->n - c->out_at, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			die("send");
		c->out_at += (size_t)n;
	}
	bool blocked = c->out_at < c->out->n;
	if (blocked == c->blocked)
		return;
	c->blocked = blocked;
	struct epoll_event e = {
		.events = EPOLLIN | (blocked ? EPOLLOUT : 0u), .data.u32 = (uint32_t)(c - l->c)};
	epoll_ctl(l->ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void request(struct load *l, struct client *c, size_t line, int64_t due)
{
	c->out = &l->lines[line];
	c->out_at = 0;
	c->in_n = 0;
	c->busy = true;
	c->due_ns = due;
	l->started++;
	write_on(l, c);
}

static int64_t due_of(const struct load *l, size_t n, int64_t now)
{
	return l->rate > 0 ? l->began + (int64_t)((double)n * 1e9 / l->rate) : now;
}

/* Starts what is due on clients that are free. */
static void start_due(struct load *l)
{
	int64_t now = now_ns();
	for (int i = 0; i < l->nclients && more(l); i++) {
		struct client *c = &l->c[i];
		int64_t due = due_of(l, l->own ? c->own : l->started, now);
		if (c->busy || due > now || (l->own && c->own >= l->nlines))
			continue;
		request(l, c, l->own ? c->own : l->started % l->nlines, due);
		c->own += (size_t)l->nclients;
	}
}

static void answered(struct load *l, struct client *c)
{
	int status = atoi(c->in + 9);
	if (l->done == l->room) {
		l->room = l->room ? l->room * 2 : 65536;
		l->us = realloc(l->us, l->room * sizeof *l->us);
		if (!l->us)
			die("memory");
	}
	l->us[l->done++] = (uint32_t)((now_ns() - c->due_ns) / 1000);
	if (status < 200 || status > 299) {
		if (l->failed++ == 0)
			fprintf(stderr, "http-load: %.*s\n", (int)(c->in_n < 600 ? c->in_n : 600), c->in);
	}
	c->busy = false;
}

static void read_on(struct load *l, struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_n, REPLY_MAX - 1 - c->in_n, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		die("the service closed the connection");
	c->in_n += (size_t)n;
	c->in[c->in_n] = '\0';
	char *end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return;
	const char *length = strcasestr(c->in, "\r\ncontent-length:");
	size_t want = length && length < end ? strtoull(length + 17, NULL, 10) : 0;
	if (c->in_n >= (size_t)(end + 4 - c->in) + want)
		answered(l, c);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void run(struct load *l)
{
	struct epoll_event e[64];
	int tick = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	struct itimerspec every = {{0, 200000}, {0, 200000}};
	struct epoll_event te = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
	if (l->rate > 0 && (timerfd_settime(tick, 0, &every, NULL) < 0 ||
				   epoll_ctl(l->ep, EPOLL_CTL_ADD, tick, &te) < 0))
		die("timer");
	l->began = now_ns();
	l->ended_ns = l->began + (int64_t)(l->seconds * 1e9);
	start_due(l);
	while (more(l) || l->done < l->started) {
		int n = epoll_wait(l->ep, e, 64, 100);
		for (int i = 0; i < n; i++) {
			uint64_t ticks;
			if (e[i].data.u32 == UINT32_MAX) {
				if (read(tick, &ticks, sizeof ticks) < 0 && errno != EAGAIN)
					die("timer");
				continue;
			}
			struct client *c = &l->c[e[i].data.u32];
			if (e[i].events & EPOLLOUT)
				write_on(l, c);
			if (e[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				read_on(l, c);
		}
		start_due(l);
	}
	close(tick);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"port", 1, NULL, 'p'}, {"clients", 1, NULL, 'c'},
		{"cookie", 1, NULL, 'k'}, {"seconds", 1, NULL, 's'}, {"once", 0, NULL, 'o'},
		{"own", 0, NULL, 'w'}, {"rate", 1, NULL, 'r'}, {"from", 1, NULL, 'f'}, {NULL, 0, NULL, 0}};
	static struct load l = {.nclients = 1, .cookie = "", .seconds = 5};
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'p')
			l.port = atoi(optarg);
		else if (c == 'c')
			l.nclients = atoi(optarg);
		else if (c == 'k')
			l.cookie = optarg;
		else if (c == 's')
			l.seconds = atof(optarg);
		else if (c == 'o')
			l.once = true;
		else if (c == 'w')
			l.once = l.own = true;
		else if (c == 'r')
			l.rate = atof(optarg);
		else if (c != 'f' || inet_pton(AF_INET, optarg, &l.from) != 1)
			return 2;
	}
	if (optind + 1 != argc || l.port <= 0 || l.nclients < 1 || l.nclients > CLIENTS_MAX) {
		fprintf(stderr, "USAGE: http-load --port N --clients N [--cookie TEXT] [--from ADDRESS] "
				"[--seconds N] [--once | --own] [--rate N] FILE\n");
		return 2;
	}
	lines_read(&l, argv[optind]);
	l.ep = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < l.nclients; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
		l.c[i] = (struct client){
			.fd = connect_to(l.port, l.from), .in = malloc(REPLY_MAX), .own = (size_t)i};
		if (!l.c[i].in || epoll_ctl(l.ep, EPOLL_CTL_ADD, l.c[i].fd, &e) < 0)
			die("client");
	}
	int64_t prepared_us = clock() * (1000000 / CLOCKS_PER_SEC);
	run(&l);
	double took = (double)(now_ns() - l.began) / 1e9;
	int64_t us = clock() * (1000000 / CLOCKS_PER_SEC) - prepared_us;
	qsort(l.us, l.done, sizeof *l.us, by_size);
	printf("requests %zu\nrate %.0f\np50_us %u\np99_us %u\nmax_us %u\nfailed %zu\nclient_us %lld\n",
		l.done, (double)l.done / took, l.us[l.done / 2], l.us[l.done * 99 / 100], l.us[l.done - 1],
		l.failed, (long long)(us / (int64_t)l.done));
	return 0;
}
