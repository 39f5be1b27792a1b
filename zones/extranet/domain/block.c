#include "zones/extranet/domain/block.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/person.h"
#include "zones/extranet/domain/right.h"
#include <stdio.h>
#include <string.h>

#define ACQUIRE "transfer transfer-new"

static void found(json_t *findings, const char *code, bool blocks, const char *zh, const char *en,
	const char *basis, const char *doubt, const char *what)
{
	json_array_append_new(
		findings, json_pack("{s:s,s:b,s:s,s:s,s:s,s:s,s:s}", "code", code, "blocks", blocks, "zh", zh,
				  "en", en, "basis", basis, "doubt", doubt, "what", what));
}

void block_find(json_t *findings, const char *reason, const char *what)
{
	const struct block_reason *r;
	for (size_t i = 0; (r = block_reason_at(i)); i++)
		if (strcmp(r->code, reason) == 0) {
			found(findings, reason, true, r->zh, r->en, r->basis, r->doubt, what);
			return;
		}
	REQUIRE(!"a reason of the list");
}

static bool listed(const char *kinds, const char *kind)
{
	size_t n = strlen(kind);
	for (const char *at = kinds; (at = strstr(at, kind)); at += n)
		if ((at == kinds || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return kinds[0] == '\0';
}

bool block_signs(const struct business *b, const json_t *form, const json_t *holder)
{
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(form, "parties"), i, p)
	{
		const struct business_role *role = business_role_find(b, json_str(p, "role"));
		if (role && role->signs && person_holds(p, holder))
			return true;
	}
	return false;
}

bool block_same_persons(const json_t *form, const char *role, const json_t *rows, int64_t right_row)
{
	size_t i, k, parties = 0, holders = 0, same = 0;
	const json_t *p, *h;
	json_array_foreach(json_object_get(form, "parties"), i, p) parties +=
		strcmp(json_str(p, "role"), role) == 0;
	json_array_foreach(json_object_get(rows, "qlr"), i, h)
	{
		if (json_int(h, "qlbsm") != right_row)
			continue;
		holders++;
		json_array_foreach(json_object_get(form, "parties"), k, p) same +=
			strcmp(json_str(p, "role"), role) == 0 && person_holds(p, h);
	}
	return holders > 0 && holders == parties && same == holders;
}

static bool all_sign(const struct block_case *c, int64_t right_row)
{
	size_t i, n = 0;
	const json_t *h;
	json_array_foreach(json_object_get(c->rows, "qlr"), i, h)
	{
		if (json_int(h, "qlbsm") != right_row)
			continue;
		n++;
		if (!block_signs(c->b, c->form, h))
			return false;
	}
	return n > 0;
}

/* Is this what the pre-notice foretold: its holder acquires, or its mortgagee gets the mortgage? */
static bool turns(const struct block_case *c, const json_t *prenotice)
{
	bool mortgage = strcmp(json_str(prenotice, "ygdjzl"), "3") >= 0;
	const char *kinds = mortgage ? "mortgage mortgage-max" : ACQUIRE;
	return listed(kinds, c->kind->code) &&
	       block_same_persons(c->form, c->b->holder_role, c->rows, json_int(prenotice, "bsm"));
}

static bool prenotice_turns(const struct block_case *c)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(c->rows, "ygdj"), i, row)
	{
		if (turns(c, row))
			return true;
	}
	return false;
}

static bool commits(const json_t *form)
{
	size_t i;
	const json_t *m;
	json_array_foreach(json_object_get(form, "materials"), i, m)
	{
		if (strcmp(json_str(m, "code"), "objection-commitment") == 0)
			return true;
	}
	return false;
}

static const struct {
	enum block_fact fact;
	const char *table;
} places[] = {
	{BLOCK_SEIZED, "cfdj"},
	{BLOCK_PRESEIZED, "cfdj"},
	{BLOCK_LAND_SEIZED, "cfdj"},
	{BLOCK_MORTGAGE_OLD, "dyaq"},
	{BLOCK_MORTGAGE_NOTED, "dyaq"},
	{BLOCK_MORTGAGE, "dyaq"},
	{BLOCK_PRENOTICE, "ygdj"},
	{BLOCK_PRENOTICE_MORTGAGE, "ygdj"},
	{BLOCK_OBJECTION, "yydj"},
	{BLOCK_RESIDENCE, "jzq"},
	{BLOCK_EASEMENT, "dyiq"},
};

#define CIVIL_CODE "2021-01-01"
static enum block_fact mortgage_fact(const json_t *row)
{
	char day[DAY_TEXT];
	day_of_instant(json_str(row, "scsj"), day);
	if (strcmp(day, CIVIL_CODE) < 0)
		return BLOCK_MORTGAGE_OLD;
	return strcmp(json_str(row, "jzzr"), "1") == 0 ? BLOCK_MORTGAGE_NOTED : BLOCK_MORTGAGE;
}

/* Does a holder of the land hold the building too? */
static bool land_is_theirs(const json_t *rows)
{
	const json_t *a, *b;
	size_t i, k;
	const struct right_owner *owner;
	const json_t *land = json_object_get(rows, "land"), *right = right_owner_row(rows, &owner),
		     *under = right_owner_row(land, &owner);
	json_array_foreach(json_object_get(land, "qlr"), i, a)
	{
		json_array_foreach(json_object_get(rows, "qlr"), k, b)
		{
			if (right && under && json_int(a, "qlbsm") == json_int(under, "bsm") &&
				json_int(b, "qlbsm") == json_int(right, "bsm") && person_same_holders(a, b))
				return true;
		}
	}
	return false;
}

