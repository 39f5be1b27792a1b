/* dept-mail: simulator of a mail server (README.md of this folder's parent): SMTP on a port of its own,
 * plain, and what it took at its HTTP interface. The mailbox shows a letter once, by its Message-ID, however
 * often it came. */
#include "common/os/file.h"
#include "tests/departments/simulator.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FAULT_NONE,
	FAULT_REFUSE,
	FAULT_UNAVAILABLE,
	FAULT_LOSE_ANSWER,
	FAULT_NO_SUCH_BOX,
	FAULT_HANG_UP,
	FAULT_LATE
};
static const char *const faults[] = {
	"none", "refuse", "unavailable", "lose-answer", "no-such-box", "hang-up", "late", NULL};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *box; /* {Message-ID: {"to","letter","times"}} */
static struct simulator *self;
static const char *smtp_port_file;

struct talk {
	FILE *in, *out;
	char to[256];
};

static void say(struct talk *t, const char *line)
{
	fprintf(t->out, "%s\r\n", line);
	fflush(t->out);
}

static void keep(struct talk *t, const char *letter)
{
	char id[128] = "";
	const char *at = strstr(letter, "Message-ID: <");
	if (at)
		sscanf(at, "Message-ID: <%127[^>]>", id);
	pthread_mutex_lock(&lock);
	json_t *m = json_object_get(box, id);
	if (!m) {
		m = json_pack("{s:s,s:s,s:s,s:i}", "id", id, "to", t->to, "letter", letter, "times", 0);
		json_object_set_new(box, id, m);
	}
	json_object_set_new(m, "times", json_integer(json_int(m, "times") + 1));
	pthread_mutex_unlock(&lock);
}

static bool data_take(struct talk *t, int fault)
{
	char line[2048];
	struct buf letter;
	bool whole = false;
	buf_init(&letter, 65536);
	say(t, "354 go on");
	while (fgets(line, sizeof line, t->in)) {
		if (strcmp(line, ".\r\n") == 0) {
			whole = true;
			break;
		}
		if (buf_add_str(&letter, line[0] == '.' ? line + 1 : line) < 0)
			break;
	}
	if (whole)
		keep(t, (const char *)letter.p);
	buf_fini(&letter);
	if (!whole || fault == FAULT_LOSE_ANSWER)
		return false;
	say(t, "250 taken");
	return true;
}

/* One command; false: the end of the talk. */
static bool command(struct talk *t, const char *line, int fault)
{
	if (strncasecmp(line, "EHLO", 4) == 0 || strncasecmp(line, "HELO", 4) == 0)
		say(t, "250 dept-mail");
	else if (strncasecmp(line, "MAIL FROM:", 10) == 0)
		say(t, fault == FAULT_REFUSE ? "451 refused on demand" : "250 good");
	else if (strncasecmp(line, "RCPT TO:", 8) == 0) {
		sscanf(line + 8, " <%255[^>]>", t->to);
		say(t, fault == FAULT_NO_SUCH_BOX ? "550 no such mailbox" : "250 good");
	} else if (strncasecmp(line, "DATA", 4) == 0)
		return fault != FAULT_HANG_UP && data_take(t, fault);
	else if (strncasecmp(line, "QUIT", 4) == 0) {
		say(t, "221 bye");
		return false;
	} else
		say(t, strncasecmp(line, "RSET", 4) == 0 ? "250 good" : "502 not here");
	return true;
}

static void *talk_run(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char line[2048];
	int fault = atomic_load(&self->fault);
	struct talk t = {fdopen(fd, "r"), fdopen(dup(fd), "w"), ""};
	simulator_delay(self);
	if (fault == FAULT_LATE)
		sleep(12);
	say(&t, fault == FAULT_UNAVAILABLE ? "421 come again" : "220 dept-mail");
	if (fault != FAULT_UNAVAILABLE)
		while (fgets(line, sizeof line, t.in) && command(&t, line, fault)) {
		}
	fclose(t.in);
	fclose(t.out);
	return NULL;
}

static void *listen_run(void *arg)
{
	int fd = (int)(intptr_t)arg, one;
	pthread_t thread;
	while ((one = accept(fd, NULL, NULL)) >= 0)
		if (pthread_create(&thread, NULL, talk_run, (void *)(intptr_t)one) == 0)
			pthread_detach(thread);
		else
			close(one);
	return NULL;
}

static int prepare(struct simulator *s, struct err_note *note)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	char text[16];
	pthread_t thread;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	self = s;
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) < 0 || listen(fd, 64) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		return err_set(note, ERR_IO, "SMTP: no port");
	snprintf(text, sizeof text, "%d\n", ntohs(a.sin_port));
	if (pthread_create(&thread, NULL, listen_run, (void *)(intptr_t)fd) != 0)
		return ERR_IO;
	pthread_detach(thread);
	FILE *f = smtp_port_file ? fopen(smtp_port_file, "w") : NULL;
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		return err_set(note, ERR_IO, "--smtp-port-file");
	return 0;
}

static int sent_route(struct http_request *r)
{
	const char *to = http_query(r, "to"), *id;
	json_t *rows = json_array(), *m;
	pthread_mutex_lock(&lock);
	json_object_foreach(box, id, m) if (!to || strcmp(json_str(m, "to"), to) == 0)
		json_array_append_new(rows, json_deep_copy(m));
	pthread_mutex_unlock(&lock);
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", rows));
}

static const struct http_route routes[] = {
	{"GET", "/api/sent", "public", sent_route, 0, NULL, "what was taken, oldest first; ?to="},
};

int main(int argc, char **argv)
{
	static const struct simulator_option options[] = {{"smtp-port-file", &smtp_port_file}, {NULL, NULL}};
	struct simulator s = {.title = "dept-mail",
		.faults = faults,
		.routes = routes,
		.nroutes = sizeof routes / sizeof routes[0],
		.options = options,
		.prepare = prepare};
	box = json_object();
	int rc = simulator_main(&s, argc, argv);
	json_decref(box);
	return rc;
}
