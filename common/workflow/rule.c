#include "common/workflow/rule.h"

#include "common/config/config.h"
#include "common/workflow/marked.h"
#include <stdio.h>
#include <string.h>

static const char *const severities[] = {"info", "warn", "block"};
static const char *const keys[] = {"code", "zh", "en", "basis", "stages", "severity", "expr", NULL};

static int text(const json_t *v, const char *key, char *to, size_t size, struct err_note *note)
{
	int rc = json_get_text(v, key, to, size, note);
	return rc == 0 && !*to ? err_set(note, ERR_SCHEMA, "%s: must not be empty", key) : rc;
}

int rule_parse(const json_t *v, struct jqbox *box, struct rule *out, struct err_note *note)
{
	struct rule r = {.version = 1};
	char severity[8];
	int rc = json_only_keys(v, keys, note), i = 0;
	if (rc == 0)
		rc = text(v, "code", r.code, sizeof r.code, note);
	if (rc == 0 && r.code[strspn(r.code, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		rc = err_set(note, ERR_SCHEMA, "code: only a-z, 0-9 and -");
	if (rc == 0)
		rc = text(v, "zh", r.zh, sizeof r.zh, note);
	if (rc == 0)
		rc = text(v, "en", r.en, sizeof r.en, note);
	if (rc == 0)
		rc = text(v, "basis", r.basis, sizeof r.basis, note);
	if (rc == 0)
		rc = text(v, "stages", r.stages, sizeof r.stages, note);
	if (rc == 0)
		rc = text(v, "severity", severity, sizeof severity, note);
	if (rc == 0)
		rc = text(v, "expr", r.expr, sizeof r.expr, note);
	while (rc == 0 && i < 3 && strcmp(severities[i], severity) != 0)
		i++;
	if (rc == 0 && i == 3)
		rc = err_set(note, ERR_SCHEMA, "severity: block, warn or info");
	if (rc == 0 && !rule_at_stage(&r, "accept") && !rule_at_stage(&r, "review") &&
		!rule_at_stage(&r, "enter"))
		rc = err_set(note, ERR_SCHEMA, "stages: of accept, review, enter");
	if (rc < 0)
		return rc;
	struct err_note why = {0};
	r.severity = (enum rule_severity)i;
	rc = jqbox_compile(box, r.expr, &r.number, &why);
	if (rc < 0)
		return err_set(note, rc == ERR_SYNTAX ? ERR_SCHEMA : rc, "expr: %.200s",
			why.err ? why.text : err_text(rc));
	*out = r;
	return 0;
}

json_t *rule_json(const struct rule *r)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", r->code, "zh", r->zh, "en", r->en, "basis",
		r->basis, "stages", r->stages, "severity", severities[r->severity], "expr", r->expr);
}

bool rule_at_stage(const struct rule *r, const char *stage)
{
	size_t n = strlen(stage);
	for (const char *p = r->stages; *p; p += strspn(p, " ")) {
		size_t k = strcspn(p, " ");
		if (k == n && strncmp(p, stage, n) == 0)
			return true;
		p += k;
	}
	return false;
}

int rule_file(const char *file, json_t **out, struct err_note *note)
{
	const struct marked m = {file, note};
	json_t *root = NULL, *plain;
	int rc = config_yaml_marked(file, 1 << 20, &root, note);
	if (rc == ERR_SYNTAX)
		rc = note->err = ERR_CONFIG;
	const json_t *list = json_object_get(root, "v"), *one;
	size_t i;
	if (rc == 0 && (!json_is_array(list) || json_array_size(list) > RULES_MAX))
		rc = marked_fail(&m, root, "a list of at most %d rules is expected", RULES_MAX);
	json_array_foreach(list, i, one) if (rc == 0) rc = marked_map(&m, one, keys);
	plain = rc == 0 ? marked_plain(root, false) : NULL;
	json_decref(root);
	if (rc == 0)
		*out = plain;
	return rc == 0 && !plain ? ERR_NOMEM : rc;
}

/* Puts the texts of the value in the place of {name}. */
static int filled(const char *pattern, const json_t *value, struct buf *out)
{
	int rc = 0;
	while (rc == 0 && *pattern) {
		const char *open = strchr(pattern, '{'), *shut = open ? strchr(open, '}') : NULL;
		char name[32];
		if (!shut || (size_t)(shut - open) > sizeof name)
			return buf_add_str(out, pattern);
		snprintf(name, sizeof name, "%.*s", (int)(shut - open - 1), open + 1);
		rc = buf_add(out, pattern, (size_t)(open - pattern));
		const char *s = json_string_value(json_object_get(value, name));
		if (rc == 0 && s)
			rc = buf_addf(out, "%.100s", s);
		pattern = shut + 1;
	}
	return rc;
}

static int finding_add(
	json_t *findings, const struct rule *r, const json_t *value, const char *zh, const char *en)
{
	struct buf a, b;
	buf_init(&a, 4096);
	buf_init(&b, 4096);
	int rc = filled(zh, value, &a);
	if (rc == 0)
		rc = filled(en, value, &b);
	if (rc == 0)
		rc = json_array_append_new(findings,
			     json_pack("{s:s,s:I,s:s,s:s,s:s,s:s}", "rule", r->code, "version",
				     (json_int_t)r->version, "severity", severities[r->severity], "zh",
				     (const char *)a.p, "en", (const char *)b.p, "basis", r->basis))
			     ? ERR_NOMEM
			     : 0;
	buf_fini(&a);
	buf_fini(&b);
	return rc;
}

int rule_judge(const struct rule *const *rules, size_t n, struct jqbox *box, struct view value, json_t **out)
{
	json_t *findings = json_array(), *used = json_array();
	bool blocked = false;
	int rc = findings && used ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		json_t *v = NULL;
		struct err_note why = {0};
		bool answered = jqbox_run(box, rules[i]->number, value, &v, &why) == 0;
		bool found = !answered || !(json_is_false(v) || json_is_null(v));
		json_array_append_new(used, json_pack("{s:s,s:I}", "code", rules[i]->code, "version",
						    (json_int_t)rules[i]->version));
		if (found)
			rc = answered ? finding_add(findings, rules[i], v, rules[i]->zh, rules[i]->en)
				      : finding_add(findings, rules[i], NULL, "审查规则未能执行，请人工核查",
						"the rule gave no answer: check by hand");
		blocked |= found && rules[i]->severity == RULE_BLOCK;
		json_decref(v);
	}
	if (rc == 0)
		*out = json_pack("{s:O,s:b,s:O}", "findings", findings, "blocked", blocked, "rules", used);
	json_decref(findings);
	json_decref(used);
	return rc == 0 && !*out ? ERR_NOMEM : rc;
}
