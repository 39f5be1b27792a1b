#include "zones/extranet/domain/facts.h"

#include "zones/extranet/domain/codes.h"
#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/facts_proof.h"
#include "zones/extranet/domain/right.h"
#include <stdio.h>
#include <string.h>

static const json_t *first(const json_t *rows, const char *table)
{
	return json_array_get(json_object_get(rows, table), 0);
}

struct facts_unit facts_unit(const json_t *rows)
{
	const json_t *h = first(rows, "h"), *sea = first(rows, "zhjbxx"), *forest = first(rows, "lq"),
		     *parcel = first(rows, "zdjbxx");
	if (!parcel)
		parcel = first(json_object_get(rows, "land"), "zdjbxx");
	if (h)
		return (struct facts_unit){json_str(h, "zl"), json_str(h, "ghyt"), json_str(parcel, "qlxz"),
			json_int(h, "jzmj")};
	if (sea)
		return (struct facts_unit){
			json_str(sea, "zl"), json_str(sea, "yhlx"), "", json_int(sea, "zhmj")};
	if (forest)
		return (struct facts_unit){json_str(forest, "zl"), json_str(forest, "lz"),
			json_str(parcel, "qlxz"), json_int(forest, "syqmj")};
	if (parcel)
		return (struct facts_unit){json_str(parcel, "zl"), json_str(parcel, "yt"),
			json_str(parcel, "qlxz"), json_int(parcel, "zdmj")};
	return (struct facts_unit){"", "", "", 0};
}

static void area_text(int64_t cm2, char out[static 40])
{
	out[0] = '\0';
	if (cm2)
		snprintf(out, 40, "%lld.%02lld 平方米", (long long)(cm2 / 10000),
			(long long)(cm2 / 100 % 100));
}

static void term_text(const char *table, const json_t *right, char *out, size_t size)
{
	const struct right_owner *owner = right_owner_find(table);
	const char *from = owner && owner->from ? json_str(right, owner->from) : "",
		   *to = owner && owner->to ? json_str(right, owner->to) : "";
	static const char *const terms[][2] = {
		{"qlqssj", "qljssj"}, {"zwlxqssj", "zwlxjssj"}, {"cfqssj", "cfjssj"}};
	for (size_t i = 0; i < 3; i++)
		if (json_object_get(right, terms[i][0])) {
			from = json_str(right, terms[i][0]);
			to = json_str(right, terms[i][1]);
		}
	snprintf(out, size, "%s%s%s", from, *from || *to ? " 起 至 " : "", to);
}

/* Names of the holders, and how they share. */
static int holders_text(const json_t *holders, struct buf *names, struct buf *shares)
{
	const char *way = json_str(json_array_get(holders, 0), "gyfs");
	bool by_share = strcmp(way, "2") == 0;
	size_t i;
	const json_t *h;
	int rc = by_share ? 0 : buf_add_str(shares, codes_zh("gyfs", way));
	json_array_foreach(holders, i, h)
	{
		if (rc == 0)
			rc = buf_addf(names, "%s%s", i ? "、" : "", json_str(h, "qlrmc"));
		if (rc == 0 && by_share)
			rc = buf_addf(
				shares, "%s%s %s", i ? "；" : "", json_str(h, "qlrmc"), json_str(h, "qlbl"));
	}
	return rc;
}

static const char *text(const struct buf *b)
{
	return b->n ? (const char *)b->p : "";
}

/* What a certificate of title says of the right beside its holders. */
static json_t *title_facts(const struct facts_paper *p, const struct buf *shares, const char *term)
{
	struct facts_unit unit = facts_unit(p->rows);
	char area[40];
	area_text(unit.area_cm2, area);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "share", text(shares), "right_type",
		codes_zh("qllx", json_str(p->right, "qllx")), "right_nature", unit.nature, "use", unit.use,
		"area", area, "term", term);
}

static json_t *proof_facts(const struct facts_paper *p, const char *term)
{
	struct buf other;
	buf_init(&other, 8192);
	json_t *out = facts_proof_other(p->table, p->right, term, &other) < 0
			      ? NULL
			      : json_pack("{s:s,s:s,s:s}", "matter", facts_proof_matter(p->table, p->right),
					"obligor", json_str(p->right, "ywr"), "other", text(&other));
	buf_fini(&other);
	return out;
}

json_t *facts_certificate(const struct facts_paper *p)
{
	json_t *holders = right_holders(p->rows, json_int(p->right, "bsm")), *out = NULL;
	struct buf names, shares;
	char term[80], day[DAY_TEXT];
	buf_init(&names, 8192);
	buf_init(&shares, 8192);
	term_text(p->table, p->right, term, sizeof term);
	day_of_instant(json_str(p->right, "djsj"), day);
	if (holders && holders_text(holders, &names, &shares) == 0)
		out = right_has_proof(p->table) ? proof_facts(p, term) : title_facts(p, &shares, term);
	if (out && json_object_update_new(
			   out, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "number",
					json_str(p->right, right_paper_column(p->table)), "office", p->office,
					"date", day, "case", p->case_number, "holders", text(&names),
					"location", facts_unit(p->rows).location, "unit_code", p->unit,
					"note", json_str(p->right, "fj")))) {
		json_decref(out);
		out = NULL;
	}
	json_decref(holders);
	buf_fini(&names);
	buf_fini(&shares);
	return out;
}

