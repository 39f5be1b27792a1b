#include "zones/extranet/audit/audit_state.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(audit_numbers, "SELECT number, kind, period, n, state, bdcdyh, bsm, ywh, at, reason FROM zsbh WHERE "
		       "tenant = :tenant ORDER BY kind, period, n, number");
DB_STMT(audit_number_known, "SELECT count(*) FROM zsbh WHERE tenant = :tenant AND number = :number");
DB_STMT(audit_certificates, "SELECT bdcqzh, bsm, text, signature, size, digest, blob, blob_key FROM bdcqzs "
			    "WHERE tenant = :tenant ORDER BY bdcqzh");
/* A case that was delivered has a certificate of every number its entry drew. */
DB_STMT(audit_certificates_due, "SELECT z.number, z.bsm, (SELECT count(*) FROM bdcqzs q WHERE q.tenant = "
				"c.tenant AND q.case_id = c.id) FROM "
				"reg_case c JOIN zsbh z ON z.tenant = c.tenant AND z.ywh = c.number AND "
				"z.state = 'used' WHERE c.tenant = :tenant "
				"AND c.state IN ('delivered', 'archived') AND NOT EXISTS (SELECT 1 FROM "
				"bdcqzs q WHERE q.tenant = c.tenant AND "
				"q.bdcqzh = z.number) ORDER BY z.number");
DB_STMT(audit_series, "SELECT kind, period, next FROM reg_series WHERE tenant = :tenant AND kind IN ('bsm', "
		      "'title', 'proof') ORDER BY kind, period");
DB_STMT(audit_top,
	"SELECT coalesce(max(n), 0) FROM zsbh WHERE tenant = :tenant AND kind = :kind AND period = "
	":period");

struct number {
	const char *text, *kind, *period, *state, *unit, *ywh, *at, *reason;
	int64_t n, row;
	bool series;
};

/* Is it what its kind, period and number print to, and the paper of the row it names? */
static const char *number_wrong(struct audit_state *s, const struct number *n)
{
	char printed[NUMBER_CERTIFICATE];
	bool proof = strcmp(n->kind, "proof") == 0;
	if (n->series && (number_certificate(proof, s->a->office.province, n->period, s->a->office.place,
				  n->n, printed) < 0 ||
				 strcmp(printed, n->text) != 0))
		return "not the number that its series prints";
	if (strcmp(n->state, "void") == 0)
		return n->row || *n->unit || !*n->reason ? "a void number with a right" : NULL;
	const struct audit_row *r = audit_row_of(s, n->row);
	if (!r || r->damaged || !r->seen)
		return r || s->log_damaged ? NULL : "of a row that is not in the book";
	if (strcmp(r->paper, n->text) != 0 || strcmp(r->unit, n->unit) != 0 || *n->reason)
		return "not the number of the row it names";
	return strcmp(s->log[r->made - 1].ywh, n->ywh) != 0 ? "not drawn by the entry that made the row"
							    : NULL;
}

static int numbers_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_numbers);
	char series[64] = "";
	int64_t want = 1;
	int rc;
	while ((rc = db_step(q)) == 1) {
		char now[64], key[80];
		struct number n = {db_text(q, 0), db_text(q, 1), db_text(q, 2), db_text(q, 4), db_text(q, 5),
			db_text(q, 7), db_text(q, 8), db_text(q, 9), db_int(q, 3), db_int(q, 6),
			!db_null(q, 3)};
		const char *what = number_wrong(s, &n);
		if (what)
			audit_find(s, "NUMBER", "zsbh", n.text, what);
		snprintf(now, sizeof now, "%s %s", n.kind, n.period);
		if (strcmp(now, series) != 0) {
			snprintf(series, sizeof series, "%s", now);
			want = 1;
		}
		for (; n.series && want < n.n; want++) {
			snprintf(key, sizeof key, "%s %lld", series, (long long)want);
			audit_find(
				s, "GAP", "zsbh", key, "this number of the series is accounted for nowhere");
		}
		want += n.series;
		s->a->rows++;
	}
	db_done(q);
	return rc;
}

