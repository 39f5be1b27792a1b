/* What the simulators of departments have in common: command line, HTTP service on loopback, faults and
 * delays on demand by POST /api/control {"fault","delay_ms"}. */
#ifndef TESTS_DEPARTMENTS_SIMULATOR_H
#define TESTS_DEPARTMENTS_SIMULATOR_H
#include "common/http/http.h"
#include <stdatomic.h>

struct simulator {
	const char *title;
	const char *const *faults; /* names; the first is "none", ends with NULL */
	const struct http_route *routes;
	size_t nroutes;
	/* Set by simulator_main before prepare: its --dir, --data and --token. */
	const char *dir, *data, *token;
	int (*prepare)(struct simulator *s, struct err_note *note); /* before it listens; NULL none */
	atomic_int fault, delay_ms;
};
/* `PROGRAM --dir DIR [--data FILE] [--token T] [--init | --listen ADDR:PORT --port-file F]`; http_arg() is
 * the simulator. Returns an exit code. */
int simulator_main(struct simulator *s, int argc, char **argv);
/* Waits as long as was asked for. */
void simulator_delay(const struct simulator *s);
/* Whether the request bears the token; true when none was given. */
bool simulator_knows(const struct simulator *s, const struct http_request *r);
#endif
