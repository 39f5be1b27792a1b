#include "common/workflow/fee.h"

#include "common/config/config.h"
#include "common/workflow/marked.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 64
enum per { PER_CASE, PER_PIECE, PER_EXTRA_COPY };
enum use { USE_ANY, USE_DWELLING, USE_OTHER };
struct row {
	char code[FEE_CODE], zh[96], en[96], basis[96], from[11], until[11]; /* until "": still valid */
	int64_t cents;
	enum per per;
	enum use use;
};
struct relief {
	char code[FEE_CODE], zh[96], en[96], basis[96], from[11], until[11];
	int64_t percent;         /* that is left to pay */
	char businesses[16][48]; /* only these; none: wherever it is claimed */
	size_t nbusinesses;
	bool claimed; /* false: applies by itself */
};
struct fee_table {
	struct row rows[ROWS_MAX];
	struct relief reliefs[ROWS_MAX];
	size_t nrows, nreliefs;
};

static int word(const struct marked *m, const json_t *o, const char *key, const char *const *words, int *to)
{
	char s[24];
	int rc = marked_code(m, o, key, true, s, sizeof s);
	for (int i = 0; rc == 0 && words[i]; i++)
		if (strcmp(s, words[i]) == 0) {
			*to = i;
			return 0;
		}
	return rc < 0 ? rc : marked_fail(m, marked_get(o, key), "%s \"%s\": unknown", key, s);
}

/* What a row and a reduction have in common. */
static int head_read(const struct marked *m, const json_t *o, char *code, char *zh, char *en, char *basis,
	char from[static 11], char until[static 11])
{
	int rc = marked_code(m, o, "code", true, code, FEE_CODE);
	if (rc == 0)
		rc = marked_text(m, o, "zh", true, zh, 96);
	if (rc == 0)
		rc = marked_text(m, o, "en", true, en, 96);
	if (rc == 0)
		rc = marked_text(m, o, "basis", true, basis, 96);
	if (rc == 0)
		rc = marked_date(m, o, "from", true, from);
	if (rc == 0)
		rc = marked_date(m, o, "until", false, until);
	if (rc == 0 && *until && strcmp(until, from) < 0)
		rc = marked_fail(m, marked_get(o, "until"), "until: before from");
	return rc;
}

static bool overlap(const char *f1, const char *u1, const char *f2, const char *u2)
{
	return (!*u1 || strcmp(f2, u1) <= 0) && (!*u2 || strcmp(f1, u2) <= 0);
}

static int row_read(const struct marked *m, const json_t *o, struct fee_table *t)
{
	static const char *const keys[] = {
		"code", "zh", "en", "basis", "from", "until", "cents", "per", "use", NULL};
	static const char *const pers[] = {"case", "piece", "extra-copy", NULL};
	static const char *const uses[] = {"any", "dwelling", "other", NULL};
	struct row *r = &t->rows[t->nrows];
	int per = 0, use = 0, rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = head_read(m, o, r->code, r->zh, r->en, r->basis, r->from, r->until);
	if (rc == 0)
		rc = marked_int(m, o, "cents", true, 0, 100000000, &r->cents);
	if (rc == 0)
		rc = word(m, o, "per", pers, &per);
	if (rc == 0)
		rc = word(m, o, "use", uses, &use);
	r->per = (enum per)per;
	r->use = (enum use)use;
	for (size_t i = 0; rc == 0 && i < t->nrows; i++)
		if (strcmp(t->rows[i].code, r->code) == 0 &&
			(t->rows[i].use == r->use || t->rows[i].use == USE_ANY || r->use == USE_ANY) &&
			overlap(t->rows[i].from, t->rows[i].until, r->from, r->until))
			rc = marked_fail(m, o, "code %s: two rows are valid on the same day", r->code);
	t->nrows += rc == 0;
	return rc;
}

