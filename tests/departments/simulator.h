/* What the simulators of departments have in common: command line, HTTP service on loopback, a signing key
 * below a CA of their own, faults and delays on demand by POST /api/control {"fault","delay_ms"}. */
#ifndef TESTS_DEPARTMENTS_SIMULATOR_H
#define TESTS_DEPARTMENTS_SIMULATOR_H
#include "common/crypto/key.h"
#include "common/http/http.h"
#include <stdatomic.h>

/* --NAME VALUE */
struct simulator_option {
	const char *name, **value;
};
struct simulator {
	const char *title;
	const char *const *faults; /* names; the first is "none", ends with NULL */
	const struct http_route *routes;
	size_t nroutes;
	const struct simulator_option *options; /* of its own, at most 8, ends with NULL; NULL none */
	const char *signer; /* the key NAME.sign.key of --dir below its CA (ca.pem), both made when they are
			       not there; NULL none */
	json_t **data_in;   /* the JSON of --data, simulator_main frees it; NULL none */
	/* Set by simulator_main before prepare: --dir, --data, --token, --web, whether --init. */
	const char *dir, *data, *token, *web;
	bool init;
	int (*prepare)(struct simulator *s, struct err_note *note);  /* before it listens; NULL none */
	void (*controlled)(struct simulator *s, const json_t *body); /* after a control; NULL none */
	struct sign_key *key; /* the signer's; simulator_main frees it */
	int port;             /* once it listens */
	atomic_int fault, delay_ms;
};
/* `PROGRAM --dir DIR [--data FILE] [--token T] [--web DIR] [--init | --listen ADDR:PORT --port-file F]`;
 * http_arg() is the simulator. Returns an exit code. */
int simulator_main(struct simulator *s, int argc, char **argv);
/* Waits as long as was asked for. */
void simulator_delay(const struct simulator *s);
/* {"statement","signature","certificate"} of that text as the reply; with the fault "bad-signature" the
 * signature is over another text. */
int simulator_states(const struct simulator *s, struct http_request *r, struct view text);
/* What a route of a service begins with: the delay, the token where one was given, the faults "refuse" and
 * "unavailable". 0 go on; else what the route returns. */
int simulator_begins(const struct simulator *s, struct http_request *r);
#endif
