/* The guard in between, which numbers and signs its own bundles: only its forks matter, its gaps and repeats
 * are those of what it carries. Its log is witnessed like a zone's. */
#ifndef SW_EXCHANGE_HOP_H
#define SW_EXCHANGE_HOP_H
#include "common/exchange/arrival.h"

/* Of a bundle that a guard signed, in the transaction that judges what it carries. ERR_FORK (told in
 * a->note): the guard gave two bundles one number. */
SW_MUST_USE int hop_take(struct arrival *a, struct db_tx *tx);
#endif
