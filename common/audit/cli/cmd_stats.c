#include "common/audit/cli/cli_audit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stats {
	const struct cli_audit *o;
	json_t *actions, *days, *people;
	int64_t n;
	char first[TIME_TEXT], last[TIME_TEXT];
};

static void count(json_t *in, const char *key)
{
	json_object_set_new(in, key, json_integer(json_int(in, key) + 1));
}

static int each(void *arg, int64_t index, struct view entry)
{
	struct stats *s = arg;
	json_t *o = NULL;
	char day[11];
	(void)index;
	int rc = json_parse(entry, entry.n, &o, NULL);
	if (rc == 0 && cli_audit_wanted(s->o, o)) {
		const char *at = json_str(o, "at");
		snprintf(day, sizeof day, "%.10s", at);
		count(s->actions, json_str(o, "action"));
		count(s->days, day);
		count(s->people, json_str(o, "by"));
		if (!s->n++)
			snprintf(s->first, sizeof s->first, "%s", at);
		snprintf(s->last, sizeof s->last, "%s", at);
	}
	json_decref(o);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void table_print(const char *title, json_t *counts)
{
	size_t n = json_object_size(counts), i = 0;
	const char **keys = calloc(n + 1, sizeof *keys), *key;
	json_t *value;
	if (!keys)
		return;
	json_object_foreach(counts, key, value) keys[i++] = key;
	qsort(keys, n, sizeof *keys, by_name);
	(void)printf("%s\n", title);
	for (i = 0; i < n; i++)
		(void)printf("  %-40s %lld\n", keys[i], (long long)json_int(counts, keys[i]));
	free(keys);
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_stats, "tljasSUr", argc, argv, &o, &i);
	if (code)
		return code;
	if (i == argc)
		code = cli_usage(PROGRAM, &cmd_stats);
	for (; i < argc && !code; i++) {
		struct stats s = {
			.o = &o, .actions = json_object(), .days = json_object(), .people = json_object()};
		struct audit_view *v = NULL;
		code = cli_audit_open(&o, argv[i], each, &s, NULL, &v);
		if (!code && o.json) {
			cli_json_take(json_pack("{s:s,s:s,s:I,s:s,s:s,s:O,s:O,s:O}", "log", argv[i], "origin",
				audit_view_origin(v), "entries", (json_int_t)s.n, "first", s.first, "last",
				s.last, "actions", s.actions, "days", s.days, "by", s.people));
		} else if (!code) {
			(void)printf("%s: %s, %lld entries, %s to %s\n", argv[i], audit_view_origin(v),
				(long long)s.n, s.n ? s.first : "-", s.n ? s.last : "-");
			table_print("actions", s.actions);
			table_print("days", s.days);
			table_print("by", s.people);
		}
		audit_view_close(v);
		json_decref(s.actions);
		json_decref(s.days);
		json_decref(s.people);
	}
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_stats = {"stats",
	"stats [--trust CA.pem [--revoked DIR]] [--live] [--action NAME] [--subject TEXT] [--since TIME] "
	"[--until TIME] "
	"[--json] LOG...",
	"count entries by action, day and person", run};
