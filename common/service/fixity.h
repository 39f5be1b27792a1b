/* Fixity: every stored file that a row names is there and is what it was (feature R17; OAIS). A nightly sweep
 * reads each file, deciphers it and compares its digest; files that no row names are counted. Findings name
 * the row they belong to; they stand in the database, the audit log, the metrics and the health. */
#ifndef SW_SERVICE_FIXITY_H
#define SW_SERVICE_FIXITY_H
#include "common/audit/audit.h"
#include "common/db/blob.h"
#include "common/http/http.h"

extern const struct db_schema fixity_schema;

/* Rows that name files, in the order of a key of three parts. The statement takes :a, :b, :c (the key behind
 * which to go on) and :max and gives a, b, c, subject, size, digest, blob, blob_key; c is an integer when
 * int_key. owner (a) is the tenant or message, subject what a person looks for (case number). */
struct fixity_use {
	const char *what; /* "material", … */
	const struct db_stmt *stmt;
	bool int_key;
};
/* A zone's tables; end with what NULL. */
extern const struct fixity_use fixity_exchange_uses[];

struct fixity_result {
	int64_t files, bytes, damaged, orphans;
};
struct fixity;
/* uses: the zone's; those of the exchange are added. */
SW_MUST_USE int fixity_new(
	struct db *d, struct blob_store *b, const struct fixity_use *uses, struct fixity **out);
/* Sweeps once in this thread. ERR_STOPPING when fixity_stop came meanwhile. */
SW_MUST_USE int fixity_sweep(struct fixity *f, struct fixity_result *out);
/* Thread that sweeps every night at minute (0 … 1439, local civil time 北京时间) of the day. */
SW_MUST_USE int fixity_start(struct fixity *f, int minute);
void fixity_free(struct fixity *f); /* stops; NULL is a no-op */
/* Damaged files of the newest sweep; 0 before the first one. */
int64_t fixity_damaged(struct fixity *f);
/* Newest sweeps with their findings:
 * {"rows":[{"begun","ended","files","bytes","damaged","orphans","findings":[…]}]} */
SW_MUST_USE int fixity_report(struct fixity *f, json_t **out);
#endif
