#include "common/audit/cli/cli_audit.h"
#include <stdio.h>

static void report(const struct cli_audit *o, const char *dir, const struct audit_view *v)
{
	struct digest root;
	char hex[DIGEST_HEX];
	long long size = (long long)audit_view_size(v), beyond = (long long)audit_view_beyond(v),
		  deleted = (long long)audit_view_deleted(v);
	audit_view_root(v, &root);
	digest_hex(&root, hex);
	const char *proved = !audit_view_signed(v) ? "without checkpoints"
			     : o->ntrust           ? "signed"
						   : "signatures not checked";
	if (o->json) {
		cli_json_take(json_pack("{s:b,s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:b,s:b}", "ok", 1, "log", dir,
			"origin", audit_view_origin(v), "suite", suite_name(audit_view_suite(v)), "entries",
			(json_int_t)size, "beyond", (json_int_t)beyond, "deleted", (json_int_t)deleted,
			"root", hex, "signed", audit_view_signed(v), "signatures_checked",
			o->ntrust && audit_view_signed(v)));
		return;
	}
	(void)printf("%s: good, %s, %lld entries, %s, head %s", dir, audit_view_origin(v), size, proved, hex);
	if (beyond)
		(void)printf(", %lld more behind the checkpoint", beyond);
	if (deleted)
		(void)printf(", files of the first %lld deleted after their time", deleted);
	(void)printf("\n");
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_verify, "tljr", argc, argv, &o, &i);
	if (code)
		return code;
	if (i == argc)
		code = cli_usage(PROGRAM, &cmd_verify);
	for (; i < argc; i++) {
		struct audit_view *v = NULL;
		int one = cli_audit_open(&o, argv[i], NULL, NULL, NULL, &v);
		if (one)
			code = one;
		else
			report(&o, argv[i], v);
		audit_view_close(v);
	}
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_verify = {"verify",
	"verify [--trust CA.pem [--revoked DIR]] [--live] [--json] LOG...",
	"read whole logs, compare everything, name the first wrong place", run};
