#include "zones/extranet/store/location.h"

#include "zones/extranet/domain/location.h"
#include "zones/extranet/store/book.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 2000  /* units and places looked at for one page */
#define COUNT_MAX "500" /* beyond it a pair is simply common */

DB_STMT(place_find, "SELECT zlid FROM zldz WHERE tenant = :tenant AND zl = :zl");
DB_STMT(place_insert, "INSERT INTO zldz (tenant, zlid, zl) VALUES (:tenant, :zlid, :zl)");
DB_STMT(pair_insert, "INSERT INTO zlci (tenant, ci, zlid) VALUES (:tenant, :ci, :zlid) ON CONFLICT (tenant, "
		     "ci, zlid) DO NOTHING");
DB_STMT(place_unit, "INSERT INTO zldy (tenant, zlid, bdcdyh) VALUES (:tenant, :zlid, :unit) ON CONFLICT "
		    "(tenant, zlid, bdcdyh) DO NOTHING");
DB_STMT(pair_count,
	"SELECT count(*) FROM (SELECT 1 FROM zlci WHERE tenant = :tenant AND ci = :ci LIMIT " COUNT_MAX
	") AS few");
DB_STMT(place_next, "SELECT i.zlid, p.zl FROM zlci i JOIN zldz p ON p.tenant = i.tenant AND p.zlid = i.zlid"
		    " WHERE i.tenant = :tenant AND i.ci = :ci AND i.zlid >= :from ORDER BY i.zlid LIMIT 1");
DB_STMT(place_units, "SELECT bdcdyh FROM zldy WHERE tenant = :tenant AND zlid = :zlid AND bdcdyh > :after"
		     " ORDER BY bdcdyh LIMIT 200");
DB_STMT(unit_location,
	"SELECT zl FROM h WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM zdjbxx WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM zhjbxx WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL"
	" UNION ALL SELECT zl FROM lq WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL");

struct place {
	struct db_tx *tx;
	int64_t id;
};

static int pair_put(void *arg, const char *pair)
{
	const struct place *p = arg;
	struct db_query *q = db_query(p->tx, &pair_insert);
	db_bind_text(q, "ci", pair);
	db_bind_int(q, "zlid", p->id);
	return db_exec(q);
}

static int place_get(struct db_tx *tx, const char *building, size_t n, int64_t *id)
{
	struct db_query *q = db_query(tx, &place_find);
	db_bind_textn(q, "zl", view_of(building, n));
	int rc = db_one_int(q, id);
	if (rc != ERR_NOTFOUND)
		return rc;
	rc = book_series(tx, "location", "", 1, id);
	if (rc < 0)
		return rc;
	q = db_query(tx, &place_insert);
	db_bind_int(q, "zlid", *id);
	db_bind_textn(q, "zl", view_of(building, n));
	rc = db_exec(q);
	struct place p = {tx, *id};
	return rc == 0 ? location_pairs(building, n, pair_put, &p) : rc;
}

int location_index(struct db_tx *tx, const char *table, const json_t *row)
{
	char clean[LOCATION_MAX];
	int64_t id;
	if (strcmp(table, "h") != 0 && strcmp(table, "zdjbxx") != 0 && strcmp(table, "zhjbxx") != 0 &&
		strcmp(table, "lq") != 0)
		return 0;
	location_clean(json_str(row, "zl"), clean);
	if (!clean[0])
		return 0;
	int rc = place_get(tx, clean, location_building(clean), &id);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &place_unit);
	db_bind_int(q, "zlid", id);
	db_bind_text(q, "unit", json_str(row, "bdcdyh"));
	return db_exec(q);
}

struct word {
	char text[LOCATION_MAX];
	size_t building; /* bytes that must stand in the part down to the building; 0 may stand anywhere */
};
struct search {
	struct db_tx *tx;
	struct word words[LOCATION_WORDS];
	size_t n;
	char lead[LOCATION_PAIR]; /* the pair that leads */
	int64_t lead_count;
	json_t *units;
	int limit, looks;
	int64_t place;
	char after[32]; /* unit code */
	bool more;
};

/* A word that says a building, or that has no digit, belongs to the part down to the building. */
static size_t building_part(const char *word)
{
	size_t n = strlen(word), part = location_building(word);
	if (part < n || strcspn(word, "0123456789") == n)
		return part;
	/* Ends in a building's word, or is a bare number (a room's). */
	for (const char *c = word; *c; c++)
		if ((unsigned char)*c >= 0x80 && strstr("幢栋座楼号", c))
			return n;
	return 0;
}

static int words_read(struct search *s, const char *words, struct err_note *note)
{
	char text[LOCATION_MAX], *rest = text, *one;
	if (strlen(words) >= sizeof text)
		return err_set(note, ERR_SCHEMA, "words: at most %d bytes", LOCATION_MAX - 1);
	strcpy(text, words);
	while ((one = strsep(&rest, " "))) {
		if (!*one)
			continue;
		if (s->n == LOCATION_WORDS)
			return err_set(note, ERR_SCHEMA, "words: at most %d", LOCATION_WORDS);
		struct word *w = &s->words[s->n];
		location_clean(one, w->text);
		w->building = building_part(w->text);
		s->n += w->text[0] != '\0';
	}
	return 0;
}