static int relief_read(const struct marked *m, const json_t *o, struct fee_table *t)
{
	static const char *const keys[] = {
		"code", "zh", "en", "basis", "from", "until", "percent", "businesses", "claimed", NULL};
	struct relief *r = &t->reliefs[t->nreliefs];
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_map(m, o, keys);
	if (rc == 0)
		rc = head_read(m, o, r->code, r->zh, r->en, r->basis, r->from, r->until);
	if (rc == 0)
		rc = marked_int(m, o, "percent", true, 0, 99, &r->percent);
	if (rc == 0)
		rc = marked_bool(m, o, "claimed", true, &r->claimed);
	if (rc == 0)
		rc = marked_list(m, o, "businesses", false, 16, &list);
	json_array_foreach(list, i, one)
	{
		const char *s = marked_scalar(one);
		if (rc == 0 && (!s || !*s || strlen(s) > 47))
			rc = marked_fail(m, one, "businesses: codes are expected");
		if (rc == 0)
			snprintf(r->businesses[r->nbusinesses++], 48, "%s", s);
	}
	if (rc == 0 && !r->claimed && r->nbusinesses == 0)
		rc = marked_fail(m, o, "a reduction that is not claimed names its businesses");
	t->nreliefs += rc == 0;
	return rc;
}

static int table_read(const struct marked *m, const json_t *root, struct fee_table *t)
{
	static const char *const keys[] = {"fees", "reductions", NULL};
	const json_t *list = NULL, *one;
	size_t i;
	int rc = marked_map(m, root, keys);
	if (rc == 0)
		rc = marked_list(m, root, "fees", true, ROWS_MAX, &list);
	json_array_foreach(list, i, one) if (rc == 0) rc = row_read(m, one, t);
	if (rc == 0)
		rc = marked_list(m, root, "reductions", true, ROWS_MAX, &list);
	json_array_foreach(list, i, one) if (rc == 0) rc = relief_read(m, one, t);
	return rc;
}

static int table_take(const char *name, json_t *root, int rc, struct fee_table **out, struct err_note *note)
{
	const struct marked m = {name, note};
	struct fee_table *t = calloc(1, sizeof *t);
	if (rc == 0 && !t)
		rc = ERR_NOMEM;
	if (rc == ERR_SYNTAX)
		rc = note->err = ERR_CONFIG;
	if (rc == 0)
		rc = table_read(&m, root, t);
	json_decref(root);
	if (rc < 0)
		fee_free(t);
	else
		*out = t;
	return rc;
}

int fee_load(const char *file, struct fee_table **out, struct err_note *note)
{
	json_t *root = NULL;
	int rc = config_yaml_marked(file, 1 << 18, &root, note);
	return table_take(file, root, rc, out, note);
}

int fee_parse(const char *name, const char *text, struct fee_table **out, struct err_note *note)
{
	json_t *root = NULL;
	int rc = config_yaml_marked_text(name, view_str(text), &root, note);
	return table_take(name, root, rc, out, note);
}

void fee_free(struct fee_table *t)
{
	free(t);
}

static bool valid(const char *from, const char *until, const char *date)
{
	return strcmp(from, date) <= 0 && (!*until || strcmp(date, until) <= 0);
}

static bool relief_names(const struct relief *r, const char *business)
{
	for (size_t i = 0; i < r->nbusinesses; i++)
		if (strcmp(r->businesses[i], business) == 0)
			return true;
	return r->nbusinesses == 0;
}

static bool relief_applies(const struct relief *r, const struct fee_facts *f)
{
	bool named = relief_names(r, f->business), claimed = !r->claimed;
	for (size_t i = 0; f->reliefs && f->reliefs[i]; i++)
		claimed |= strcmp(f->reliefs[i], r->code) == 0;
	return named && claimed && valid(r->from, r->until, f->date);
}

/* The largest reduction; reductions do not add up. */
static const struct relief *relief_of(const struct fee_table *t, const struct fee_facts *f)
{
	const struct relief *best = NULL;
	for (size_t i = 0; i < t->nreliefs; i++)
		if (relief_applies(&t->reliefs[i], f) && (!best || t->reliefs[i].percent < best->percent))
			best = &t->reliefs[i];
	return best;
}