/* Every paper of a row is a number that was drawn or taken in. */
static int papers_known(struct audit_state *s)
{
	int rc = 0;
	size_t gaps = 0, i;
	const json_t *f;
	json_array_foreach(s->a->findings, i, f) gaps += strcmp(json_str(f, "table"), "zsbh") == 0;
	for (i = 0; rc == 0 && gaps == 0 && i < s->nrows; i++) {
		const struct audit_row *r = &s->rows[i];
		int64_t n = 0;
		if (!r->paper[0] || r->damaged)
			continue;
		struct db_query *q = db_query(s->tx, &audit_number_known);
		db_bind_text(q, "number", r->paper);
		rc = db_one_int(q, &n);
		if (rc == 0 && n == 0)
			audit_find(
				s, "NUMBER", "zsbh", r->paper, "a right has this number, which nobody drew");
	}
	return rc;
}

static const char *certificate_wrong(struct audit_state *s, struct db_query *q)
{
	const struct audit_row *r = audit_row_of(s, db_int(q, 1));
	struct buf text;
	struct blob_ref ref;
	json_t *said = NULL;
	const char *what = NULL;
	char hex[DIGEST_HEX];
	buf_init(&text, 1 << 20);
	db_blob_ref(q, 4, &ref);
	digest_hex(&ref.digest, hex);
	if (vault_unseal(s->a->vault, "bdcqzs", "text", db_text(q, 0), db_text(q, 2), &text) < 0 ||
		json_parse(buf_view(&text), 1 << 20, &said, NULL) < 0)
		what = "its text does not open";
	else if (!r || (!r->damaged && r->seen && strcmp(r->paper, db_text(q, 0)) != 0) ||
		 strcmp(json_str(said, "number"), db_text(q, 0)) != 0)
		what = "not the paper of the row it names";
	else if (strcmp(json_str(said, "pdf"), hex) != 0)
		what = "not the file that was sealed";
	else if (s->a->seal && cert_verify_base64(s->a->seal, buf_view(&text), db_text(q, 3)) < 0)
		what = "the seal does not verify";
	else if (s->a->blobs && blob_check(s->a->blobs, &ref) < 0)
		what = "the file is damaged or gone";
	json_decref(said);
	buf_fini(&text);
	return what;
}

static int certificates_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_certificates);
	int rc;
	while ((rc = db_step(q)) == 1) {
		const char *what = certificate_wrong(s, q);
		if (what)
			audit_find(s, "CERTIFICATE", "bdcqzs", db_text(q, 0), what);
		s->a->rows++;
	}
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(s->tx, &audit_certificates_due);
	while ((rc = db_step(q)) == 1) {
		/* One right of several may have ended before its paper was made. */
		const struct audit_row *r = audit_row_of(s, db_int(q, 1));
		if (!r || !r->ended || db_int(q, 2) == 0)
			audit_find(s, "MISSING", "bdcqzs", db_text(q, 0),
				"the case was delivered, its certificate is not there");
	}
	db_done(q);
	return rc;
}

/* The next number of a series stands behind the highest one given. */
static int series_audit(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_series);
	int rc;
	bool rows_named = json_array_size(s->a->findings) > 0;
	while ((rc = db_step(q)) == 1) {
		char key[64];
		int64_t top = (int64_t)s->nrows;
		snprintf(key, sizeof key, "%s %s", db_text(q, 0), db_text(q, 1));
		if (strcmp(db_text(q, 0), "bsm") != 0) {
			struct db_query *m = db_query(s->tx, &audit_top);
			db_bind_text(m, "kind", db_text(q, 0));
			db_bind_text(m, "period", db_text(q, 1));
			rc = db_one_int(m, &top);
		}
		if (rc >= 0 && !rows_named && db_int(q, 2) != top + 1)
			audit_find(s, "SERIES", "reg_series", key,
				"does not go on behind the highest number given");
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

int audit_papers(struct audit_state *s)
{
	int rc = numbers_audit(s);
	if (rc == 0)
		rc = papers_known(s);
	if (rc == 0)
		rc = certificates_audit(s);
	return rc == 0 ? series_audit(s) : rc;
}