/* Rights of one table into `to`. */
static int rights_add(const json_t *rows, const char *table, const char *zh, json_t *to)
{
	size_t i;
	const json_t *r;
	int rc = 0;
	json_array_foreach(json_object_get(rows, table), i, r)
	{
		json_t *holders = right_holders(rows, json_int(r, "bsm"));
		struct buf names, shares;
		char term[80], day[DAY_TEXT];
		buf_init(&names, 8192);
		buf_init(&shares, 8192);
		term_text(table, r, term, sizeof term);
		day_of_instant(json_str(r, "djsj"), day);
		rc = rc == 0 ? holders_text(holders, &names, &shares) : rc;
		if (rc == 0 &&
			json_array_append_new(
				to, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "kind",
					    *json_str(r, "qllx") ? codes_zh("qllx", json_str(r, "qllx")) : zh,
					    "number", json_str(r, right_paper_column(table)), "holders",
					    text(&names), "term", term, "registered", day, "note",
					    json_str(r, "fj"))))
			rc = ERR_NOMEM;
		json_decref(holders);
		buf_fini(&names);
		buf_fini(&shares);
	}
	return rc;
}

static int seizures_add(const json_t *rows, json_t *to)
{
	size_t i;
	const json_t *r;
	json_array_foreach(json_object_get(rows, "cfdj"), i, r)
	{
		char term[80], day[DAY_TEXT];
		term_text("cfdj", r, term, sizeof term);
		day_of_instant(json_str(r, "djsj"), day);
		if (json_array_append_new(
			    to, json_pack("{s:s,s:s,s:s,s:s,s:s}", "kind",
					codes_zh("cflx", json_str(r, "cflx")), "by", json_str(r, "cfjg"),
					"document", json_str(r, "cfwh"), "term", term, "registered", day)))
			return ERR_NOMEM;
	}
	return 0;
}

/* Pre-notices and objections: restrictions with a holder. */
static int notices_add(const json_t *rows, const char *table, const char *zh, json_t *to)
{
	json_t *list = json_array();
	size_t i;
	const json_t *r;
	int rc = list ? rights_add(rows, table, zh, list) : ERR_NOMEM;
	json_array_foreach(list, i, r)
	{
		if (rc == 0 &&
			json_array_append_new(
				to, json_pack("{s:s,s:s,s:s,s:s,s:s}", "kind", zh, "by",
					    json_str(r, "holders"), "document", json_str(r, "number"), "term",
					    json_str(r, "term"), "registered", json_str(r, "registered"))))
			rc = ERR_NOMEM;
	}
	json_decref(list);
	return rc;
}

json_t *facts_extract(const struct facts_look *l)
{
	static const char *const burdens[][2] = {{"dyaq", "抵押权"}, {"dyiq", "地役权"}, {"jzq", "居住权"}};
	struct facts_unit unit = facts_unit(l->rows);
	json_t *rights = json_array(), *limits = json_array();
	char area[40];
	int rc = 0;
	area_text(unit.area_cm2, area);
	for (size_t i = 0; rc == 0 && right_owner_at(i); i++)
		rc = rights_add(l->rows, right_owner_at(i)->table, "", rights);
	for (size_t i = 0; rc == 0 && i < 3; i++)
		rc = rights_add(l->rows, burdens[i][0], burdens[i][1], rights);
	if (rc == 0)
		rc = seizures_add(l->rows, limits);
	if (rc == 0)
		rc = notices_add(l->rows, "ygdj", "预告登记", limits);
	if (rc == 0)
		rc = notices_add(l->rows, "yydj", "异议登记", limits);
	json_t *out = rc < 0 ? NULL
			     : json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:O}", "number",
				       l->number, "office", l->office, "date", l->date, "unit_code", l->unit,
				       "location", unit.location, "use", unit.use, "area", area, "asked_by",
				       l->asked_by, "purpose", l->purpose, "as_of", l->as_of, "rights",
				       rights, "limits", limits);
	json_decref(rights);
	json_decref(limits);
	return out;
}

void facts_differ(json_t *a, const json_t *b, char *where, size_t size)
{
	const char *key;
	json_t *v;
	size_t i;
	where[0] = '\0';
	if (json_equal(a, b))
		return;
	if (json_is_object(a) && json_is_object(b)) {
		json_object_foreach(a, key, v) if (!*where && !json_equal(v, json_object_get(b, key)))
		{
			char below[100];
			facts_differ(v, json_object_get(b, key), below, sizeof below);
			snprintf(where, size, "%.60s%s", key, below);
		}
	} else if (json_is_array(a) && json_array_size(a) == json_array_size(b)) {
		json_array_foreach(a, i, v) if (!*where && !json_equal(v, json_array_get(b, i)))
		{
			char below[80];
			facts_differ(v, json_array_get(b, i), below, sizeof below);
			snprintf(where, size, "[%zu].%s", i, below);
		}
	}
}
