/* dept-mail: simulator of a mail server (README.md of this folder's parent): SMTP on a port of its own, plain
 * or, with a certificate, by STARTTLS, and what it took at its HTTP interface. The mailbox shows a letter
 * once, by its Message-ID, however often it came; what it heard of a letter without TLS is counted. */
#include "common/crypto/openssl.h"
#include "common/os/file.h"
#include "tests/departments/simulator.h"
#include <arpa/inet.h>
#include <openssl/ssl.h>
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
	FAULT_LATE,
	FAULT_STRIP,      /* somebody on the way hides that it speaks TLS … */
	FAULT_REFUSE_TLS, /* … or answers for it that it does not now … */
	FAULT_INJECT      /* … or says what is to be taken for its words under TLS */
};
static const char *const faults[] = {"none", "refuse", "unavailable", "lose-answer", "no-such-box", "hang-up",
	"late", "strip", "refuse-tls", "inject", NULL};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static json_t *box; /* {Message-ID: {"to","letter","times"}} */
static struct simulator *self;
static const char *smtp_port_file, *smtp_address, *cert, *key;
static SSL_CTX *tls;     /* NULL: plain */
static int64_t unsafe_n; /* commands that tell of a letter or of who sends it, heard without TLS */

struct talk {
	FILE *in, *out;
	int fd;
	SSL *ssl;
	char to[256];
};

static void say(struct talk *t, const char *line)
{
	fprintf(t->out, "%s\r\n", line);
	fflush(t->out);
}

static ssize_t tls_read(void *cookie, char *p, size_t n)
{
	int k = SSL_read(cookie, p, (int)n);
	return k > 0 ? k : 0;
}

static ssize_t tls_write(void *cookie, const char *p, size_t n)
{
	int k = SSL_write(cookie, p, (int)n);
	return k > 0 ? k : 0;
}

/* From now on by TLS: what was read ahead of it is forgotten. */
static bool tls_begin(struct talk *t)
{
	t->ssl = SSL_new(tls);
	if (!t->ssl || SSL_set_fd(t->ssl, t->fd) != 1 || SSL_accept(t->ssl) != 1)
		return false;
	fclose(t->in);
	fclose(t->out);
	t->in = fopencookie(t->ssl, "r", (cookie_io_functions_t){.read = tls_read});
	t->out = fopencookie(t->ssl, "w", (cookie_io_functions_t){.write = tls_write});
	return t->in && t->out;
}

static bool tls_command(struct talk *t, int fault)
{
	if (!tls || t->ssl || fault == FAULT_STRIP || fault == FAULT_REFUSE_TLS) {
		say(t, "454 TLS not available");
		return true;
	}
	say(t, fault == FAULT_INJECT ? "220 go on\r\n250-dept-mail\r\n250 AUTH PLAIN" : "220 go on");
	return tls_begin(t);
}

static void unsafe_count(const struct talk *t, const char *line)
{
	static const char *const told[] = {"MAIL", "RCPT", "DATA", "AUTH"};
	for (size_t i = 0; !t->ssl && i < sizeof told / sizeof told[0]; i++)
		if (strncasecmp(line, told[i], 4) == 0) {
			pthread_mutex_lock(&lock);
			unsafe_n++;
			pthread_mutex_unlock(&lock);
		}
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
		m = json_pack("{s:s,s:s,s:s,s:b,s:i}", "id", id, "to", t->to, "letter", letter, "tls",
			t->ssl != NULL, "times", 0);
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
	unsafe_count(t, line);
	if (strncasecmp(line, "EHLO", 4) == 0 || strncasecmp(line, "HELO", 4) == 0)
		say(t, tls && !t->ssl && fault != FAULT_STRIP ? "250-dept-mail\r\n250 STARTTLS"
							      : "250 dept-mail");
	else if (strncasecmp(line, "STARTTLS", 8) == 0)
		return tls_command(t, fault);
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
	struct talk t = {fdopen(dup(fd), "r"), fdopen(dup(fd), "w"), fd, NULL, ""};
	simulator_delay(self);
	if (fault == FAULT_LATE)
		sleep(12);
	say(&t, fault == FAULT_UNAVAILABLE ? "421 come again" : "220 dept-mail");
	if (fault != FAULT_UNAVAILABLE)
		while (fgets(line, sizeof line, t.in) && command(&t, line, fault)) {
		}
	if (t.in)
		fclose(t.in);
	if (t.out)
		fclose(t.out);
	SSL_free(t.ssl);
	close(fd);
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

static int tls_prepare(struct err_note *note)
{
	if (!cert)
		return 0;
	tls = SSL_CTX_new(TLS_server_method());
	return tls && key && SSL_CTX_use_certificate_chain_file(tls, cert) == 1 &&
			       SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) == 1
		       ? 0
		       : err_set(note, ERR_CONFIG, "--cert, --key: not to be used");
}

static int prepare(struct simulator *s, struct err_note *note)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_addr.s_addr = inet_addr(smtp_address ? smtp_address : "127.0.0.1")};
	socklen_t n = sizeof a;
	char text[16];
	pthread_t thread;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	self = s;
	int rc = tls_prepare(note);
	if (rc < 0)
		return rc;
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
	return http_reply_json(r, 200, json_pack("{s:o,s:I}", "rows", rows, "unsafe", (json_int_t)unsafe_n));
}

static const struct http_route routes[] = {
	{"GET", "/api/sent", "public", sent_route, 0, NULL,
		"what was taken, oldest first, and commands heard without TLS; ?to="},
};

int main(int argc, char **argv)
{
	static const struct simulator_option options[] = {{"smtp-port-file", &smtp_port_file},
		{"smtp-address", &smtp_address}, {"cert", &cert}, {"key", &key}, {NULL, NULL}};
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
