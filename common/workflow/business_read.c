#include "common/workflow/business_impl.h"
#include <stdio.h>
#include <string.h>

/* A word of a list, in a text of words separated by spaces. */
bool business_word_in(const char *words, const char *s, size_t n)
{
	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t k = strcspn(p, " ");
		if (k == n && strncmp(p, s, n) == 0)
			return true;
		p += k;
	}
	return false;
}

static int words_read(
	const struct marked *m, const json_t *o, const char *key, const char *known, char *to, size_t size)
{
	int rc = marked_text(m, o, key, false, to, size);
	for (const char *p = to; rc == 0 && *p; p += strspn(p, " ")) {
		size_t k = strcspn(p, " ");
		if (!business_word_in(known, p, k))
			return marked_fail(
				m, marked_get(o, key), "%s: \"%.*s\" is none of: %s", key, (int)k, p, known);
		p += k;
	}
	return rc;
}

static int names(const struct marked *m, const json_t *o, char *code, size_t ncode, char *zh, size_t nzh,
	char *en, size_t nen)
{
	/* Codes become names of fields and parts of addresses. */
	int rc = marked_code(m, o, "code", true, code, ncode);
	if (rc == 0)
		rc = marked_text(m, o, "zh", true, zh, nzh);
	return rc == 0 ? marked_text(m, o, "en", true, en, nen) : rc;
}

static int role_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"code", "zh", "en", "min", "max", "signs", "id_kinds", NULL};
	struct business_role *r = &b->roles[b->nroles++];
	int64_t min = 0, max = 0;
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = names(m, o, r->code, sizeof r->code, r->zh, sizeof r->zh, r->en, sizeof r->en);
	if (rc == 0)
		rc = marked_int(m, o, "min", true, 0, 20, &min);
	if (rc == 0)
		rc = marked_int(m, o, "max", true, 1, 20, &max);
	if (rc == 0 && max < min)
		rc = marked_fail(m, marked_get(o, "max"), "max: below min");
	if (rc == 0)
		rc = words_read(m, o, "id_kinds", "1 2 3 4 5 6 7 99", r->id_kinds, sizeof r->id_kinds);
	if (!r->id_kinds[0])
		snprintf(r->id_kinds, sizeof r->id_kinds, "1");
	r->min = (int)min;
	r->max = (int)max;
	return rc == 0 ? marked_bool(m, o, "signs", true, &r->signs) : rc;
}

static int material_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {
		"code", "zh", "en", "required", "when", "size_max", "formats", "sample", "shared", NULL};
	char when[16];
	struct business_material *x = &b->materials[b->nmaterials++];
	int rc = marked_map(m, o, keys);
	x->size_max = 20971520;
	if (rc == 0)
		rc = names(m, o, x->code, sizeof x->code, x->zh, sizeof x->zh, x->en, sizeof x->en);
	if (rc == 0)
		rc = marked_bool(m, o, "required", true, &x->required);
	if (rc == 0)
		rc = marked_code(m, o, "when", false, when, sizeof when);
	if (rc == 0 && *when && strcmp(when, "guardian") != 0)
		rc = marked_fail(m, marked_get(o, "when"), "when: guardian");
	x->when_guardian = rc == 0 && *when;
	if (rc == 0)
		rc = marked_int(m, o, "size_max", false, 1024, 20971520, &x->size_max);
	if (rc == 0)
		rc = words_read(m, o, "formats", "pdf jpeg png ofd", x->formats, sizeof x->formats);
	if (!x->formats[0])
		snprintf(x->formats, sizeof x->formats, "pdf jpeg png ofd");
	if (rc == 0)
		rc = marked_text(m, o, "sample", false, x->sample, sizeof x->sample);
	return rc == 0 ? marked_code(m, o, "shared", false, x->shared, sizeof x->shared) : rc;
}

static int step_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"code", "zh", "en", NULL};
	struct business_step *s = &b->steps[b->nsteps++];
	int rc = marked_map(m, o, keys);
	return rc == 0 ? names(m, o, s->code, sizeof s->code, s->zh, sizeof s->zh, s->en, sizeof s->en) : rc;
}

