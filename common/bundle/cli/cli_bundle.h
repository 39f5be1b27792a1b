/* What the commands that read bundles share: options, opening, printing. */
#ifndef SW_BUNDLE_CLI_BUNDLE_H
#define SW_BUNDLE_CLI_BUNDLE_H
#include "common/bundle/bundle.h"
#include "common/bundle/cli/cli.h"

struct cli_bundle {
	const char *trust_file, *revoked, *origin_file, *key_file, *cert_file, *from, *to, *link,
		*into; /* NULL: not given */
	bool json;
	struct trust *trust, *origin;
	struct open_key *key;
	const struct open_key *keys[1];
	struct bundle_policy policy;
};
/* Reads the options and loads the files they name; *first is the index of the first FILE. 0, or an exit code
 * after it was said on standard error. */
SW_MUST_USE int cli_bundle_begin(
	const struct cli_command *c, int argc, char **argv, struct cli_bundle *o, int *first);
void cli_bundle_end(struct cli_bundle *o);
/* Opens the file and checks what the keys given allow: members 1–3 and the payload (with a key: its inside
 * too). */
SW_MUST_USE int cli_bundle_open(const struct cli_bundle *o, const char *path, int *fd,
	struct bundle_reader **r, struct err_note *note);
/* One line "REASON: what, where" on standard error, or the same as JSON on standard output. */
void cli_bundle_refuse(const struct cli_bundle *o, const char *path, int err, const struct err_note *note);
/* Prints a value as one line of JSON and releases it. */
void cli_bundle_json_take(json_t *v);
/* Says how the command is called; returns CLI_USAGE. */
int cli_bundle_usage(const struct cli_command *c);
#endif