static int64_t count_of(const struct row *r, const struct fee_facts *f)
{
	int64_t extra = f->copies > 1 ? f->copies - 1 : 0;
	return r->per == PER_CASE ? 1 : r->per == PER_PIECE ? f->pieces : f->pieces * extra;
}

static const struct row *row_of(const struct fee_table *t, const char *code, const struct fee_facts *f)
{
	for (size_t i = 0; i < t->nrows; i++) {
		const struct row *r = &t->rows[i];
		bool use = r->use == USE_ANY || r->use == (f->dwelling ? USE_DWELLING : USE_OTHER);
		if (use && strcmp(r->code, code) == 0 && valid(r->from, r->until, f->date))
			return r;
	}
	return NULL;
}

int fee_reckon(const struct fee_table *t, const char (*codes)[FEE_CODE], size_t ncodes,
	const struct fee_facts *f, struct fee_line *out, size_t *n, struct err_note *note)
{
	const struct relief *relief = relief_of(t, f);
	*n = 0;
	for (size_t i = 0; i < ncodes && *n < FEE_LINES_MAX; i++) {
		const struct row *r = row_of(t, codes[i], f);
		if (!r)
			return err_set(note, ERR_NOTFOUND, "fee %s: none is valid on %s", codes[i], f->date);
		struct fee_line l = {.count = count_of(r, f), .each_cents = r->cents};
		/* The cost of further copies is no registration fee: nothing reduces it. */
		bool reduced = relief && r->per != PER_EXTRA_COPY;
		if (l.count == 0)
			continue;
		snprintf(l.code, sizeof l.code, "%s", r->code);
		snprintf(l.zh, sizeof l.zh, "%s", r->zh);
		snprintf(l.en, sizeof l.en, "%s", r->en);
		snprintf(l.basis, sizeof l.basis, "%s", reduced ? relief->basis : r->basis);
		snprintf(l.relief, sizeof l.relief, "%s", reduced ? relief->code : "");
		snprintf(l.relief_zh, sizeof l.relief_zh, "%s", reduced ? relief->zh : "");
		snprintf(l.relief_en, sizeof l.relief_en, "%s", reduced ? relief->en : "");
		l.amount_cents = l.count * l.each_cents * (reduced ? relief->percent : 100) / 100;
		out[(*n)++] = l;
	}
	return 0;
}

bool fee_known(const struct fee_table *t, const char *code)
{
	for (size_t i = 0; i < t->nrows; i++)
		if (strcmp(t->rows[i].code, code) == 0)
			return true;
	return false;
}

bool fee_relief_known(const struct fee_table *t, const char *code)
{
	for (size_t i = 0; i < t->nreliefs; i++)
		if (strcmp(t->reliefs[i].code, code) == 0)
			return true;
	return false;
}

bool fee_relief_claimable(const struct fee_table *t, const char *code, const char *business, const char *date)
{
	for (size_t i = 0; i < t->nreliefs; i++) {
		const struct relief *r = &t->reliefs[i];
		if (r->claimed && strcmp(r->code, code) == 0 && relief_names(r, business) &&
			valid(r->from, r->until, date))
			return true;
	}
	return false;
}

json_t *fee_json(const struct fee_table *t)
{
	static const char *const pers[] = {"case", "piece", "extra-copy"}, *const uses[] = {"any", "dwelling",
										   "other"};
	json_t *rows = json_array(), *reliefs = json_array();
	for (size_t i = 0; i < t->nrows; i++) {
		const struct row *r = &t->rows[i];
		json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "code", r->code, "zh", r->zh, "en",
				r->en, "basis", r->basis, "from", r->from, "until", r->until, "cents",
				(json_int_t)r->cents, "per", pers[r->per], "use", uses[r->use]));
	}
	for (size_t i = 0; i < t->nreliefs; i++) {
		const struct relief *r = &t->reliefs[i];
		json_array_append_new(
			reliefs, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:b}", "code", r->code, "zh", r->zh,
					 "en", r->en, "basis", r->basis, "from", r->from, "until", r->until,
					 "percent", (json_int_t)r->percent, "claimed", r->claimed));
	}
	return json_pack("{s:o,s:o}", "fees", rows, "reductions", reliefs);
}
