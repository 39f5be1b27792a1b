/* Command line of burner: one set of options, of which each command names those it needs. */
#ifndef SW_BURNER_OPTIONS_H
#define SW_BURNER_OPTIONS_H
#include "common/base/json.h"
#include <stdbool.h>

/* Exit codes of every program of this project. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2 };

struct options {
	const char *subject; /* DISC or IMAGE */
	const char *store, *bundles, *reason, *key, *cert, *passphrase_file, *to, *by, *trust, *revoked,
		*into, *suite;
	const char *mark, *use, *medium, *blank, *seal, *from, *identity, *how, *place, *label, *last, *state,
		*month, *drive;
	const struct buf *phrase; /* set before the command acts */
	const char *wait;         /* seconds for the ledger; NULL: as long as it takes */
	bool json;
};
struct command;
struct ledger;
/* argv[0] is the command's name. ERR_USAGE with what is wrong in `note`. */
SW_MUST_USE int options_parse(
	const struct command *c, int argc, char **argv, struct options *out, struct err_note *note);

/* Milliseconds to wait for the ledger; below 0: as long as it takes. */
int options_wait(const struct options *o);
/* Prints one JSON object; without --json its members line by line. Takes v; returns 0. */
int options_print(const struct options *o, json_t *v);

struct command {
	const char *name, *synopsis, *help;
	const char *subject; /* "DISC", "IMAGE", "SERIAL", or NULL */
	const char *needs;   /* options that must be there: "store bundles reason" */
	/* One of the two. act: in the ledger, gives its result back. run: prints it itself. 0 or ERR_*. */
	int (*act)(struct ledger *l, const struct options *o, json_t **out, struct err_note *note);
	int (*run)(const struct options *o, struct err_note *note);
};
#endif
