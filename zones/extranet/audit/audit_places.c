/* The index of locations 坐落, made once more from the rows: a unit is found by what its row says. A place
 * too many shows nothing wrong, for a unit that is looked at is compared with its row. */
#include "zones/extranet/audit/audit_state.h"
#include "zones/extranet/domain/location.h"
#include <stdio.h>
#include <string.h>

#define PLACED(table)                                                                                        \
	"SELECT t.bdcdyh, t.bsm, t.zl, p.zl FROM " table                                                     \
	" t LEFT JOIN zldy u ON u.tenant = t.tenant AND u.bdcdyh = t.bdcdyh LEFT JOIN zldz p ON p.tenant = " \
	"u.tenant AND p.zlid = u.zlid WHERE t.tenant = :tenant AND t.yxq_z IS NULL"
DB_STMT(audit_placed, PLACED("h") " UNION ALL " PLACED("zdjbxx") " UNION ALL " PLACED(
			      "zhjbxx") " UNION ALL " PLACED("lq") " ORDER BY 1, 2");
DB_STMT(audit_pairs, "SELECT p.zlid, p.zl, i.ci FROM zldz p LEFT JOIN zlci i ON i.tenant = p.tenant AND "
		     "i.zlid = p.zlid WHERE p.tenant = :tenant ORDER BY p.zlid");

struct placed {
	char unit[32], clean[LOCATION_MAX];
	int64_t row;
	bool found;
};

static void placed_over(struct audit_state *s, const struct placed *p)
{
	if (p->clean[0] && !p->found && !audit_unit_damaged(s, p->unit))
		audit_find(s, "LOCATION", "zldy", p->unit, "the unit is not found by its location");
}

/* One row for each place that leads to the unit. */
static int units_audit(struct audit_state *s)
{
	struct placed p = {.row = -1};
	struct db_query *q = db_query(s->tx, &audit_placed);
	int rc;
	while ((rc = db_step(q)) == 1) {
		if (db_int(q, 1) != p.row) {
			placed_over(s, &p);
			p = (struct placed){.row = db_int(q, 1)};
			snprintf(p.unit, sizeof p.unit, "%s", db_text(q, 0));
			location_clean(db_text(q, 2), p.clean);
		}
		const char *place = db_text(q, 3);
		size_t n = location_building(p.clean);
		p.found |= !db_null(q, 3) && strlen(place) == n && memcmp(place, p.clean, n) == 0;
	}
	db_done(q);
	placed_over(s, &p);
	return rc;
}

struct pairs {
	struct audit_state *s;
	int64_t place;
	json_t *wanted;
};

static int wanted_add(void *arg, const char *pair)
{
	return json_object_set_new(arg, pair, json_true()) ? ERR_NOMEM : 0;
}

static void pair_wrong(const struct pairs *p, const char *pair, const char *text)
{
	char key[LOCATION_PAIR + 24];
	snprintf(key, sizeof key, "%lld %.*s", (long long)p->place, LOCATION_PAIR - 1, pair);
	audit_find(p->s, "LOCATION", "zlci", key, text);
}

static void pairs_over(struct pairs *p)
{
	const char *pair;
	json_t *v;
	json_object_foreach(p->wanted, pair, v)
	{
		if (json_is_true(v))
			pair_wrong(p, pair, "the place is not found by these characters");
	}
	json_object_clear(p->wanted);
}

static int pairs_audit(struct audit_state *s)
{
	struct pairs p = {s, -1, json_object()};
	struct db_query *q = db_query(s->tx, &audit_pairs);
	int rc = p.wanted ? 0 : ERR_NOMEM;
	while (rc >= 0 && (rc = db_step(q)) == 1) {
		const char *place = db_text(q, 1), *pair = db_text(q, 2);
		if (db_int(q, 0) != p.place) {
			pairs_over(&p);
			p.place = db_int(q, 0);
			rc = location_pairs(place, strlen(place), wanted_add, p.wanted);
		}
		if (rc < 0 || db_null(q, 2))
			continue;
		if (json_object_get(p.wanted, pair))
			json_object_set_new(p.wanted, pair, json_false());
		else
			pair_wrong(&p, pair, "the place does not have these characters");
	}
	db_done(q);
	if (rc == 0)
		pairs_over(&p);
	json_decref(p.wanted);
	return rc;
}

int audit_places(struct audit_state *s)
{
	int rc = units_audit(s);
	return rc == 0 ? pairs_audit(s) : rc;
}
