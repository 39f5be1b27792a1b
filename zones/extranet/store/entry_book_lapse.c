/* Lapses that are due: entries that nobody asked for. */
#include "zones/extranet/store/entry_book.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include <stdio.h>
#include <string.h>

/* Its number: division, date, L, running number of the day. */
static int lapse_number(struct db_tx *tx, const char *day, char out[static NUMBER_CASE])
{
	int64_t n;
	int rc = book_series(tx, "lapse", day, 1, &n);
	if (rc == 0)
		snprintf(out, NUMBER_CASE, "%.6s%.4s%.2s%.2sL%04lld", db_tx_tenant(tx), day, day + 5, day + 8,
			(long long)n);
	return rc;
}

static int lapse_write(const struct entry_book *b, struct db_tx *tx, const struct plan *p, const char *day,
	int64_t now_ms, json_t *written, struct err_note *note)
{
	char ywh[NUMBER_CASE];
	struct entry_written w = {.rows = NULL};
	bool seizure =
		strcmp(json_str(json_array_get(p->ends, json_array_size(p->ends) - 1), "table"), "cfdj") == 0;
	int rc = lapse_number(tx, day, ywh);
	struct entry_order o = {.plan = p,
		.ywh = ywh,
		.who = "system",
		.registration_type = seizure ? 800 : 400,
		.right_type = 99,
		.now_ms = now_ms};
	if (rc == 0)
		rc = entry_book_write(b, tx, &o, &w, note);
	if (rc == 0 && json_array_extend(written, w.rows))
		rc = ERR_NOMEM;
	entry_book_fini(&w);
	return rc;
}

int entry_book_settle(const struct entry_book *b, struct db_tx *tx, const char *unit, int64_t now_ms,
	json_t **rows, json_t *written, struct err_note *note)
{
	char day[DAY_TEXT];
	int rc;
	time_date_cst(now_ms, day);
	for (;;) {
		struct plan p;
		json_t *now = NULL;
		rc = entry_lapse_plan(*rows, unit, day, &p);
		if (rc <= 0)
			return rc;
		rc = lapse_write(b, tx, &p, day, now_ms, written, note);
		plan_fini(&p);
		if (rc == 0)
			rc = book_unit(tx, b->vault, unit, NULL, &now);
		if (rc < 0)
			return rc;
		json_decref(*rows);
		*rows = now;
	}
}
