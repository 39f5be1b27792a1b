/* What the office keeps beside the book: cases with their steps, documents with their files and seals, blanks
 * with their moves, parcels, numbers declared void, fees. Each is told twice somewhere; the two have to
 * agree. */
#include "zones/extranet/audit/audit_state.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/document.h"
#include <stdio.h>
#include <string.h>

#define FACTS_MAX (8 << 20)

DB_STMT(audit_documents,
	"SELECT s.number, s.statement, s.signature, coalesce(d.kind, ''), coalesce(d.facts, '') FROM "
	"reg_document_seal s LEFT JOIN reg_document d ON d.tenant = s.tenant AND d.number = s.number "
	"WHERE s.tenant = :tenant ORDER BY s.number");
DB_STMT(audit_document_files, "SELECT format, size, digest, blob, blob_key FROM reg_document_file WHERE "
			      "tenant = :tenant AND number = :number ORDER BY format");
/* Files and seal are written in one. */
DB_STMT(audit_unsealed_files,
	"SELECT DISTINCT f.number FROM reg_document_file f WHERE f.tenant = :tenant AND NOT EXISTS (SELECT 1 "
	"FROM reg_document_seal s WHERE s.tenant = f.tenant AND s.number = f.number) ORDER BY f.number");
/* Who seals and who packs find their work in tables of their own: what is done does not stand there, what is
 * not does. */
DB_STMT(audit_documents_waiting,
	"SELECT w.number FROM reg_document_waiting w WHERE w.tenant = :tenant AND (EXISTS (SELECT 1 FROM "
	"reg_document_seal s WHERE s.tenant = w.tenant AND s.number = w.number) OR NOT EXISTS (SELECT 1 FROM "
	"reg_document d WHERE d.tenant = w.tenant AND d.number = w.number)) UNION SELECT d.number FROM "
	"reg_document d WHERE d.tenant = :tenant AND NOT EXISTS (SELECT 1 FROM reg_document_seal s WHERE "
	"s.tenant = d.tenant AND s.number = d.number) AND NOT EXISTS (SELECT 1 FROM reg_document_file f "
	"WHERE "
	"f.tenant = d.tenant AND f.number = d.number) AND NOT EXISTS (SELECT 1 FROM reg_document_waiting w "
	"WHERE w.tenant = d.tenant AND w.number = d.number) ORDER BY 1");
DB_STMT(audit_archive_waiting,
	"SELECT c.id FROM reg_case c WHERE c.tenant = :tenant AND (c.state IN ('archived', 'rejected', "
	"'refused', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM reg_archive a WHERE a.tenant = c.tenant AND "
	"a.case_id = c.id)) <> EXISTS (SELECT 1 FROM reg_archive_waiting w WHERE w.tenant = c.tenant AND "
	"w.case_id = c.id) ORDER BY c.id");
DB_STMT(audit_voids,
	"SELECT v.n, v.kind, v.reason, v.confirmed_by, coalesce(z.kind, ''), coalesce(z.reason, ''), "
	"coalesce(z.ywh, ''), coalesce(z.state, '') FROM reg_void v LEFT JOIN zsbh z ON z.tenant = v.tenant "
	"AND z.number = v.number WHERE v.tenant = :tenant AND v.number IS NOT NULL ORDER BY v.n");
DB_STMT(audit_blanks,
	"SELECT b.serial, b.kind, b.state, b.paper, b.moves, (SELECT count(*) FROM reg_blank_move m WHERE "
	"m.tenant = b.tenant AND m.serial = b.serial), coalesce(l.state, ''), coalesce(l.paper, ''), "
	"coalesce(z.kind, '') FROM reg_blank b LEFT JOIN reg_blank_move l ON l.tenant = b.tenant AND "
	"l.serial = b.serial AND l.n = b.moves LEFT JOIN zsbh z ON z.tenant = b.tenant AND z.number = "
	"b.paper WHERE b.tenant = :tenant ORDER BY b.serial");
DB_STMT(audit_moves_alone,
	"SELECT DISTINCT m.serial FROM reg_blank_move m WHERE m.tenant = :tenant AND NOT EXISTS (SELECT 1 "
	"FROM reg_blank b WHERE b.tenant = m.tenant AND b.serial = m.serial) ORDER BY m.serial");
DB_STMT(audit_mailings,
	"SELECT m.id, m.state, m.serials, m.events, (SELECT count(*) FROM reg_mailing_event e WHERE e.tenant "
	"= "
	"m.tenant AND e.mailing = m.id) FROM reg_mailing m WHERE m.tenant = :tenant ORDER BY m.id");
