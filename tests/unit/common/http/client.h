/* A client that sends exactly the bytes it is told, for the tests of the HTTP service. */
#ifndef SW_TEST_HTTP_CLIENT_H
#define SW_TEST_HTTP_CLIENT_H
#include <jansson.h>
#include <stddef.h>

#define CLIENT_ANSWER 262144
struct client_answer {
	int status; /* 0: closed without an answer */
	size_t n;
	char text[CLIENT_ANSWER]; /* head and body */
	const char *body;
};
/* Connects to 127.0.0.1:port; reading gives up after 20 s. */
int client_open(int port);
void client_send(int fd, const void *bytes, size_t n);
/* Reads until the peer closes. */
void client_read(int fd, struct client_answer *out);
/* Value of a header field of the answer, NULL without; overwritten by the next call. */
const char *client_field(const struct client_answer *a, const char *name);
/* METHOD PATH with these further header lines (each ending with \r\n) and a JSON body (NULL: none), on a
 * connection of its own. */
void client_ask(int port, const char *method, const char *path, const char *fields, const char *body,
	struct client_answer *out);
/* The answer's body; the caller frees. Fails the test when it is no JSON object. */
json_t *client_json(const struct client_answer *a);
/* Fails the test unless status and error code are these. */
void client_expect(const struct client_answer *a, int status, const char *error);
#endif
