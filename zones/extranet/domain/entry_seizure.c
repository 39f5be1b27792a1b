/* 查封登记: seizure or its place in the queue, renewal, release. */
#include "zones/extranet/domain/entry_work.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/domain/entry_lapse.h"
#include <string.h>

static bool is_active(const json_t *row)
{
	return strcmp(json_str(row, "cflx"), "1") == 0 || strcmp(json_str(row, "cflx"), "3") == 0;
}

/* Three years at most from `from`, dates in order, not over yet. */
static int term_check(struct entry_work *w, const char *from, const char *to)
{
	char limit[DAY_TEXT];
	int64_t n;
	day_add_years(from, 3, limit);
	if (!limit[0] || day_number(to, &n) < 0 || strcmp(from, to) > 0 || strcmp(to, limit) > 0 ||
		strcmp(to, w->in->today) < 0)
		return work_block(w, "TERM", to);
	return 0;
}

int entry_seizure_plan(struct entry_work *w)
{
	const char *said = work_field(w, "seizure_kind"), *court = work_field(w, "court"),
		   *number = work_field(w, "document_no"), *from = work_field(w, "term_from"),
		   *to = work_field(w, "term_to");
	bool pre = strcmp(said, "3") == 0, queued = false;
	const struct right_owner *owner;
	size_t i;
	const json_t *row;
	int rc = 0;
	if (*said && !pre && strcmp(said, "1") != 0)
		return work_block(w, "FIELD", "seizure_kind");
	if (!w->right && !(pre && right_owner_row(json_object_get(w->in->rows, "land"), &owner)))
		return work_block(w, "NO-RIGHT", w->unit);
	json_array_foreach(json_object_get(w->in->rows, "cfdj"), i, row)
	{
		queued |= is_active(row);
		if (rc == 0 && strcmp(json_str(row, "cfwh"), number) == 0 &&
			strcmp(json_str(row, "cfjg"), court) == 0)
			rc = work_block(w, "DUPLICATE", number);
	}
	if (rc == 0)
		rc = term_check(w, from, to);
	if (rc < 0)
		return rc;
	plan_insert(w->plan, "cfdj",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:n}", "bdcdyh", w->unit, "djlx",
			"800", "cfjg", court, "cflx", pre ? (queued ? "4" : "3") : (queued ? "2" : "1"),
			"cfwh", number, "cfqssj", from, "cfjssj", to, "sdsj", work_field(w, "delivered_at"),
			"fj", work_field(w, "remark"), "dbr", PLAN_WHO, "djsj", PLAN_AT, "ssbsm"),
		ENTRY_NO_PAPER);
	return w->plan->failed;
}

/* The seizure named by its document, asked about by the authority that made it. */
static int named(struct entry_work *w, const json_t **out)
{
	size_t i;
	const json_t *row;
	json_array_foreach(json_object_get(w->in->rows, "cfdj"), i, row)
	{
		if (strcmp(json_str(row, "cfwh"), work_field(w, "seizure_no")) != 0)
			continue;
		if (strcmp(json_str(row, "cfjg"), work_field(w, "court")) != 0)
			return work_block(w, "COURT", json_str(row, "cfjg"));
		*out = row;
		return 0;
	}
	return work_block(w, "SEIZURE", work_field(w, "seizure_no"));
}

int entry_seizure_renew_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	const char *to = work_field(w, "term_to");
	int rc = named(w, &row);
	if (rc == 0)
		rc = term_check(w, json_str(row, "cfjssj"), to);
	if (rc == 0 && strcmp(to, json_str(row, "cfjssj")) <= 0)
		rc = work_block(w, "TERM", to);
	if (rc < 0)
		return rc;
	json_t *next = plan_row_after(row);
	json_object_set_new(next, "cfjssj", json_string(to));
	json_object_set_new(next, "cfwh", json_string(work_field(w, "document_no")));
	json_object_set_new(next, "fj", json_string("续封"));
	plan_end(w->plan, "cfdj", row);
	plan_insert(w->plan, "cfdj", next, ENTRY_NO_PAPER);
	return 0;
}

int entry_seizure_release_plan(struct entry_work *w)
{
	const json_t *row = NULL;
	int rc = named(w, &row);
	if (rc < 0)
		return rc;
	plan_cancel(
		w->plan, "cfdj", row, work_ground(w), work_field(w, "court"), work_field(w, "document_no"));
	if (is_active(row))
		entry_lapse_promote(w->plan, w->in->rows, json_int(row, "bsm"), w->in->today);
	return 0;
}