static int notice_read(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"event", "template", NULL};
	struct business_notice *n = &b->notices[b->nnotices++];
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = words_read(m, o, "event",
			"accepted correction rejected suspended notice refused withdrawn entry delivered",
			n->event, sizeof n->event);
	return rc == 0 ? marked_code(m, o, "template", true, n->template, sizeof n->template) : rc;
}

static int rule_read(const struct marked *m, const json_t *o, struct business *b)
{
	const char *s = marked_scalar(o);
	if (!s || !*s || strlen(s) > 47)
		return marked_fail(m, o, "rules: the code of a rule is expected");
	snprintf(b->rules[b->nrules++], 48, "%s", s);
	return 0;
}

static int fee_read(const struct marked *m, const json_t *o, struct business *b)
{
	const char *s = marked_scalar(o);
	if (!s || !*s || strlen(s) >= FEE_CODE || b->nfees == FEE_LINES_MAX)
		return marked_fail(m, o, "fees: at most %d codes of fees.yaml are expected", FEE_LINES_MAX);
	snprintf(b->fees[b->nfees++], FEE_CODE, "%s", s);
	return 0;
}

static int list_read(const struct marked *m, const json_t *o, const char *key, bool required,
	struct business *b, int (*read)(const struct marked *m, const json_t *o, struct business *b))
{
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_list(m, o, key, required, BUSINESS_LIST_MAX, &list);
	json_array_foreach(list, i, one) if (rc == 0) rc = read(m, one, b);
	return rc;
}

/* What an entry does when the definition does not say it. */
static const char *entry_default(int registration_type, int right_type)
{
	static const struct {
		int registration, right;
		const char *entry;
	} defaults[] = {{100, 19, "easement"}, {400, 19, "easement-cancel"}, {100, 23, "mortgage"},
		{200, 23, "mortgage-transfer"}, {300, 23, "mortgage-change"}, {400, 23, "mortgage-cancel"},
		{100, 0, "first"}, {200, 0, "transfer"}, {300, 0, "change-unit"}, {400, 0, "cancel"},
		{500, 0, "correct"}, {600, 0, "objection"}, {700, 0, "prenotice-transfer"},
		{800, 0, "seizure"}, {900, 0, "reissue"}};
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (defaults[i].registration == registration_type &&
			(defaults[i].right == 0 || defaults[i].right == right_type))
			return defaults[i].entry;
	return "";
}

static int numbers_read(const struct marked *m, const json_t *o, struct business *b)
{
	int64_t type = 0, right = 0, legal = 0, promised = 0, notice = 0;
	const struct {
		const char *key;
		bool required;
		int64_t min, max;
		int64_t *to;
	} numbers[] = {{"version", true, 1, 1000000, &b->version},
		{"registration_type", true, 100, 900, &type}, {"right_type", true, 1, 99, &right},
		{"legal_days", true, 0, 365, &legal}, {"promised_days", true, 0, 365, &promised},
		{"notice_days", false, 1, 365, &notice}};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
		rc = marked_int(m, o, numbers[i].key, numbers[i].required, numbers[i].min, numbers[i].max,
			numbers[i].to);
	if (rc == 0 && promised > legal)
		rc = marked_fail(m, marked_get(o, "promised_days"), "promised_days: more than legal_days");
	if (rc == 0 && !*entry_default((int)type, (int)right))
		rc = marked_fail(m, marked_get(o, "registration_type"), "registration_type: unknown");
	b->registration_type = (int)type;
	b->right_type = (int)right;
	b->legal_days = (int)legal;
	b->promised_days = (int)promised;
	b->notice_days = (int)notice;
	return rc;
}

static int channels_read(const struct marked *m, const json_t *o, struct business *b)
{
	char words[48];
	int rc = words_read(m, o, "channels", "portal window department", words, sizeof words);
	if (rc == 0 && !*words)
		rc = marked_fail(m, o, "channels: missing");
	b->portal = business_word_in(words, "portal", 6);
	b->window = business_word_in(words, "window", 6);
	b->department = business_word_in(words, "department", 10);
	return rc;
}

