/* Review rules 审查规则: jq over a snapshot of the case, with what is said when it finds something. */
#ifndef SW_WORKFLOW_RULE_H
#define SW_WORKFLOW_RULE_H
#include "common/workflow/jqbox.h"

#define RULES_MAX 256
enum rule_severity { RULE_INFO, RULE_WARN, RULE_BLOCK };
struct rule {
	char code[48], zh[256], en[256], basis[160], stages[32], expr[2048];
	enum rule_severity severity;
	int64_t version;
	size_t number; /* in jqbox */
};
/* From JSON {"code","zh","en","basis","stages","severity","expr"}: checked, and compiled. ERR_SCHEMA with the
 * key, and jq's reason. */
SW_MUST_USE int rule_parse(const json_t *v, struct jqbox *box, struct rule *out, struct err_note *note);
json_t *rule_json(const struct rule *r); /* new reference */
bool rule_at_stage(const struct rule *r, const char *stage);
/* The rules of a file, as JSON objects: new reference. ERR_CONFIG with file, line and column. */
SW_MUST_USE int rule_file(const char *file, json_t **out, struct err_note *note);
/* Runs the rules on the value (JSON text). *out:
 * {"findings":[{"rule","version","severity","zh","en","basis"}], "blocked","rules":[{"code","version"}]}. A
 * rule that gives no answer is a finding of its own severity: what blocks still blocks. */
SW_MUST_USE int rule_judge(
	const struct rule *const *rules, size_t n, struct jqbox *box, struct view value, json_t **out);
#endif
