#include "common/audit/audit_anchor.h"

#include "common/audit/merkle.h"
#include "common/log/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the place of a size. */
#define CLOSED (-1)  /* the number was closed without its bundle, or its checkpoint is none of this zone */
#define WITHOUT (-2) /* the bundle carried none */

DB_STMT_CROSS(anchor_last, "SELECT coalesce(max(size), 0) FROM audit_anchor_out WHERE link = :link");
DB_STMT_CROSS(anchor_sent,
	"INSERT INTO audit_anchor_out (link, size) VALUES (:link, :size) ON CONFLICT (link) DO "
	"UPDATE SET size = :size");
DB_STMT_CROSS(anchor_joined,
	"SELECT epoch, seq, size, root, loose FROM audit_anchor WHERE link = :link AND joined = 1");
DB_STMT_CROSS(anchor_at,
	"SELECT size, root, proof FROM audit_anchor WHERE link = :link AND epoch = :epoch AND seq = "
	":seq AND joined = 0");
DB_STMT_CROSS(anchor_waits, "SELECT epoch, seq FROM audit_anchor WHERE link = :link AND joined = 0 AND "
			    "(epoch < :epoch OR (epoch = :epoch "
			    "AND seq <= :seq)) ORDER BY epoch, seq LIMIT 1");
DB_STMT_CROSS(anchor_forget,
	"DELETE FROM audit_anchor WHERE link = :link AND (joined = 1 OR epoch < :epoch OR (epoch "
	"= :epoch AND seq <= :seq))");
DB_STMT_CROSS(anchor_put,
	"INSERT INTO audit_anchor (link, epoch, seq, size, root, proof, joined, loose) VALUES (:link, "
	":epoch, :seq, :size, :root, :proof, :joined, :loose) ON CONFLICT DO NOTHING");

/* ---- who sends */

int audit_anchor_last(struct db_tx *tx, const char *link, int64_t *size)
{
	struct db_query *q = db_query(tx, &anchor_last);
	db_bind_text(q, "link", link);
	return db_one_int(q, size);
}

int audit_anchor_make(struct audit_mover *m, int64_t last, struct audit_anchor *out)
{
	struct audit_note n;
	struct digest proof[MERKLE_PATH_MAX + 1];
	size_t np = 0;
	int rc = audit_mover_checkpoint(m, last, &n, &out->note, proof, &np);
	if (rc == ERR_RANGE) {
		buf_reset(&out->note);
		rc = audit_mover_checkpoint(m, 0, &n, &out->note, proof, &np);
	}
	if (rc == 0)
		rc = audit_anchor_proof(proof, np, &out->proof);
	if (rc == 0) {
		out->size = n.size;
		out->root = n.root;
	}
	return rc;
}

int audit_anchor_sent(struct db_tx *tx, const char *link, int64_t size)
{
	struct db_query *q = db_query(tx, &anchor_sent);
	db_bind_text(q, "link", link);
	db_bind_int(q, "size", size);
	return db_exec(q);
}

/* ---- who receives */

/* The newest checkpoint of a link that is joined. */
struct joined {
	bool known;
	int64_t epoch, seq, size;
	struct digest root;
	bool loose; /* a number before the next one was closed without its bundle */
};

static int root_of(struct db_query *q, int column, struct digest *out)
{
	struct view v = db_blob(q, column);
	if (v.n != sizeof out->b)
		return ERR_DB;
	memcpy(out->b, v.p, v.n);
	return 0;
}

static int joined_read(struct db_tx *tx, const char *link, struct joined *j)
{
	struct db_query *q = db_query(tx, &anchor_joined);
	db_bind_text(q, "link", link);
	int rc = db_step(q);
	j->known = rc == 1;
	if (rc == 1) {
		j->epoch = db_int(q, 0);
		j->seq = db_int(q, 1);
		j->size = db_int(q, 2);
		rc = root_of(q, 3, &j->root);
		j->loose = db_int(q, 4) != 0;
	}
	db_done(q);
	return rc;
}

static int row_put(struct db_tx *tx, const struct audit_anchor_place *p, int64_t size,
	const struct digest *root, const char *proof, bool joined, bool loose)
{
	struct db_query *q = db_query(tx, &anchor_put);
	db_bind_text(q, "link", p->link);
	db_bind_int(q, "epoch", p->epoch);
	db_bind_int(q, "seq", p->seq);
	db_bind_int(q, "size", size);
	db_bind_digest(q, "root", root);
	db_bind_text(q, "proof", proof);
	db_bind_int(q, "joined", joined);
	db_bind_int(q, "loose", loose);
	return db_exec(q);
}

