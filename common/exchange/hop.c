#include "common/exchange/hop.h"

#include "common/exchange/witness.h"

#define HOP_WINDOW 4096 /* numbers of the guard that are remembered */
#define HOP_TIDY 64     /* so many of its bundles between two looks at what need not be waited for */

DB_STMT_CROSS(
	hop_in_select, "SELECT identity FROM hop_in WHERE link = :link AND epoch = :epoch AND seq = :seq");
DB_STMT_CROSS(hop_in_insert, "INSERT INTO hop_in (link, epoch, seq, identity) VALUES (:link, :epoch, :seq, "
			     ":identity) ON CONFLICT DO NOTHING");
DB_STMT_CROSS(hop_in_forget,
	"DELETE FROM hop_in WHERE link = :link AND (epoch < :epoch OR (epoch = :epoch AND seq <= :seq))");

static int hop_tidy(struct arrival *a, struct db_tx *tx)
{
	const struct manifest *hop = bundle_manifest(a->r);
	struct db_query *q = db_query(tx, &hop_in_forget);
	db_bind_text(q, "link", a->l->c.link);
	db_bind_int(q, "epoch", hop->epoch);
	db_bind_int(q, "seq", hop->seq - HOP_WINDOW);
	int rc = db_exec(q);
	return rc == 0 ? witness_guard_close(tx, a, hop->seq - HOP_TIDY) : rc;
}

int hop_take(struct arrival *a, struct db_tx *tx)
{
	const struct manifest *hop = bundle_manifest(a->r);
	const char *link = a->l->c.link;
	struct digest seen;
	struct db_query *q = db_query(tx, &hop_in_select);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", hop->epoch);
	db_bind_int(q, "seq", hop->seq);
	int rc = db_step(q);
	if (rc == 1)
		db_digest(q, 0, &seen);
	db_done(q);
	if (rc == 1)
		return digest_eq(&seen, bundle_identity(a->r))
			       ? 0
			       : err_set(&a->note, ERR_FORK, "the guard used number %lld twice",
					 (long long)hop->seq);
	if (rc < 0)
		return rc;
	q = db_query(tx, &hop_in_insert);
	db_bind_text(q, "link", link);
	db_bind_int(q, "epoch", hop->epoch);
	db_bind_int(q, "seq", hop->seq);
	db_bind_digest(q, "identity", bundle_identity(a->r));
	rc = db_exec(q);
	if (rc == 0)
		rc = witness_guarded(tx, a);
	return rc == 0 && hop->seq % HOP_TIDY == 0 ? hop_tidy(a, tx) : rc;
}
