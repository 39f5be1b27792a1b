#include "zones/extranet/store/queue.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

/* The words of the index reg_case_queue. */
#define OPEN "c.state NOT IN ('archived', 'rejected', 'refused', 'withdrawn')"
#define DUE "coalesce(c.deadline, substr(c.received_at, 1, 10))"
#define BAND                                                                                                 \
	"CASE WHEN h.instance IS NOT NULL THEN 'held' WHEN g.case_id IS NOT NULL THEN 'notice' WHEN "        \
	"c.deadline IS NULL OR c.state = 'delivered' "                                                       \
	"THEN "                                                                                              \
	"'none' WHEN c.deadline < :today THEN 'over' WHEN c.warn_on <= :today THEN 'warn' ELSE 'fine' END"
#define STEP(which)                                                                                          \
	"(SELECT " which                                                                                     \
	"(f.ref) FROM flow_token f WHERE f.tenant = c.tenant AND f.instance = c.id AND f.ref <> '')"
#define BESIDE                                                                                               \
	" LEFT JOIN reg_claim k ON k.tenant = c.tenant AND k.case_id = c.id AND k.until > :now"              \
	" LEFT JOIN flow_hold h ON h.tenant = c.tenant AND h.instance = c.id AND h.ended IS NULL"            \
	" LEFT JOIN reg_notice g ON g.tenant = c.tenant AND g.case_id = c.id AND g.ended IS NULL"
#define WORDS                                                                                                \
	"(:words = '' OR c.number = :words OR c.unit_code = :words OR c.batch = :words OR c.location LIKE "  \
	":like ESCAPE '!')"
DB_STMT(queue_rows,
	"SELECT " CASE_COLUMNS ", " DUE ", " BAND ", coalesce(c.warn_on, ''), " STEP("min") ", " STEP(
		"max") ", k.who, k.until FROM reg_case c LEFT JOIN reg_tax t ON t.tenant = c.tenant AND "
		       "t.case_id = c.id" BESIDE " WHERE c.tenant = :tenant AND " OPEN " AND (" DUE
		       ", c.number) > (:due, :number)"
		       " AND (:business = '' OR c.business = :business) AND (:state = '' OR c.state = :state)"
		       " AND (:office = '' OR c.office = :office) AND (:channel = '' OR c.channel = :channel)"
		       " AND (:band = '' OR " BAND " = :band)"
		       " AND (:holder = '' OR coalesce(k.who, '-') = :holder)"
		       " AND (:step = '' OR EXISTS (SELECT 1 FROM flow_token f WHERE f.tenant = c.tenant AND "
		       "f.instance = c.id AND f.ref = :step)) AND " WORDS " ORDER BY " DUE
		       ", c.number LIMIT :limit");
DB_STMT(queue_groups,
	"SELECT g.business, g.state, g.office, g.channel, g.band, g.holder, g.one, g.other, count(*) FROM "
	"(SELECT "
	"c.business, c.state, c.office, c.channel, " BAND
	" AS band, coalesce(k.who, '-') AS holder, coalesce(" STEP("min") ", '') AS one, coalesce(" STEP(
		"max") ", '') AS other FROM reg_case c" BESIDE " WHERE c.tenant = :tenant AND " OPEN
		       " AND " WORDS ") g GROUP BY g.business, g.state, g.office, g.channel, g.band, "
		       "g.holder, g.one, g.other");

/* A part of a location for LIKE, with its own signs taken as they are. */
static void like_of(const char *words, char out[static 512])
{
	size_t n = 0;
	out[n++] = '%';
	for (; *words && n < 508; words++) {
		if (strchr("%_!", *words))
			out[n++] = '!';
		out[n++] = *words;
	}
	out[n++] = '%';
	out[n] = '\0';
}

static void common_bind(struct db_query *q, const struct queue_filter *f)
{
	char like[512], today[11];
	like_of(f->words, like);
	time_date_cst(time_now_ms(), today);
	db_bind_text(q, "words", f->words);
	db_bind_text(q, "like", like);
	db_bind_text(q, "today", today);
	db_bind_int(q, "now", time_now_ms());
}