DB_STMT(audit_posted,
	"SELECT serial FROM reg_blank WHERE tenant = :tenant AND state = 'posted' ORDER BY serial");
DB_STMT(audit_events_alone,
	"SELECT DISTINCT e.mailing FROM reg_mailing_event e WHERE e.tenant = :tenant AND NOT EXISTS (SELECT "
	"1 "
	"FROM reg_mailing m WHERE m.tenant = e.tenant AND m.id = e.mailing) ORDER BY e.mailing");
DB_STMT(audit_charges,
	"SELECT c.case_id, c.amount_cents, c.lines, (SELECT count(*) FROM reg_charge_step s WHERE s.tenant = "
	"c.tenant AND s.case_id = c.case_id), (SELECT coalesce(max(s.n), 0) FROM reg_charge_step s WHERE "
	"s.tenant = c.tenant AND s.case_id = c.case_id), (SELECT count(*) FROM reg_charge_step s WHERE "
	"s.tenant = c.tenant AND s.case_id = c.case_id AND (s.state IN ('paid', 'refunded')) <> (s.receipt "
	"<> "
	"'')) FROM reg_charge c WHERE c.tenant = :tenant ORDER BY c.case_id");
DB_STMT(audit_steps_alone,
	"SELECT DISTINCT s.case_id FROM reg_charge_step s WHERE s.tenant = :tenant AND NOT EXISTS (SELECT 1 "
	"FROM reg_charge c WHERE c.tenant = s.tenant AND c.case_id = s.case_id) ORDER BY s.case_id");

/* What lay below the numbers that an import took in is void by the import (paper_fill): nobody asks for it.
 */
DB_STMT(audit_voids_alone,
	"SELECT z.number FROM zsbh z WHERE z.tenant = :tenant AND z.state = 'void' AND z.bdcdyh = '' AND "
	"z.bsm = 0 AND z.ywh <> 'import' AND NOT EXISTS (SELECT 1 FROM reg_void v WHERE v.tenant = z.tenant "
	"AND v.number = "
	"z.number) ORDER BY z.number");
/* Every move of a case is a step, and makes its version one higher. */
DB_STMT(audit_cases,
	"SELECT c.id, c.state, c.version - 1, (SELECT count(*) FROM reg_step s WHERE s.tenant = c.tenant AND "
	"s.case_id = c.id), coalesce((SELECT s.state FROM reg_step s WHERE s.tenant = c.tenant AND s.case_id "
	"= c.id ORDER BY s.n DESC LIMIT 1), '') FROM reg_case c WHERE c.tenant = :tenant ORDER BY c.id");
DB_STMT(audit_case_steps_alone,
	"SELECT DISTINCT s.case_id FROM reg_step s WHERE s.tenant = :tenant AND NOT EXISTS (SELECT 1 FROM "
	"reg_case c WHERE c.tenant = s.tenant AND c.id = s.case_id) ORDER BY s.case_id");

/* Names of rows that stand alone. */
static int alone(struct audit_state *s, const struct db_stmt *of, const char *code, const char *table,
	const char *what)
{
	struct db_query *q = db_query(s->tx, of);
	int rc;
	while ((rc = db_step(q)) == 1)
		audit_find(s, code, table, db_text(q, 0), what);
	db_done(q);
	return rc;
}

/* ---- documents */

static int files_audit(struct audit_state *s, const char *number, const json_t *statement)
{
	struct db_query *q = db_query(s->tx, &audit_document_files);
	int rc, n = 0;
	char key[DOCUMENT_NUMBER + 8];
	db_bind_text(q, "number", number);
	while ((rc = db_step(q)) == 1) {
		struct blob_ref ref;
		char hex[DIGEST_HEX];
		db_blob_ref(q, 1, &ref);
		digest_hex(&ref.digest, hex);
		snprintf(key, sizeof key, "%s %s", number, db_text(q, 0));
		if (strcmp(json_str(statement, db_text(q, 0)), hex) != 0)
			audit_find(s, "DOCUMENT", "reg_document_file", key, "not the file that was sealed");
		n++;
	}
	db_done(q);
	if (rc == 0 && n != DOCUMENT_FORMATS)
		audit_find(s, "MISSING", "reg_document_file", number, "a file of a sealed document is gone");
	return rc;
}

