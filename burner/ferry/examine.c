#include "burner/ferry/examine.h"

#include "burner/ledger/revoked.h"

#include <string.h>

#define MAP_MAX 10000

int examine_names(const struct approvals *a, json_t **out)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < a->n; i++)
		if (json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "at", "", "key", a->v[i].key,
							"who", a->v[i].who)) < 0) {
			json_decref(list);
			list = NULL;
		}
	*out = list;
	return list ? 0 : ERR_NOMEM;
}

static int revoked_check(const struct ledger *l, const struct image *i, struct err_note *note)
{
	struct revoked r = {.v = NULL};
	int rc = revoked_read(l, &r, note);
	if (rc == 0)
		rc = approvals_revoked(&i->approvals, i->disc.id, r.v, r.n, note);
	revoked_fini(&r);
	return rc;
}

/* Once, as it can be read now. *final: no repair would change it. */
static int examine_once(
	struct medium *m, const struct examining *e, struct image *out, bool *final, struct err_note *note)
{
	struct image i = {.medium = NULL};
	int rc = image_open(m, &i, note);
	if (rc < 0)
		return rc;
	rc = image_approved(&i, e->trust, note);
	if (rc == 0) {
		rc = e->ledger ? revoked_check(e->ledger, &i, note) : 0;
		if (rc == 0 && e->wanted)
			rc = e->wanted(e->arg, &i, note);
		if (rc == 0 && e->landing)
			rc = landing_begin(e->landing, i.disc.id, note);
		*final = rc < 0;
	}
	if (rc == 0)
		rc = image_bundles(&i, e->landing ? e->landing->fd : -1, note);
	if (rc == 0)
		rc = image_exact(&i, note);
	if (rc < 0)
		image_fini(&i);
	else
		*out = i;
	return rc;
}

int examine(struct medium *m, const struct examining *e, struct image *out, struct repair_report *report,
	struct err_note *note)
{
	struct err_note first = {0};
	bool final = false;
	int rc = examine_once(m, e, out, &final, &first);
	if ((rc < 0 && !final) || e->all) {
		int looked = repair_run(m, report, note);
		if (looked < 0) {
			if (rc == 0)
				image_fini(out);
			return looked;
		}
	}
	if (rc < 0 && !final && report->repaired > 0) {
		first = (struct err_note){0};
		rc = examine_once(m, e, out, &final, &first);
	}
	if (rc < 0 && report->bad > report->repaired)
		(void)err_set(&first, rc, "%.150s (%u of %u sectors are bad, %u of them could be repaired)",
			first.text, report->bad, report->sectors, report->repaired);
	if (rc < 0 && note)
		*note = first;
	return rc;
}

/* [[first,number,"repaired"|"bad"]…] */
static json_t *map_of(const struct repair_report *r)
{
	static const char *const states[] = {"good", "repaired", "bad"};
	json_t *map = json_array();
	for (uint32_t at = 0, n; map && r->map && at < r->sectors && json_array_size(map) < MAP_MAX;
		at += n) {
		for (n = 1; at + n < r->sectors && r->map[at + n] == r->map[at]; n++)
			;
		if (r->map[at])
			json_array_append_new(
				map, json_pack("[I,I,s]", (json_int_t)at, (json_int_t)n, states[r->map[at]]));
	}
	return map;
}

json_t *examine_sectors(const struct repair_report *r, bool with_map)
{
	return r->known ? json_pack("{s:I,s:o*,s:I,s:I}", "bad", (json_int_t)r->bad, "map",
				  with_map ? map_of(r) : NULL, "repaired", (json_int_t)r->repaired, "total",
				  (json_int_t)r->sectors)
			: NULL;
}

int examine_keep(json_t *record, const struct repair_report *r)
{
	json_t *sectors = examine_sectors(r, true);
	if (!r->known)
		return 0;
	return json_object_set_new(record, "sectors", sectors) < 0 ? ERR_NOMEM : 0;
}

int examine_refuse(
	struct ledger *l, const char *act, const char *subject, const char *by, int rc, struct err_note *note)
{
	struct err_note why = {0};
	if (rc == 0 || rc == ERR_AUDIT)
		return rc;
	if (note->err != rc)
		(void)err_set(note, rc, "%s", err_text(rc));
	int logged = ledger_refuse(l, act, subject, by, note, &why);
	return logged < 0 ? err_set(note, logged, "%s", why.text) : rc;
}

int examine_allowed(const struct ledger *l, const struct source *s, struct err_note *note)
{
	struct policy p;
	int rc = policy_read(l, &p, note);
	return rc < 0 ? rc : source_allowed(s, &p, note);
}