/* In place of the row that was joined before, and of what waited up to here. */
static int joined_write(struct db_tx *tx, const char *link, const struct joined *j)
{
	const struct audit_anchor_place p = {link, j->epoch, j->seq};
	struct db_query *q = db_query(tx, &anchor_forget);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", j->epoch);
	db_bind_int(q, "seq", j->seq);
	int rc = db_exec(q);
	return rc == 0 ? row_put(tx, &p, j->size, &j->root, "", true, j->loose) : rc;
}

static int finding_record(struct db_tx *tx, const struct audit_anchor_place *p, const char *action, int err,
	int64_t size, int64_t known, int *finding)
{
	json_t *detail = json_pack("{s:I,s:I,s:s,s:s,s:I,s:I}", "epoch", (json_int_t)p->epoch, "known",
		(json_int_t)known, "link", p->link, "reason", err_name(err), "seq", (json_int_t)p->seq,
		"size", (json_int_t)size);
	log_error("peer-log", "link=%s epoch=%lld seq=%lld reason=%s entries=%lld known=%lld", p->link,
		(long long)p->epoch, (long long)p->seq, err_name(err), (long long)size, (long long)known);
	int rc = detail ? audit_record(tx, "system", action, p->link, detail) : ERR_NOMEM;
	json_decref(detail);
	if (finding && !*finding)
		*finding = err;
	return rc;
}

static int proof_parse(struct view text, struct digest out[static MERKLE_PATH_MAX + 1], size_t *n)
{
	struct buf b;
	int rc = 0;
	*n = 0;
	for (size_t at = 0; rc == 0 && at < text.n;) {
		const uint8_t *end = memchr(text.p + at, '\n', text.n - at);
		size_t len = end ? (size_t)(end - text.p) - at : 0;
		buf_init(&b, sizeof out->b);
		rc = end && *n <= MERKLE_PATH_MAX ? b64_parse(view_of(text.p + at, len), &b) : ERR_SYNTAX;
		if (rc == 0 && b.n != sizeof out->b)
			rc = ERR_SYNTAX;
		if (rc == 0)
			memcpy(out[(*n)++].b, b.p, b.n);
		buf_fini(&b);
		at += len + 1;
	}
	return rc;
}

/* 0: it continues what was known; else what is wrong. In a new epoch, or behind a number that was closed, the
 * sender's proof may begin elsewhere. */
static int judge(
	const struct suite *s, const struct joined *j, const struct audit_anchor *a, bool epoch_began)
{
	struct digest proof[MERKLE_PATH_MAX + 1];
	size_t n = 0;
	if (!j->known)
		return 0;
	if (a->size < j->size)
		return ERR_ROLLBACK;
	if (a->size == j->size)
		return digest_eq(&a->root, &j->root) ? 0 : ERR_FORK;
	if (j->size == 0)
		return 0;
	int rc = proof_parse(buf_view(&a->proof), proof, &n);
	if (rc == 0)
		rc = merkle_check_consistency(s, j->size, &j->root, a->size, &a->root, proof, n);
	return rc == 0 ? 0 : j->loose || epoch_began ? ERR_DIGEST : ERR_FORK;
}

/* The next in order. After a finding it is what is known: it is told once, not with every bundle that
 * follows. */
static int join(struct db_tx *tx, const struct audit_anchor_place *p, const struct audit_anchor *a,
	const struct suite *s, struct joined *j, int *finding)
{
	int wrong = judge(s, j, a, j->known && p->epoch != j->epoch), rc = 0;
	if (wrong)
		rc = finding_record(tx, p,
			wrong == ERR_ROLLBACK ? "log.rolled-back"
			: wrong == ERR_FORK   ? "log.forked"
					      : "log.unproved",
			wrong, a->size, j->size, finding);
	*j = (struct joined){
		.known = true, .epoch = p->epoch, .seq = p->seq, .size = a->size, .root = a->root};
	return rc;
}

/* A number without a checkpoint. loose: the sender's proofs go on from one that never came. */
static void pass(struct joined *j, const struct audit_anchor_place *p, bool loose)
{
	j->epoch = p->epoch;
	j->seq = p->seq;
	j->loose = j->loose || loose;
}

/* What waited for this number, and what that lets follow. */
static int waiting_join(
	struct db_tx *tx, const char *link, const struct suite *s, struct joined *j, int *finding)
{
	for (;;) {
		const struct audit_anchor_place p = {link, j->epoch, j->seq + 1};
		struct audit_anchor a;
		audit_anchor_init(&a);
		struct db_query *q = db_query(tx, &anchor_at);
		db_bind_text(q, "link", link);
		db_bind_int(q, "epoch", p.epoch);
		db_bind_int(q, "seq", p.seq);
		int rc = db_step(q);
		bool found = rc == 1;
		if (found) {
			a.size = db_int(q, 0);
			rc = root_of(q, 1, &a.root);
			if (rc == 0)
				rc = buf_add_str(&a.proof, db_text(q, 2));
		}
		db_done(q);
		if (rc == 0 && found && a.size < 0)
			pass(j, &p, a.size == CLOSED);
		else if (rc == 0 && found)
			rc = join(tx, &p, &a, s, j, finding);
		audit_anchor_fini(&a);
		if (rc < 0 || !found)
			return rc;
	}
}