/* The facts are those that were sealed. */
static const char *facts_wrong(struct audit_state *s, const char *number, const char *kind,
	const char *sealed, const json_t *statement)
{
	struct buf facts;
	char hex[DIGEST_HEX];
	const char *what = NULL;
	buf_init(&facts, FACTS_MAX);
	if (vault_unseal(s->a->vault, "reg_document", "facts", number, sealed, &facts) < 0) {
		what = "its facts do not open";
	} else {
		digest_hex_of(s->a->seal ? cert_suite(s->a->seal) : s->a->suite, buf_view(&facts), hex);
		if (strcmp(hex, json_str(statement, "facts")) != 0 ||
			strcmp(kind, json_str(statement, "kind")) != 0)
			what = "says otherwise than its seal";
	}
	buf_fini(&facts);
	return what;
}

static bool seal_holds(const struct audit_state *s, const char *number, const char *statement,
	const char *signature, const json_t *said)
{
	return strcmp(json_str(said, "number"), number) == 0 &&
	       (!s->a->seal || cert_verify_base64(s->a->seal, view_str(statement), signature) == 0);
}

static int documents_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_documents);
	int rc;
	while ((rc = db_step(q)) == 1) {
		const char *number = db_text(q, 0), *what = NULL;
		json_t *said = NULL;
		s->a->rows++;
		if (json_parse(view_str(db_text(q, 1)), FACTS_MAX, &said, NULL) < 0 ||
			!seal_holds(s, number, db_text(q, 1), db_text(q, 2), said))
			audit_find(s, "SEAL", "reg_document_seal", number, "the seal does not verify");
		else if (!*db_text(q, 3))
			audit_find(s, "MISSING", "reg_document", number, "a sealed document is gone");
		else if ((what = facts_wrong(s, number, db_text(q, 3), db_text(q, 4), said)))
			audit_find(s, "DOCUMENT", "reg_document", number, what);
		else
			rc = files_audit(s, number, said);
		json_decref(said);
		if (rc < 0)
			break;
	}
	db_done(q);
	if (rc == 0)
		rc = alone(s, &audit_unsealed_files, "MISSING", "reg_document_seal",
			"a document has files and no seal");
	return rc < 0 ? rc
		      : alone(s, &audit_documents_waiting, "WAITING", "reg_document_waiting",
				"sealed or not, it waits as if it were otherwise");
}

/* ---- numbers declared void, blanks, fees */

static int voids_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_voids);
	int rc;
	while ((rc = db_step(q)) == 1) {
		s->a->rows++;
		if (strcmp(db_text(q, 7), "void") != 0 || strcmp(db_text(q, 1), db_text(q, 4)) != 0 ||
			strcmp(db_text(q, 2), db_text(q, 5)) != 0 ||
			strcmp(db_text(q, 3), db_text(q, 6)) != 0)
			audit_find_row(s, "VOID", "reg_void", db_int(q, 0),
				"the number it declared void says otherwise");
	}
	db_done(q);
	return rc < 0 ? rc
		      : alone(s, &audit_voids_alone, "MISSING", "reg_void",
				"nobody asked for this void number");
}

static int blanks_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_blanks);
	int rc;
	while ((rc = db_step(q)) == 1) {
		bool paper = *db_text(q, 3) != '\0';
		s->a->rows++;
		/* Its reception is move 0. */
		if (db_int(q, 4) + 1 != db_int(q, 5) || strcmp(db_text(q, 2), db_text(q, 6)) != 0 ||
			strcmp(db_text(q, 3), db_text(q, 7)) != 0)
			audit_find(s, "BLANK", "reg_blank", db_text(q, 0), "not where its moves lead");
		else if (paper && strcmp(db_text(q, 1), db_text(q, 8)) != 0)
			audit_find(s, "BLANK", "reg_blank", db_text(q, 0), "of another kind than its paper");
	}
	db_done(q);
	return rc < 0 ? rc
		      : alone(s, &audit_moves_alone, "MISSING", "reg_blank", "its moves stand, it is gone");
}

/* ---- parcels: what a carrier has is in one of them, and the other way round */
static bool with_carrier(const char *state)
{
	return strcmp(state, "posted") == 0 || strcmp(state, "moving") == 0 ||
	       strcmp(state, "returned") == 0 || strcmp(state, "lost") == 0;
}