static int pair_weigh(void *arg, const char *pair)
{
	struct search *s = arg;
	struct db_query *q = db_query(s->tx, &pair_count);
	int64_t n = 0;
	db_bind_text(q, "ci", pair);
	int rc = db_one_int(q, &n);
	if (rc == 0 && (!s->lead[0] || n < s->lead_count)) {
		snprintf(s->lead, sizeof s->lead, "%s", pair);
		s->lead_count = n;
	}
	return rc;
}

/* The longest word of the building's part leads, by its rarest pair. */
static int lead_choose(struct search *s, struct err_note *note)
{
	const struct word *best = NULL;
	for (size_t i = 0; i < s->n; i++)
		if (s->words[i].building > (best ? best->building : 0))
			best = &s->words[i];
	if (!best)
		return err_set(note, ERR_SCHEMA,
			"words: a street, estate or building is needed, two characters at least");
	return location_pairs(best->text, best->building, pair_weigh, s);
}

static bool place_fits(const struct search *s, const char *building)
{
	char part[LOCATION_MAX];
	for (size_t i = 0; i < s->n; i++) {
		snprintf(part, sizeof part, "%.*s", (int)s->words[i].building, s->words[i].text);
		if (s->words[i].building < strlen(s->words[i].text) && s->words[i].building > 0 &&
			!strstr(building, part))
			return false;
	}
	return true;
}

static int unit_fits(struct search *s, const char *unit, bool *fits)
{
	char clean[LOCATION_MAX];
	struct db_query *q = db_query(s->tx, &unit_location);
	db_bind_text(q, "unit", unit);
	int rc;
	*fits = false;
	while ((rc = db_step(q)) == 1 && !*fits) {
		location_clean(db_text(q, 0), clean);
		*fits = true;
		for (size_t i = 0; i < s->n; i++)
			*fits &= strstr(clean, s->words[i].text) != NULL;
	}
	db_done(q);
	s->looks++;
	return rc < 0 ? rc : 0;
}

static bool full(struct search *s)
{
	return s->more = json_array_size(s->units) >= (size_t)s->limit || s->looks >= LOOKS_MAX;
}

/* The units of the place, from the cursor on; their codes first, as the same statement cannot run twice. */
static int place_visit(struct search *s)
{
	json_t *codes = NULL, *code;
	size_t i;
	int rc;
	do {
		struct db_query *q = db_query(s->tx, &place_units);
		codes = json_array();
		db_bind_int(q, "zlid", s->place);
		db_bind_text(q, "after", s->after);
		while ((rc = db_step(q)) == 1)
			json_array_append_new(codes, json_string(db_text(q, 0)));
		db_done(q);
		json_array_foreach(codes, i, code)
		{
			bool fits = false;
			if (rc < 0 || full(s))
				break;
			rc = unit_fits(s, json_string_value(code), &fits);
			if (rc == 0 && fits)
				json_array_append(s->units, code);
			snprintf(s->after, sizeof s->after, "%s", json_string_value(code));
		}
		i = json_array_size(codes);
		json_decref(codes);
	} while (rc == 0 && !full(s) && i == 200);
	return rc;
}

static int places_visit(struct search *s)
{
	for (;;) {
		char building[LOCATION_MAX];
		struct db_query *q = db_query(s->tx, &place_next);
		db_bind_text(q, "ci", s->lead);
		db_bind_int(q, "from", s->place);
		int rc = db_step(q);
		if (rc == 1) {
			if (s->place != db_int(q, 0))
				s->after[0] = '\0';
			s->place = db_int(q, 0);
			snprintf(building, sizeof building, "%s", db_text(q, 1));
		}
		db_done(q);
		if (rc <= 0)
			return rc;
		s->looks++;
		rc = place_fits(s, building) ? place_visit(s) : 0;
		if (rc < 0 || s->more || full(s))
			return rc;
		s->place++;
		s->after[0] = '\0';
	}
}

int location_search(struct db_tx *tx, const char *words, const char *after, int limit, json_t **units,
	char next[static LOCATION_CURSOR], struct err_note *note)
{
	struct search s = {.tx = tx, .units = json_array(), .limit = limit};
	const char *dot = strchr(after, '.');
	int rc = s.units ? words_read(&s, words, note) : ERR_NOMEM;
	if (dot && strlen(dot + 1) < sizeof s.after) {
		s.place = atoll(after);
		snprintf(s.after, sizeof s.after, "%s", dot + 1);
	}
	if (rc == 0)
		rc = lead_choose(&s, note);
	if (rc == 0)
		rc = places_visit(&s);
	if (rc < 0) {
		json_decref(s.units);
		return rc;
	}
	next[0] = '\0';
	if (s.more)
		snprintf(next, LOCATION_CURSOR, "%lld.%s", (long long)s.place, s.after);
	*units = s.units;
	return 0;
}
