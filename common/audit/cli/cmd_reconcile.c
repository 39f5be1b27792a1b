#include "common/audit/audit_reconcile.h"
#include "common/audit/cli/cli_audit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct cli_audit *o;
	struct audit_reconcile *r;
	size_t log;
	struct err_note note;
	json_t *findings, *streams;
};

static int each(void *arg, int64_t index, struct view entry)
{
	struct reading *x = arg;
	json_t *o = NULL;
	struct err_note why = {.text = ""};
	int rc = json_parse(entry, entry.n, &o, NULL);
	if (rc == 0)
		rc = audit_reconcile_entry(x->r, x->log, index, o, &why);
	json_decref(o);
	return rc < 0 && why.err ? err_set(&x->note, rc, "entry %lld: %.150s", (long long)index, why.text)
				 : rc;
}

static int log_take(struct reading *x, const char *dir)
{
	struct audit_view *v = NULL;
	char origin[AUDIT_ORIGIN_MAX];
	int code = cli_audit_origin(x->o, dir, origin);
	if (code)
		return code;
	int rc = audit_reconcile_log(x->r, origin, dir, &x->log);
	if (rc < 0)
		return cli_refuse(x->o->json, rc, "too many logs", dir);
	code = cli_audit_open(x->o, dir, each, x, &x->note, &v);
	audit_view_close(v);
	return code;
}

/* ---- what was found */

static json_t *places_of(const struct audit_reconcile_finding *f)
{
	json_t *places = json_array();
	for (size_t i = 0; i < f->nplaces; i++)
		json_array_append_new(places, json_pack("{s:s,s:I}", "log", f->places[i].log, "entry",
						      (json_int_t)f->places[i].index));
	return places;
}

static void finding_take(void *arg, const struct audit_reconcile_finding *f)
{
	struct reading *x = arg;
	char number[64] = "";
	if (x->o->json) {
		json_array_append_new(
			x->findings, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:o}", "reason", f->reason,
					     "what", f->what, "link", f->link, "from", f->from, "epoch",
					     (json_int_t)f->epoch, "seq", (json_int_t)f->seq, "subject",
					     f->subject, "text", f->text, "places", places_of(f)));
		return;
	}
	if (f->seq)
		snprintf(number, sizeof number, " %s epoch %lld number %lld", f->from, (long long)f->epoch,
			(long long)f->seq);
	(void)fprintf(stderr, "%s: %s%s%s%s%s%s: %s", f->reason, f->what, *f->link ? " on " : "", f->link,
		number, *f->subject ? " " : "", f->subject, f->text);
	for (size_t i = 0; i < f->nplaces; i++)
		(void)fprintf(stderr, ", %s entry %lld", f->places[i].log, (long long)f->places[i].index);
	(void)fprintf(stderr, "\n");
}

static void count_take(void *arg, const struct audit_reconcile_count *c)
{
	struct reading *x = arg;
	if (x->o->json)
		json_array_append_new(x->streams,
			json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I}", "link", c->link, "from", c->from,
				"sent", (json_int_t)c->sent, "carried", (json_int_t)c->carried, "received",
				(json_int_t)c->received, "voided", (json_int_t)c->voided, "under_way",
				(json_int_t)c->under_way, "unknown", (json_int_t)c->unknown));
	else
		(void)printf(
			"%-8s %-10s sent %lld, carried %lld, received %lld, voided %lld, under way %lld, "
			"without the other side's log %lld\n",
			c->link, c->from, (long long)c->sent, (long long)c->carried, (long long)c->received,
			(long long)c->voided, (long long)c->under_way, (long long)c->unknown);
}

static int judge(struct reading *x, const struct audit_reconcile_options *o)
{
	const struct audit_reconcile_report to = {finding_take, count_take, x};
	int64_t n = 0;
	int rc = audit_reconcile_run(x->r, o, &to, &n);
	if (rc < 0)
		return cli_refuse(x->o->json, rc, err_text(rc), NULL);
	if (x->o->json)
		cli_json_take(json_pack(
			"{s:b,s:O,s:O}", "ok", n == 0, "findings", x->findings, "streams", x->streams));
	else
		(void)printf("%lld finding%s\n", (long long)n, n == 1 ? "" : "s");
	return n ? CLI_REFUSED : CLI_DONE;
}

/* "90s", "15m", "36h", "3d" */
static bool span_parse(const char *text, int64_t *ms)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	char *end = NULL;
	long long n = strtoll(text, &end, 10);
	const char *u = *end ? strchr(units, *end) : NULL;
	if (end == text || !u || end[1] || n < 0 || n > 36500)
		return false;
	*ms = n * seconds[u - units] * 1000;
	return true;
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_reconcile, "tljLAr", argc, argv, &o, &i);
	if (code)
		return code;
	struct reading x = {.o = &o, .findings = json_array(), .streams = json_array()};
	struct audit_reconcile_options opt = {.late_ms = AUDIT_RECONCILE_LATE_MS};
	if (argc - i < 1 || (o.late && !span_parse(o.late, &opt.late_ms)) ||
		(o.at && time_parse(o.at, &opt.at_ms) < 0))
		code = cli_usage(PROGRAM, &cmd_reconcile);
	else if (audit_reconcile_new(&x.r) < 0)
		code = cli_refuse(o.json, ERR_NOMEM, err_text(ERR_NOMEM), NULL);
	for (; i < argc && !code; i++)
		code = log_take(&x, argv[i]);
	if (!code)
		code = judge(&x, &opt);
	audit_reconcile_free(x.r);
	json_decref(x.findings);
	json_decref(x.streams);
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_reconcile = {"reconcile",
	"reconcile [--trust CA.pem... [--revoked DIR]] [--live] [--late SPAN] [--at TIME] [--json] LOG...",
	"compare what the logs of zones, guard and disc ledgers say was sent, carried and received", run};
