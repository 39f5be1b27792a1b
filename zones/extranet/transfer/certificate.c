#include "zones/extranet/transfer/certificate.h"

#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/entry.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/certificate_sheet.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAPERS_MAX 150 /* of one entry, as its rows */

/* What the certificates of one case are made of, read on a snapshot; made outside the transaction, stored
 * inside it. */
struct making {
	struct registry *r;
	const struct office *office;
	const char *id;
	struct case_row c;
	struct certificate_sheet *sheets;
	size_t n;
};

DB_STMT(certificate_numbers, "SELECT number, bdcdyh, bsm FROM zsbh WHERE tenant = :tenant AND ywh = :ywh AND "
			     "state = 'used' ORDER BY "
			     "CASE WHEN bdcdyh = :unit THEN 0 ELSE 1 END, number");

/* The numbers that this case's entry drew, the case's own unit first. */
static int numbers_read(struct making *m, struct db_tx *tx)
{
	struct db_query *q = db_query(tx, &certificate_numbers);
	int rc;
	db_bind_text(q, "ywh", m->c.number);
	db_bind_text(q, "unit", m->c.unit_code);
	while ((rc = db_step(q)) == 1) {
		struct certificate_sheet *more =
			m->n < PAPERS_MAX ? realloc(m->sheets, (m->n + 1) * sizeof *more) : NULL;
		if (!more) {
			rc = m->n < PAPERS_MAX ? ERR_NOMEM : ERR_LIMIT;
			break;
		}
		m->sheets = more;
		struct certificate_sheet *s = &more[m->n++];
		certificate_sheet_init(s);
		s->r = m->r;
		s->office = m->office;
		s->c = &m->c;
		s->bsm = db_int(q, 2);
		snprintf(s->number, sizeof s->number, "%s", db_text(q, 0));
		snprintf(s->unit, sizeof s->unit, "%s", db_text(q, 1));
	}
	db_done(q);
	return rc;
}

/* The right that has the number; it may have ended since, and its unit's row with it. */
static int right_read(struct making *m, struct certificate_sheet *s, struct db_tx *tx)
{
	const char *table;
	json_t *list;
	int rc = book_unit(tx, m->r->service->vault, s->unit, NULL, &s->rows);
	json_object_foreach(s->rows, table, list)
	{
		const char *column = right_paper_column(table);
		size_t i;
		const json_t *row;
		json_array_foreach(list, i, row)
		{
			if (!s->right && column && json_int(row, "bsm") == s->bsm &&
				strcmp(json_str(row, column), s->number) == 0) {
				s->table = table;
				s->right = row;
			}
		}
	}
	if (rc == 0)
		s->holders = s->right ? right_holders(s->rows, s->bsm) : json_array();
	return rc;
}

static void sheets_fini(struct making *m)
{
	for (size_t i = 0; i < m->n; i++)
		certificate_sheet_fini(&m->sheets[i]);
	free(m->sheets);
	m->sheets = NULL;
	m->n = 0;
}

static int making_read(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	sheets_fini(m);
	int rc = case_get(tx, m->id, &m->c);
	if (rc == 0)
		rc = numbers_read(m, tx);
	for (size_t i = 0; rc == 0 && i < m->n; i++)
		rc = right_read(m, &m->sheets[i], tx);
	return rc;
}

/* A step, and the portal told of it. ERR_CONFLICT: the case is not at this version any more. */
static int step(struct making *m, struct db_tx *tx, struct case_row *c, int64_t version, enum case_state to,
	const char *note)
{
	int rc = case_move(tx, c, version, to, "system", note);
	return rc == 0 ? progress_put(m->r, tx, c, note, NULL) : rc;
}

/* Certificate rows, both steps (made, delivered on the portal) and the message, all or nothing. */
static int making_store(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	struct case_row c;
	int rc = case_get(tx, m->id, &c);
	if (rc == 0)
		rc = step(m, tx, &c, m->c.version, CASE_CERTIFICATE, "");
	for (size_t i = 0; rc == 0 && i < m->n; i++)
		if (m->sheets[i].right)
			/* An application at the portal has one certificate: of its own unit. */
			rc = certificate_sheet_store(&m->sheets[i], tx, i == 0);
	if (rc == 0)
		rc = step(m, tx, &c, c.version, CASE_DELIVERED, "");
	if (rc == 0)
		rc = audit_record(tx, "system", "certificate.made", c.number, NULL);
	if (rc == 0)
		rc = flows_served(m->r, tx, &c, "certificate", NULL);
	return rc;
}

/* An entry that gave no paper (a seizure, a cancellation) is done with itself. */
static int done_store(struct db_tx *tx, void *arg)
{
	struct making *m = arg;
	struct case_row c;
	int rc = case_get(tx, m->id, &c);
	if (rc == 0)
		rc = step(m, tx, &c, m->c.version, CASE_DELIVERED, "本业务不发证书 no certificate is due");
	if (rc == 0)
		rc = flows_served(m->r, tx, &c, "certificate", NULL);
	return rc == 0 ? audit_record(tx, "system", "case.done", c.number, NULL) : rc;
}

/* Of a right that ended before its paper was made none is made: its number is known, and void of use. */
static int papers_make(struct making *m)
{
	struct service *s = m->r->service;
	size_t made = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->n; i++) {
		if (!m->sheets[i].right)
			continue;
		rc = certificate_sheet_make(&m->sheets[i]);
		made++;
	}
	return rc == 0 ? db_write(s->db, m->office->division, made ? making_store : done_store, m) : rc;
}

int certificate_make(struct registry *r, const struct office *o, const char *id)
{
	struct making m = {.r = r, .office = o, .id = id};
	int rc = db_read(r->service->db, o->division, making_read, &m);
	if (rc == 0)
		rc = papers_make(&m);
	sheets_fini(&m);
	return rc;
}
