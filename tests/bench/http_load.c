/* Asks an HTTP service the lines of a file over N kept connections and tells rate and latencies.
 *   http-load --to HOST:PORT --connections N --requests FILE [--cookie TEXT] [--seconds S] [--rate R]
 * [--once] A line: METHOD PATH [BODY]. --once asks each line once, in order; otherwise any line again and
 * again for S seconds.
 * --rate R: R requests a second on a timetable, latencies count from the time each was due; otherwise every
 * connection asks as soon as it has its answer. Prints: requests ok rate p50_us p99_us max_us. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 16384
#define REPLY_MAX (1 << 20)

struct line {
	char *text; /* the whole request */
	size_t n;
};
struct conn {
	int fd;
	bool busy;
	int64_t from; /* ns, when its request was due */
	char *reply;
	size_t n, want; /* want: whole length once known */
};

static struct line *lines;
static size_t nlines, next_line;
static int64_t *latencies;
static size_t ndone, nok, capacity;
static bool once;

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static _Noreturn void stop(const char *what)
{
	fprintf(stderr, "http-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void lines_read(const char *file, const char *host, const char *cookie)
{
	FILE *f = fopen(file, "re");
	char *text = NULL;
	size_t size = 0, cap = 0;
	ssize_t n;
	if (!f)
		stop(file);
	while ((n = getline(&text, &size, f)) > 0) {
		char *method = strtok(text, " "), *path = strtok(NULL, " \n"), *body = strtok(NULL, "\n");
		if (!path)
			continue;
		if (nlines == cap) {
			cap = cap ? 2 * cap : 1024;
			lines = realloc(lines, cap * sizeof *lines);
			if (!lines)
				stop("memory");
		}
		struct line *l = &lines[nlines++];
		int r = asprintf(&l->text,
			"%s %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nX-Requested-With: sanwang\r\n"
			"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			method, path, host, cookie, body ? strlen(body) : 0, body ? body : "");
		if (r < 0)
			stop("memory");
		l->n = (size_t)r;
	}
	free(text);
	fclose(f);
	if (nlines == 0)
		stop("no requests");
}

static int connected(const char *to)
{
	char host[128];
	snprintf(host, sizeof host, "%s", to);
	char *port = strrchr(host, ':');
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *a = NULL;
	if (!port)
		stop("--to HOST:PORT");
	*port++ = '\0';
	if (getaddrinfo(host, port, &hints, &a) != 0)
		stop(host);
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	if (fd < 0 || connect(fd, a->ai_addr, a->ai_addrlen) != 0)
		stop(to);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	freeaddrinfo(a);
	return fd;
}

static bool more_lines(void)
{
	return !once || next_line < nlines;
}

static void ask(struct conn *c, int64_t from)
{
	static uint64_t seed = 88172645463325252ULL;
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	const struct line *l = &lines[once ? next_line++ : seed % nlines];
	c->busy = true;
	c->from = from;
	c->n = c->want = 0;
	for (size_t at = 0; at < l->n;) {
		ssize_t n = write(c->fd, l->text + at, l->n - at);
		if (n < 0 && errno != EAGAIN)
			stop("write");
		at += n > 0 ? (size_t)n : 0;
	}
}

/* The length of the whole reply, 0 while its head is not complete. */
static size_t reply_length(const struct conn *c)
{
	const char *end = memmem(c->reply, c->n, "\r\n\r\n", 4);
	if (!end)
		return 0;
	const char *l = strcasestr(c->reply, "\r\ncontent-length:");
	if (!l || l > end) {
		errno = EPROTO;
		stop("a reply without length");
	}
	return (size_t)(end + 4 - c->reply) + strtoul(l + 17, NULL, 10);
}

static void finished(struct conn *c)
{
	if (ndone == capacity) {
		capacity = capacity ? 2 * capacity : 65536;
		latencies = realloc(latencies, capacity * sizeof *latencies);
		if (!latencies)
			stop("memory");
	}
	latencies[ndone++] = now_ns() - c->from;
	bool ok = c->n > 12 && c->reply[9] == '2';
	nok += ok;
	static int told;
	if (!ok && told++ < 3)
		fprintf(stderr, "http-load: %.*s … %.200s\n", (int)strcspn(c->reply, "\r"), c->reply,
			c->want ? strstr(c->reply, "\r\n\r\n") + 4 : "");
	c->busy = false;
}

static void hear(struct conn *c)
{
	while (c->busy) {
		ssize_t n = read(c->fd, c->reply + c->n, REPLY_MAX - c->n);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			stop("the service closed a connection");
		c->n += (size_t)n;
		c->reply[c->n] = '\0';
		if (!c->want)
			c->want = reply_length(c);
		if (c->want && c->n >= c->want)
			finished(c);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static void tell(int64_t took)
{
	qsort(latencies, ndone, sizeof *latencies, compare);
	if (ndone == 0)
		stop("no answer");
	printf("requests %zu\nok %zu\nrate %.1f\np50_us %.0f\np99_us %.0f\nmax_us %.0f\n", ndone, nok,
		(double)ndone * 1e9 / (double)took, (double)latencies[ndone / 2] / 1e3,
		(double)latencies[ndone * 99 / 100] / 1e3, (double)latencies[ndone - 1] / 1e3);
}

/* On a timetable: what is due is given to the next free connection. */
static void run(struct conn *conns, int n, int ep, double rate, double seconds)
{
	int64_t began = now_ns(), end = began + (int64_t)(seconds * 1e9), sent = 0;
	struct epoll_event events[64];
	for (;;) {
		int64_t now = now_ns();
		bool open = more_lines() && (once || now < end), busy = false;
		for (int i = 0; i < n; i++) {
			int64_t due = rate > 0 ? began + (int64_t)((double)sent * 1e9 / rate) : now;
			if (open && !conns[i].busy && due <= now && more_lines()) {
				ask(&conns[i], due);
				sent++;
			}
			busy |= conns[i].busy;
		}
		if (!busy && !open)
			break;
		int64_t wait = rate > 0 ? began + (int64_t)((double)sent * 1e9 / rate) - now_ns()
					: INT64_C(100000000);
		wait = wait < 0 || wait > INT64_C(100000000) ? INT64_C(100000000) : wait;
		struct timespec t = {wait / 1000000000, wait % 1000000000};
		int k = epoll_pwait2(ep, events, 64, &t, NULL);
		for (int i = 0; i < k; i++)
			hear(events[i].data.ptr);
	}
	tell(now_ns() - began);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"to", 1, NULL, 't'}, {"connections", 1, NULL, 'c'},
		{"requests", 1, NULL, 'r'}, {"cookie", 1, NULL, 'k'}, {"seconds", 1, NULL, 's'},
		{"rate", 1, NULL, 'R'}, {"once", 0, NULL, 'o'}, {NULL, 0, NULL, 0}};
	const char *to = NULL, *file = NULL, *cookie = "";
	int n = 1;
	double seconds = 5, rate = 0;
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 't':
			to = optarg;
			break;
		case 'c':
			n = atoi(optarg);
			break;
		case 'r':
			file = optarg;
			break;
		case 'k':
			cookie = optarg;
			break;
		case 's':
			seconds = atof(optarg);
			break;
		case 'R':
			rate = atof(optarg);
			break;
		case 'o':
			once = true;
			break;
		default:
			return 2;
		}
	}
	if (!to || !file || n < 1 || n > 1024)
		return 2;
	lines_read(file, to, cookie);
	struct conn *conns = calloc((size_t)n, sizeof *conns);
	int ep = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < n; i++) {
		conns[i].fd = connected(to);
		conns[i].reply = malloc(REPLY_MAX + 1);
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &conns[i]};
		if (!conns[i].reply || epoll_ctl(ep, EPOLL_CTL_ADD, conns[i].fd, &e) != 0)
			stop("epoll");
	}
	run(conns, n, ep, rate, seconds);
	return nok == ndone ? 0 : 1;
}
