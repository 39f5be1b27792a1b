/* swaudit: what its commands share. */
#ifndef SW_AUDIT_CLI_AUDIT_H
#define SW_AUDIT_CLI_AUDIT_H
#include "common/audit/audit_view.h"
#include "common/base/cli.h"

#define PROGRAM "swaudit"
extern const struct cli_command cmd_verify, cmd_prove, cmd_reconcile, cmd_check_proof, cmd_export, cmd_stats;

#define CLI_AUDIT_TRUSTS 8
struct cli_audit {
	struct trust *trust[CLI_AUDIT_TRUSTS]; /* one per zone */
	size_t ntrust;
	bool live, json;
	const char *out, *entry, *subject, *action, *since, *until, *into, *late, *at, *checkpoint, *revoked;
};
/* Reads the options a command allows (letters: t --trust, l --live, j --json, o --out, e --entry, s
 * --subject, a
 * --action, S --since, U --until, i --into, L --late, A --at, c --checkpoint, r --revoked). *first: index of
 * the first operand. 0, or the exit code (said already). Free with cli_audit_end. */
SW_MUST_USE int cli_audit_begin(const struct cli_command *c, const char *allowed, int argc, char **argv,
	struct cli_audit *out, int *first);
void cli_audit_end(struct cli_audit *o);
/* Origin of the log in a folder, as its log.json says. 0 or the exit code. */
SW_MUST_USE int cli_audit_origin(
	const struct cli_audit *o, const char *dir, char out[static AUDIT_ORIGIN_MAX]);
/* Opens a log or says why not; of several --trust that of the log's zone is taken (for a log of no
 * zone none). why: what `each` refused
 * with, or NULL. 0 or the exit code. */
SW_MUST_USE int cli_audit_open(const struct cli_audit *o, const char *dir,
	int (*each)(void *arg, int64_t index, struct view entry), void *arg, const struct err_note *why,
	struct audit_view **out);
/* Whether the entry is one of those asked for by --action (a prefix up to a dot is enough), --subject,
 * --since and
 * --until. */
bool cli_audit_wanted(const struct cli_audit *o, const json_t *entry);
#endif
