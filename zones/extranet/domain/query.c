#include "zones/extranet/domain/query.h"

#include "common/base/id.h"
#include "common/message/format.h"
#include <stdio.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)

static const struct {
	const char *code;
	bool about, purpose, open;
} kinds[] = {
	[QUERY_OWN] = {"own", false, false, false},
	[QUERY_UNIT] = {"unit", true, true, false},
	[QUERY_CERTIFICATE] = {"certificate", true, true, false},
	[QUERY_LOCATION] = {"location", true, true, false},
	[QUERY_NONE_PROOF] = {"none-proof", false, true, false},
	[QUERY_OWN_PROOF] = {"own-proof", false, true, false},
	[QUERY_PAPER] = {"paper", true, false, true},
	[QUERY_NUMBER] = {"number", true, false, true},
	[QUERY_CASE] = {"case", true, false, true},
	[QUERY_HOLDING] = {"holding", true, false, true},
	[QUERY_NOTICE] = {"notice", false, false, true},
};

const char *query_code(enum query_kind k)
{
	return kinds[k].code;
}

bool query_public(enum query_kind k)
{
	return kinds[k].open;
}

static int kind_read(const json_t *o, struct query *q, struct err_note *note)
{
	for (int k = 0; k < QUERY_KIND_COUNT; k++)
		if (strcmp(kinds[k].code, json_str(o, "kind")) == 0) {
			q->kind = (enum query_kind)k;
			return 0;
		}
	return err_set(note, ERR_SCHEMA, "query.kind: unknown");
}

/* Cuts `about` behind its next part. "" when there is none. */
static char *part_next(char *part)
{
	char *cut = strchr(part, ';');
	if (!cut)
		return part + strlen(part);
	*cut = '\0';
	return cut + 1;
}

/* The name is the last part: nothing in it is cut. */
static int holding_check(struct query *q, char *unit, struct err_note *note)
{
	char *kind = part_next(unit), *id = part_next(kind), *name = part_next(id);
	q->id_kind = kind;
	q->id_number = id;
	q->name = name;
	if (!*kind || !*id || !*name)
		return err_set(note, ERR_SCHEMA, "query.about: five parts are needed");
	return format_unit_code(unit) ? 0 : err_set(note, ERR_SCHEMA, "query.about: not a unit code");
}

static int about_check(struct query *q, struct err_note *note)
{
	if (kinds[q->kind].about != (q->about[0] != '\0'))
		return err_set(note, ERR_SCHEMA, "query.about: %s",
			kinds[q->kind].about ? "must not be empty" : "not for this kind");
	if (kinds[q->kind].purpose && strlen(q->purpose) < 6)
		return err_set(note, ERR_SCHEMA, "query.purpose: the law asks for the purpose 查询目的");
	if (q->kind == QUERY_UNIT && !format_unit_code(q->about))
		return err_set(note, ERR_SCHEMA, "query.about: not a unit code");
	q->other = q->id_kind = q->id_number = q->name = "";
	if (!kinds[q->kind].open || !kinds[q->kind].about || q->kind == QUERY_NUMBER)
		return 0;
	char *other = part_next(q->about);
	if (!q->about[0] || !*other)
		return err_set(note, ERR_SCHEMA, "query.about: two parts are needed");
	q->other = other;
	return q->kind == QUERY_HOLDING ? holding_check(q, other, note) : 0;
}

int query_read(
	const char *text, const char *division, int64_t now_ms, struct query *out, struct err_note *note)
{
	static const char *const keys[] = {"query", "kind", "division", "about", "purpose", "created", NULL};
	json_t *o = NULL;
	int64_t created = 0;
	memset(out, 0, sizeof *out);
	int rc = json_parse(view_str(text), 4096, &o, note);
	if (rc == 0)
		rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_text(o, "query", out->id, sizeof out->id, note);
	if (rc == 0 && !uuid_valid(out->id))
		rc = err_set(note, ERR_SCHEMA, "query.query: not a UUID");
	if (rc == 0)
		rc = kind_read(o, out, note);
	if (rc == 0)
		rc = json_get_text(o, "about", out->about, sizeof out->about, note);
	if (rc == 0)
		rc = json_get_text(o, "purpose", out->purpose, sizeof out->purpose, note);
	if (rc == 0)
		rc = json_get_text(o, "created", out->created, sizeof out->created, note);
	if (rc == 0)
		rc = about_check(out, note);
	if (rc == 0 && strcmp(json_str(o, "division"), division) != 0)
		rc = err_set(note, ERR_REFUSED, "query.division: another office's");
	if (rc == 0 && (time_parse(out->created, &created) < 0 || created > now_ms + HOUR_MS ||
			       created < now_ms - HOUR_MS))
		rc = err_set(note, ERR_REFUSED, "query.created: not of now; ask again");
	json_decref(o);
	return rc;
}

json_t *query_limits(const json_t *rows)
{
	static const struct {
		const char *table, *name;
	} limits[] = {{"dyaq", "mortgages"}, {"cfdj", "seizures"}, {"ygdj", "prenotices"},
		{"yydj", "objections"}, {"jzq", "residence"}, {"dyiq", "easements"}};
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		json_object_set_new(out, limits[i].name,
			json_integer((json_int_t)json_array_size(json_object_get(rows, limits[i].table))));
	return out;
}
