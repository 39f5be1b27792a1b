#include "tests/unit/common/http/client.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

int client_open(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval patience = {20, 0};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

void client_send(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		/* The peer may have refused and closed already: the answer tells. */
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

void client_read(int fd, struct client_answer *out)
{
	ssize_t n;
	out->n = 0;
	while ((n = recv(fd, out->text + out->n, sizeof out->text - 1 - out->n, 0)) > 0)
		out->n += (size_t)n;
	out->text[out->n] = '\0';
	out->status = 0;
	out->body = out->text + out->n;
	if (sscanf(out->text, "HTTP/1.1 %d", &out->status) != 1)
		return;
	const char *end = strstr(out->text, "\r\n\r\n");
	assert_non_null(end);
	out->body = end + 4;
}

const char *client_field(const struct client_answer *a, const char *name)
{
	static char value[1024];
	size_t n = strlen(name);
	for (const char *line = strstr(a->text, "\r\n"); line && line + 4 <= a->body;
		line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
			continue;
		const char *from = line + 3 + n + strspn(line + 3 + n, " ");
		snprintf(value, sizeof value, "%.*s", (int)strcspn(from, "\r"), from);
		return value;
	}
	return NULL;
}

void client_ask(int port, const char *method, const char *path, const char *fields, const char *body,
	struct client_answer *out)
{
	char length[96] = "", *head = NULL;
	if (body)
		snprintf(length, sizeof length, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
			strlen(body));
	int n = asprintf(&head,
		"%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Requested-With: sanwang\r\n%s%s\r\n",
		method, path, fields, length);
	assert_true(n > 0);
	int fd = client_open(port);
	client_send(fd, head, (size_t)n);
	if (body)
		client_send(fd, body, strlen(body));
	client_read(fd, out);
	close(fd);
	free(head);
}

json_t *client_json(const struct client_answer *a)
{
	json_t *o = json_loads(a->body, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_is_object(o));
	return o;
}

void client_expect(const struct client_answer *a, int status, const char *error)
{
	if (a->status != status)
		fail_msg("status %d, not %d: %.300s", a->status, status, a->text);
	json_t *o = client_json(a);
	assert_string_equal(json_string_value(json_object_get(o, "error")), error);
	json_decref(o);
}
