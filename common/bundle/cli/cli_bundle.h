/* What the commands that read bundles share: options, opening, printing. */
#ifndef SW_BUNDLE_CLI_BUNDLE_H
#define SW_BUNDLE_CLI_BUNDLE_H
#include "common/base/cli.h"
#include "common/bundle/bundle.h"

#define PROGRAM "swbundle"
extern const struct cli_command cmd_keygen, cmd_rotate, cmd_revoke, cmd_pack, cmd_verify, cmd_list,
	cmd_extract, cmd_explain;

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
/* cli_refuse with the text of the note, or that of the error when it has none. */
int cli_bundle_refuse(bool json, int err, const struct err_note *note, const char *path);
#endif