static bool is_fact(const struct block_case *c, enum block_fact fact, const json_t *row)
{
	const char *kind = json_str(row, "ygdjzl");
	switch (fact) {
	case BLOCK_SEIZED:
		return strcmp(json_str(row, "cflx"), "1") == 0;
	case BLOCK_PRESEIZED:
		return strcmp(json_str(row, "cflx"), "3") == 0;
	case BLOCK_LAND_SEIZED:
		return strcmp(json_str(row, "cflx"), "1") == 0 && land_is_theirs(c->rows);
	case BLOCK_MORTGAGE_OLD:
	case BLOCK_MORTGAGE_NOTED:
	case BLOCK_MORTGAGE:
		return mortgage_fact(row) == fact;
	case BLOCK_PRENOTICE:
		return strcmp(kind, "3") < 0;
	case BLOCK_PRENOTICE_MORTGAGE:
		return strcmp(kind, "3") >= 0;
	case BLOCK_OBJECTION:
	case BLOCK_RESIDENCE:
	case BLOCK_EASEMENT:
	case BLOCK_TAX:
		break;
	}
	return true;
}

static bool stands(const struct block_case *c, const struct block_rule *r, const json_t *row)
{
	switch (r->effect) {
	case BLOCK_NEVER:
		/* The court that seized disposes of what it seized. */
		return strcmp(r->code, "SEIZED-COURT") != 0 ||
		       strcmp(json_str(row, "cfjg"), json_str(json_object_get(c->form, "fields"), "court")) !=
			       0;
	case BLOCK_CONSENT:
		return !all_sign(c, json_int(row, "bsm")) &&
		       !(strcmp(json_str(row, "ygdjzl"), "") != 0 && turns(c, row));
	case BLOCK_TURN:
		return !listed(ACQUIRE, c->kind->code) || !prenotice_turns(c);
	case BLOCK_COMMIT:
		return !commits(c->form);
	case BLOCK_WARN:
		break;
	}
	return false;
}

static void what_of(const json_t *row, char *out, size_t size)
{
	if (json_object_get(row, "cfwh"))
		snprintf(out, size, "%s %s (%s—%s)", json_str(row, "cfjg"), json_str(row, "cfwh"),
			json_str(row, "cfqssj"), json_str(row, "cfjssj"));
	else
		snprintf(out, size, "%s", json_str(row, "bdcdjzmh"));
}

static const char *place_of(enum block_fact fact)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (places[i].fact == fact)
			return places[i].table;
	return "";
}

static bool rule_check(const struct block_case *c, const struct block_rule *r, json_t *findings)
{
	char what[400];
	size_t i;
	const json_t *row, *rows = r->fact == BLOCK_LAND_SEIZED ? json_object_get(c->rows, "land") : c->rows;
	bool blocked = false;
	json_array_foreach(json_object_get(rows, place_of(r->fact)), i, row)
	{
		if (!is_fact(c, r->fact, row))
			continue;
		bool blocks = stands(c, r, row);
		if (!blocks && r->effect != BLOCK_WARN)
			continue;
		what_of(row, what, sizeof what);
		found(findings, r->code, blocks, r->zh, r->en, r->basis, r->doubt, what);
		blocked |= blocks;
	}
	return blocked;
}

bool block_check(const struct block_case *c, json_t *findings)
{
	const struct block_rule *r;
	bool blocked = false;
	for (size_t i = 0; (r = block_rule_at(i)); i++) {
		if (!listed(r->kinds, c->kind->code))
			continue;
		if (r->fact != BLOCK_TAX)
			blocked |= rule_check(c, r, findings);
		else if (c->b->needs_tax && !c->tax_paid) {
			found(findings, r->code, true, r->zh, r->en, r->basis, r->doubt, "");
			blocked = true;
		}
	}
	return blocked;
}

/* The first rule of a fact says what it is; the others say the same of other kinds of entry. */
static bool is_first(size_t i)
{
	enum block_fact fact = block_rule_at(i)->fact;
	for (size_t k = 0; k < i; k++)
		if (block_rule_at(k)->fact == fact)
			return false;
	return fact != BLOCK_TAX;
}

json_t *block_standing(const json_t *rows)
{
	const struct block_case c = {.rows = rows};
	const struct block_rule *r;
	json_t *out = json_array();
	for (size_t i = 0; out && (r = block_rule_at(i)); i++) {
		const json_t *from = r->fact == BLOCK_LAND_SEIZED ? json_object_get(rows, "land") : rows,
			     *row;
		size_t k;
		json_array_foreach(json_object_get(from, place_of(r->fact)), k, row)
		{
			char what[400];
			if (!is_first(i) || !is_fact(&c, r->fact, row))
				continue;
			what_of(row, what, sizeof what);
			json_array_append_new(
				out, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", r->code, "effect",
					     block_effect_name(r->effect), "zh", r->zh, "en", r->en, "basis",
					     r->basis, "doubt", r->doubt, "what", what));
		}
	}
	return out;
}