static int row_json(struct db_query *q, json_t **out)
{
	struct case_row c;
	json_t *row = NULL, *steps = json_array();
	char until[TIME_TEXT];
	case_fill(q, &c);
	int rc = case_json(&c, &row);
	if (rc < 0) {
		json_decref(steps);
		return rc;
	}
	const int at = CASE_WIDTH;
	json_object_set_new(row, "due", json_string(db_text(q, at)));
	json_object_set_new(row, "band", json_string(db_text(q, at + 1)));
	json_object_set_new(row, "warn_on", json_string(db_text(q, at + 2)));
	if (*db_text(q, at + 3))
		json_array_append_new(steps, json_string(db_text(q, at + 3)));
	if (strcmp(db_text(q, at + 3), db_text(q, at + 4)) != 0)
		json_array_append_new(steps, json_string(db_text(q, at + 4)));
	json_object_set_new(row, "steps", steps);
	time_text(db_int(q, at + 6), until);
	json_object_set_new(row, "claim",
		db_null(q, at + 5) ? json_null()
				   : json_pack("{s:s,s:s}", "who", db_text(q, at + 5), "until", until));
	*out = row;
	return 0;
}

int queue_page(struct db_tx *tx, const struct queue_filter *f, const char *due, const char *number,
	int64_t limit, json_t **out)
{
	struct db_query *q = db_query(tx, &queue_rows);
	json_t *rows = json_array();
	int rc;
	common_bind(q, f);
	db_bind_text(q, "business", f->business);
	db_bind_text(q, "state", f->state);
	db_bind_text(q, "office", f->office);
	db_bind_text(q, "channel", f->channel);
	db_bind_text(q, "band", f->band);
	db_bind_text(q, "holder", f->holder);
	db_bind_text(q, "step", f->step);
	db_bind_text(q, "due", due);
	db_bind_text(q, "number", number);
	db_bind_int(q, "limit", limit);
	while ((rc = db_step(q)) == 1) {
		json_t *row = NULL;
		if ((rc = row_json(q, &row)) < 0)
			break;
		json_array_append_new(rows, row);
	}
	return db_rows_end(q, rc, rows, out);
}

/* ---- counts */
enum { DIMENSIONS = 7 };
static const char *const dimensions[DIMENSIONS] = {
	"business", "state", "office", "channel", "band", "holder", "step"};

static void count_add(json_t *into, const char *value, int64_t n)
{
	if (*value)
		json_object_set_new(into, value, json_integer(json_int(into, value) + n));
}

static void group_add(struct db_query *q, const char *const *wanted, json_t *out)
{
	bool fits[DIMENSIONS];
	size_t wrong = 0;
	const int64_t n = db_int(q, 8);
	for (int d = 0; d < DIMENSIONS; d++) {
		fits[d] = !*wanted[d] || strcmp(db_text(q, d), wanted[d]) == 0 ||
			  (d == 6 && strcmp(db_text(q, 7), wanted[d]) == 0);
		wrong += !fits[d];
	}
	if (wrong > 1)
		return;
	for (int d = 0; d < DIMENSIONS; d++) {
		if (wrong == 1 && fits[d])
			continue;
		json_t *into = json_object_get(out, dimensions[d]);
		count_add(into, db_text(q, d), n);
		if (d == 6 && strcmp(db_text(q, 6), db_text(q, 7)) != 0)
			count_add(into, db_text(q, 7), n);
	}
	if (wrong == 0)
		json_object_set_new(out, "total", json_integer(json_int(out, "total") + n));
}

int queue_counts(struct db_tx *tx, const struct queue_filter *f, json_t **out)
{
	const char *const wanted[DIMENSIONS] = {
		f->business, f->state, f->office, f->channel, f->band, f->holder, f->step};
	struct db_query *q = db_query(tx, &queue_groups);
	json_t *all = json_pack("{s:i}", "total", 0);
	int rc;
	for (int d = 0; d < DIMENSIONS; d++)
		json_object_set_new(all, dimensions[d], json_object());
	common_bind(q, f);
	while ((rc = db_step(q)) == 1)
		group_add(q, wanted, all);
	return db_rows_end(q, rc, all, out);
}
