/* Two zones joined by one link, in one process: real databases, spools, keys, audit logs. For tests and for
 * tests/bench/exchange.c. The near end puts, the far end applies each message as one row of its table
 * `effect`. */
#ifndef SW_TEST_EXCHANGE_PAIR_H
#define SW_TEST_EXCHANGE_PAIR_H
#include "common/audit/audit_log.h"
#include "common/audit/audit_mover.h"
#include "common/exchange/exchange.h"

struct pair;
struct pair_end {
	struct pair *pair;
	const char *zone;
	char dir[128], mark[192], tmp[192];
	char database[192]; /* what db_open takes; a file of its folder unless it is set before pair_open */
	struct db *db;
	struct vault *vault;
	struct blob_store *blobs;
	struct sign_key *signer;
	struct open_key *opener;
	struct cert *to;
	struct trust *trust;
	struct audit_log *log;
	struct audit_mover *audit;
	struct exchange_link link;   /* to be changed before pair_open */
	struct catalogue *catalogue; /* NULL: the pair's; the caller's */
	struct exchange *x;          /* NULL: closed */
};
struct pair {
	char dir[96];
	const struct suite *suite;
	struct catalogue *catalogue;
	struct pair_end near, far;
	/* Called in the transaction of an effect (may be NULL); err: what apply returns. */
	int (*apply)(struct db_tx *tx, const struct message *m, void *arg);
	int (*reply)(const struct message *m, void *arg, json_t **body);
	int (*later)(struct db_tx *tx, const struct message *m, void *arg, struct exchange_later *later);
	void *arg;
};
/* Keys, folders and settings below a new folder in $TMPDIR; aborts when that cannot be. */
void pair_init(struct pair *p, const char *suite);
void pair_open(struct pair_end *e);
void pair_close(struct pair_end *e); /* as by a stop */
void pair_fini(struct pair *p);

/* One message of type item.put (n, text) to the other end, on these order keys, in a transaction of its own.
 */
int pair_put(struct pair_end *e, const char *type, int64_t n, const char *const *keys, size_t nkeys,
	struct err_note *note);
/* The same inside a transaction. */
int pair_put_in(struct db_tx *tx, struct pair_end *e, const char *type, int64_t n, const char *const *keys,
	size_t nkeys, struct err_note *note);
int64_t pair_effects(struct pair_end *e);
/* The n of all effects in the order in which they were applied, as text "1 2 3 "; free it. */
char *pair_order(struct pair_end *e);
int64_t pair_number(struct pair_end *e, const char *name); /* of exchange_state, link "gap"; -1 absent */
bool pair_is(struct pair_end *e, const char *name, const char *text);
/* Waits, twenty seconds at most, until the number is at least this. */
bool pair_until(struct pair_end *e, const char *name, int64_t least);
bool pair_until_is(struct pair_end *e, const char *name, const char *text);
bool pair_until_effects(struct pair_end *e, int64_t n);
/* Files in a folder of the end's spool. */
size_t pair_files(struct pair_end *e, const char *folder);
#endif
