#include "zones/extranet/audit/audit_state.h"

#include <string.h>

#define OWNERS                                                                                               \
	"(SELECT tenant, bdcdyh, bsm FROM tdsyq WHERE tenant = :tenant AND yxq_z IS NULL"                    \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM jsydsyq WHERE tenant = :tenant AND yxq_z IS NULL"        \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM fdcq1 WHERE tenant = :tenant AND yxq_z IS NULL"          \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM fdcq2 WHERE tenant = :tenant AND yxq_z IS NULL"          \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM nydsyq WHERE tenant = :tenant AND yxq_z IS NULL"         \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM lq WHERE tenant = :tenant AND yxq_z IS NULL"             \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM hysyq WHERE tenant = :tenant AND yxq_z IS NULL)"
#define OTHERS                                                                                               \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM dyaq WHERE tenant = :tenant AND yxq_z IS NULL"           \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM dyiq WHERE tenant = :tenant AND yxq_z IS NULL"           \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM jzq WHERE tenant = :tenant AND yxq_z IS NULL"            \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM ygdj WHERE tenant = :tenant AND yxq_z IS NULL"           \
	" UNION ALL SELECT tenant, bdcdyh, bsm FROM yydj WHERE tenant = :tenant AND yxq_z IS NULL"

DB_STMT(audit_owners, "SELECT bdcdyh, max(bsm) FROM " OWNERS " AS o GROUP BY bdcdyh HAVING count(*) > 1");
DB_STMT(audit_shares,
	"SELECT bdcdyh, qlbsm FROM qlr WHERE tenant = :tenant AND yxq_z IS NULL GROUP BY bdcdyh, "
	"qlbsm HAVING sum(qlbl_fz) <> max(qlbl_fm) OR min(qlbl_fm) <> max(qlbl_fm)");
DB_STMT(audit_unheld, "SELECT r.bdcdyh, r.bsm FROM (SELECT * FROM " OWNERS " AS o" OTHERS
		      ") AS r LEFT JOIN qlr q ON q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL"
		      " WHERE r.tenant = :tenant AND q.bsm IS NULL");
DB_STMT(audit_rightless,
	"SELECT q.bdcdyh, q.bsm FROM qlr q LEFT JOIN (SELECT * FROM " OWNERS " AS o" OTHERS
	") AS r ON r.tenant = q.tenant AND r.bsm = q.qlbsm WHERE q.tenant = :tenant AND q.yxq_z "
	"IS NULL AND r.bsm IS NULL");
DB_STMT(audit_queues,
	"SELECT bdcdyh, max(bsm) FROM cfdj WHERE tenant = :tenant AND yxq_z IS NULL GROUP BY bdcdyh HAVING "
	"sum(CASE WHEN cflx IN ('1', '3') THEN 1 ELSE 0 END) > 1 OR (sum(CASE WHEN cflx IN ('1', '3') THEN 1 "
	"ELSE 0 END) = 0 AND sum(CASE WHEN cflx IN ('2', '4') THEN 1 ELSE 0 END) > 0)");
DB_STMT(audit_ranks, "SELECT bdcdyh, max(bsm) FROM dyaq WHERE tenant = :tenant AND yxq_z IS NULL GROUP BY "
		     "bdcdyh, dysw HAVING count(*) > 1");

static const struct {
	const struct db_stmt *rows;
	const char *code, *table, *text;
} sums[] = {
	{&audit_owners, "OWNERS", "unit", "two ownership or use rights in force"},
	{&audit_shares, "SHARES", "qlr", "the shares of this right do not sum to one"},
	{&audit_unheld, "HOLDERS", "right", "a right in force without a holder"},
	{&audit_rightless, "HOLDERS", "qlr", "a holder in force without a right"},
	{&audit_queues, "QUEUE", "cfdj", "two seizures in force, or one waits behind none"},
	{&audit_ranks, "RANKS", "dyaq", "two mortgages of one rank"},
};

int audit_sums(struct audit_state *s)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof sums / sizeof sums[0]; i++) {
		struct db_query *q = db_query(s->tx, sums[i].rows);
		while ((rc = db_step(q)) == 1)
			if (!s->missing && !audit_unit_damaged(s, db_text(q, 0)))
				audit_find_row(s, sums[i].code, sums[i].table, db_int(q, 1), sums[i].text);
		db_done(q);
	}
	return rc;
}