static int roles_check(const struct marked *m, const json_t *o, const struct business *b)
{
	if (!business_role_find(b, b->holder_role))
		return marked_fail(m, marked_get(o, "holder_role"), "holder_role: not among the roles");
	if (b->ended_role[0] && !business_role_find(b, b->ended_role))
		return marked_fail(m, marked_get(o, "ended_role"), "ended_role: not among the roles");
	for (size_t i = 0; i < b->nroles; i++)
		if (business_role_find(b, b->roles[i].code) != &b->roles[i])
			return marked_fail(
				m, marked_get(o, "roles"), "roles: %s stands twice", b->roles[i].code);
	for (size_t i = 0; i < b->nmaterials; i++)
		if (business_material_find(b, b->materials[i].code) != &b->materials[i])
			return marked_fail(m, marked_get(o, "materials"), "materials: %s stands twice",
				b->materials[i].code);
	return 0;
}

static int lists_read(const struct marked *m, const json_t *o, struct business *b)
{
	int rc = list_read(m, o, "roles", true, b, role_read);
	if (rc == 0)
		rc = list_read(m, o, "materials", true, b, material_read);
	if (rc == 0)
		rc = list_read(m, o, "steps", true, b, step_read);
	if (rc == 0)
		rc = list_read(m, o, "notices", true, b, notice_read);
	if (rc == 0)
		rc = list_read(m, o, "rules", true, b, rule_read);
	if (rc == 0)
		rc = list_read(m, o, "fees", true, b, fee_read);
	if (rc == 0)
		rc = roles_check(m, o, b);
	return rc == 0 ? business_read_papers(m, o, b) : rc;
}

int business_read_yaml(const struct marked *m, const json_t *o, struct business *b)
{
	static const char *const keys[] = {"code", "version", "zh", "en", "registration_type", "right_type",
		"entry", "ground", "needs_tax", "needs_cadastral", "channels", "legal_days", "promised_days",
		"notice_days", "fees", "fee_first", "certificate", "document", "holder_role", "ended_role",
		"roles", "materials", "papers", "pledge", "steps", "notices", "rules", "process", NULL};
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = names(m, o, b->code, sizeof b->code, b->zh, sizeof b->zh, b->en, sizeof b->en);
	if (rc == 0)
		rc = numbers_read(m, o, b);
	if (rc == 0)
		rc = marked_code(m, o, "entry", false, b->entry, sizeof b->entry);
	if (rc == 0 && !b->entry[0])
		snprintf(b->entry, sizeof b->entry, "%s", entry_default(b->registration_type, b->right_type));
	if (rc == 0)
		rc = marked_text(m, o, "ground", false, b->ground, sizeof b->ground);
	if (rc == 0)
		rc = marked_bool(m, o, "needs_tax", true, &b->needs_tax);
	if (rc == 0)
		rc = marked_bool(m, o, "needs_cadastral", true, &b->needs_cadastral);
	b->fee_first = true;
	if (rc == 0)
		rc = marked_bool(m, o, "fee_first", false, &b->fee_first);
	if (rc == 0)
		rc = channels_read(m, o, b);
	if (rc == 0)
		rc = words_read(
			m, o, "certificate", "title proof none", b->certificate, sizeof b->certificate);
	if (rc == 0 && !b->certificate[0])
		rc = marked_fail(m, o, "certificate: missing");
	if (rc == 0)
		rc = marked_code(m, o, "document", true, b->document, sizeof b->document);
	if (rc == 0)
		rc = marked_code(m, o, "process", true, b->process, sizeof b->process);
	if (rc == 0)
		rc = marked_code(m, o, "holder_role", true, b->holder_role, sizeof b->holder_role);
	if (rc == 0)
		rc = marked_code(m, o, "ended_role", false, b->ended_role, sizeof b->ended_role);
	return rc == 0 ? lists_read(m, o, b) : rc;
}
