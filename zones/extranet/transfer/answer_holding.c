/* 核对: what somebody copies from a certificate is held against the book. Who names all of it rightly has the
 * certificate before them; everybody else learns nothing, not even which part is wrong: another's unit, an
 * unknown one and a mistyped number are answered by the same words after the same look-ups. */
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/person.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/inquiry.h"
#include "zones/extranet/store/paper.h"
#include "zones/extranet/transfer/answer.h"
#include <stdio.h>
#include <string.h>

#define HOUR_MS INT64_C(3600000)
#define NAMED_HOUR 30 /* about a person, in an hour */
#define UNIT_HOUR 60  /* about a unit */

/* Counted apart from what the named person asks: nobody uses up another's questions. */
static int named_find(struct answer *a)
{
	char value[64];
	snprintf(value, sizeof value, "NAMED:%.40s", a->q.id_number);
	return vault_find(a->r->service->vault, "id-number", value, &a->person);
}

static int holding_limits(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	const char *kind = query_code(QUERY_HOLDING);
	int64_t since = time_now_ms() - HOUR_MS, person = 0, unit = 0;
	int rc = named_find(a);
	if (rc == 0)
		rc = inquiry_count(tx, &a->person, since, &person);
	if (rc == 0)
		rc = inquiry_count_unit(tx, a->q.other, kind, since, &unit);
	if (rc == 0 && (person >= NAMED_HOUR || unit >= UNIT_HOUR))
		rc = err_set(note, ERR_RATE, "compared too often; the office does it at the acceptance");
	return rc;
}

static bool is_holder(const struct query *q, const json_t *rows, const json_t *right)
{
	json_t *holders = right_holders(rows, json_int(right, "bsm"));
	bool is = person_among(holders, q->id_kind, q->id_number, q->name);
	json_decref(holders);
	return is;
}

int answer_holding(struct answer *a, struct db_tx *tx, struct err_note *note)
{
	json_t *paper = NULL, *rows = NULL;
	const struct right_owner *owner = NULL;
	int rc = holding_limits(a, tx, note);
	if (rc == 0 && (rc = paper_find(tx, a->q.about, &paper)) == ERR_NOTFOUND)
		rc = 0;
	if (rc == 0)
		rc = answer_book_unit(a, tx, a->q.other, &rows);
	if (rc == 0) {
		const json_t *right = right_owner_row(rows, &owner);
		bool matches = right && strcmp(json_str(paper, "unit"), a->q.other) == 0 &&
			       json_int(paper, "row") == json_int(right, "bsm") &&
			       is_holder(&a->q, rows, right);
		json_object_set_new(a->out, "state", json_string(matches ? "matches" : "differs"));
		if (matches)
			json_object_set_new(a->out, "location", json_string(facts_unit(rows).location));
		json_array_append_new(a->units, json_string(a->q.other));
	}
	json_decref(paper);
	json_decref(rows);
	return rc;
}