/* posted: {serial: true} of the blanks with a carrier; those of this parcel are taken out. */
static int mailing_audit(struct audit_state *s, struct db_query *q, json_t *posted)
{
	json_t *serials = NULL;
	size_t i;
	const json_t *serial;
	bool all = true;
	int rc = json_parse(view_str(db_text(q, 2)), 4096, &serials, NULL);
	json_array_foreach(serials, i, serial)
	{
		const char *n = json_string_value(serial);
		if (with_carrier(db_text(q, 1)))
			all = n && json_object_del(posted, n) == 0 && all;
	}
	json_decref(serials);
	if (rc == ERR_NOMEM)
		return rc;
	s->a->rows++;
	if (db_int(q, 3) != db_int(q, 4))
		audit_find(s, "MAILING", "reg_mailing_event", db_text(q, 0), "a station is gone or added");
	else if (rc < 0 || !all)
		audit_find(s, "MAILING", "reg_mailing", db_text(q, 0),
			"the carrier has it, its blanks are elsewhere");
	return 0;
}

static int posted_read(struct audit_state *s, json_t *posted)
{
	struct db_query *q = db_query(s->tx, &audit_posted);
	int rc;
	while ((rc = db_step(q)) == 1)
		if (json_object_set_new(posted, db_text(q, 0), json_true()))
			break;
	db_done(q);
	return rc == 1 ? ERR_NOMEM : rc;
}

static int mailings_audit(struct audit_state *s)
{
	json_t *posted = json_object();
	const char *serial;
	json_t *one;
	int rc = posted ? posted_read(s, posted) : ERR_NOMEM;
	if (rc == 0) {
		struct db_query *q = db_query(s->tx, &audit_mailings);
		while ((rc = db_step(q)) == 1)
			if ((rc = mailing_audit(s, q, posted)) < 0)
				break;
		db_done(q);
	}
	if (rc == 0)
		json_object_foreach(posted, serial, one) audit_find(
			s, "BLANK", "reg_blank", serial, "with a carrier that has no parcel of it");
	json_decref(posted);
	return rc < 0 ? rc
		      : alone(s, &audit_events_alone, "MISSING", "reg_mailing",
				"its stations stand, it is gone");
}

static int charges_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_charges);
	int rc;
	while ((rc = db_step(q)) == 1) {
		json_t *lines = NULL;
		int64_t sum = 0;
		size_t i;
		const json_t *line;
		s->a->rows++;
		bool read = json_parse(view_str(db_text(q, 2)), FACTS_MAX, &lines, NULL) == 0;
		json_array_foreach(lines, i, line) sum += json_int(line, "amount_cents");
		if (!read || sum != db_int(q, 1))
			audit_find(s, "FEE", "reg_charge", db_text(q, 0), "its lines make another sum");
		else if (db_int(q, 3) == 0 || db_int(q, 3) != db_int(q, 4))
			audit_find(
				s, "MISSING", "reg_charge_step", db_text(q, 0), "a step of the fee is gone");
		else if (db_int(q, 5))
			audit_find(s, "FEE", "reg_charge_step", db_text(q, 0),
				"paid without a receipt, or the reverse");
		json_decref(lines);
	}
	db_done(q);
	return rc < 0 ? rc
		      : alone(s, &audit_steps_alone, "MISSING", "reg_charge",
				"its steps stand, the fee is gone");
}

static int cases_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_cases);
	int rc;
	while ((rc = db_step(q)) == 1) {
		s->a->rows++;
		if (db_int(q, 2) != db_int(q, 3))
			audit_find(
				s, "STEP", "reg_step", db_text(q, 0), "a step of the case is gone or added");
		else if (strcmp(db_text(q, 1), db_text(q, 4)) != 0)
			audit_find(s, "STATE", "reg_case", db_text(q, 0), "not where its steps lead");
	}
	db_done(q);
	if (rc == 0)
		rc = alone(s, &audit_case_steps_alone, "MISSING", "reg_case",
			"its steps stand, the case is gone");
	return rc < 0 ? rc
		      : alone(s, &audit_archive_waiting, "WAITING", "reg_archive_waiting",
				"packed or not, the case waits as if it were otherwise");
}

int audit_office(struct audit_state *s)
{
	int rc = cases_audit(s);
	if (rc == 0)
		rc = documents_audit(s);
	if (rc == 0)
		rc = voids_audit(s);
	if (rc == 0)
		rc = blanks_audit(s);
	if (rc == 0)
		rc = mailings_audit(s);
	return rc == 0 ? charges_audit(s) : rc;
}
