#include "common/audit/audit_copy.h"
#include "common/audit/cli/cli_audit.h"
#include <stdio.h>

struct printing {
	const struct cli_audit *o;
	FILE *to;
};

static int each(void *arg, int64_t index, struct view entry)
{
	struct printing *p = arg;
	json_t *o = NULL;
	(void)index;
	int rc = json_parse(entry, entry.n, &o, NULL);
	if (rc == 0 && cli_audit_wanted(p->o, o) &&
		(fwrite(entry.p, 1, entry.n, p->to) != entry.n || fputc('\n', p->to) == EOF))
		rc = ERR_IO;
	json_decref(o);
	return rc;
}

static int entries_print(const struct cli_audit *o, const char *log)
{
	struct printing p = {o, o->out ? fopen(o->out, "we") : stdout};
	struct audit_view *v = NULL;
	if (!p.to)
		return cli_refuse(o->json, ERR_IO, "cannot be written", o->out);
	int code = cli_audit_open(o, log, each, &p, NULL, &v);
	audit_view_close(v);
	if (o->out && fclose(p.to) != 0 && !code)
		code = cli_refuse(o->json, ERR_IO, "cannot be written", o->out);
	return code;
}

static int log_copy(const struct cli_audit *o, const char *log)
{
	struct err_note note = {.text = ""};
	int64_t size = 0;
	int rc = audit_copy(log, o->into, o->ntrust ? o->trust[0] : NULL, &size, &note);
	if (rc < 0)
		return cli_refuse(o->json, rc, note.text, log);
	if (o->json)
		cli_json_take(json_pack("{s:b,s:s,s:s,s:I}", "ok", 1, "log", log, "into", o->into, "entries",
			(json_int_t)size));
	else
		(void)printf("%s: %lld entries copied to %s\n", log, (long long)size, o->into);
	return CLI_DONE;
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_export, "tljasSUoir", argc, argv, &o, &i);
	if (code)
		return code;
	bool filtered = o.action || o.subject || o.since || o.until || o.out;
	if (i + 1 != argc || (o.into && o.ntrust > 1) || (o.into && filtered))
		code = cli_usage(PROGRAM, &cmd_export);
	else
		code = o.into ? log_copy(&o, argv[i]) : entries_print(&o, argv[i]);
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_export = {"export",
	"export [--trust CA.pem [--revoked DIR]] (--into FOLDER | [--live] [--action NAME] [--subject TEXT] "
	"[--since TIME]\n"
	"                [--until TIME] [--out FILE]) [--json] LOG",
	"copy a log up to its newest checkpoint while it is written, or print entries as lines of JSON", run};