static bool is_next(const struct joined *j, const struct audit_anchor_place *p)
{
	return !j->known || (p->epoch == j->epoch && p->seq == j->seq + 1) ||
	       (p->epoch > j->epoch && p->seq == 1);
}

static bool is_past(const struct joined *j, const struct audit_anchor_place *p)
{
	return j->known && (p->epoch < j->epoch || (p->epoch == j->epoch && p->seq <= j->seq));
}

/* Form and signature of the note; what it says is what stands beside it. */
static int note_check(const struct audit_anchor *a, const struct trust *trust, struct view signer)
{
	struct audit_note n;
	struct cert *c = NULL;
	int rc = cert_check(trust, signer, CERT_SIGN, 0, &c, NULL);
	if (rc == 0)
		rc = audit_note_check(buf_view(&a->note), c, &n, NULL);
	if (rc == 0 && (n.size != a->size || !digest_eq(&n.root, &a->root)))
		rc = ERR_DIGEST;
	cert_free(c);
	return rc;
}

/* The row of a number that is not the next one waits; the next one is joined, with all that waited for it. */
static int forward(struct db_tx *tx, const struct audit_anchor_place *p, const struct suite *s,
	struct joined *j, int *finding)
{
	int rc = waiting_join(tx, p->link, s, j, finding);
	return rc == 0 ? joined_write(tx, p->link, j) : rc;
}

static int skip(struct db_tx *tx, const struct audit_anchor_place *p, const struct trust *trust, int64_t why,
	int *finding)
{
	static const struct digest none;
	struct joined j = {.known = false};
	int rc = joined_read(tx, p->link, &j);
	if (rc < 0 || !j.known || is_past(&j, p))
		return rc < 0 ? rc : 0;
	if (!is_next(&j, p))
		return row_put(tx, p, why, &none, "", false, false);
	pass(&j, p, why == CLOSED);
	return forward(tx, p, trust_suite(trust), &j, finding);
}

int audit_anchor_take(struct db_tx *tx, const struct audit_anchor_place *p, const struct audit_anchor *a,
	const struct trust *trust, struct view signer, int *finding)
{
	struct joined j = {.known = false};
	char proof[AUDIT_ANCHOR_PROOF + 1];
	if (finding)
		*finding = 0;
	if (!a)
		return skip(tx, p, trust, WITHOUT, finding);
	int rc = joined_read(tx, p->link, &j);
	if (rc < 0 || is_past(&j, p))
		return rc < 0 ? rc : 0;
	/* The same as before needs no look at its signature again: it is new about once a second. */
	if (!j.known || a->size != j.size || !digest_eq(&a->root, &j.root)) {
		int wrong = note_check(a, trust, signer);
		if (wrong == ERR_NOMEM)
			return wrong;
		if (wrong) {
			rc = finding_record(tx, p, "log.unsigned", wrong, a->size, j.size, finding);
			return rc == 0 ? skip(tx, p, trust, CLOSED, finding) : rc;
		}
	}
	if (!is_next(&j, p)) {
		snprintf(proof, sizeof proof, "%.*s", (int)a->proof.n,
			a->proof.n ? (const char *)a->proof.p : "");
		return row_put(tx, p, a->size, &a->root, proof, false, false);
	}
	rc = join(tx, p, a, trust_suite(trust), &j, finding);
	return rc == 0 ? forward(tx, p, trust_suite(trust), &j, finding) : rc;
}

int audit_anchor_void(
	struct db_tx *tx, const struct audit_anchor_place *p, const struct trust *trust, int *finding)
{
	if (finding)
		*finding = 0;
	return skip(tx, p, trust, CLOSED, finding);
}

int audit_anchor_close(
	struct db_tx *tx, const struct audit_anchor_place *p, const struct trust *trust, int *finding)
{
	if (finding)
		*finding = 0;
	for (;;) {
		struct joined j = {.known = false};
		struct audit_anchor_place next = *p;
		int rc = joined_read(tx, p->link, &j);
		if (rc < 0 || !j.known)
			return rc < 0 ? rc : 0;
		struct db_query *q = db_query(tx, &anchor_waits);
		db_bind_text(q, "link", p->link);
		db_bind_int(q, "epoch", p->epoch);
		db_bind_int(q, "seq", p->seq);
		rc = db_step(q);
		if (rc == 1) {
			next.epoch = db_int(q, 0);
			next.seq = db_int(q, 1) - 1;
		}
		db_done(q);
		if (rc <= 0)
			return rc;
		pass(&j, &next, true);
		rc = forward(tx, p, trust_suite(trust), &j, finding);
		if (rc < 0)
			return rc;
	}
}
