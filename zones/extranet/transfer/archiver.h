/* Packs each closed case, once, in a thread of its own: what was handed in, seen, decided and signed, the
 * documents with their seals, the book's rows, and proofs that the log holds every record of it. A case waits
 * until its documents are sealed and its records stand under a checkpoint. */
#ifndef REG_TRANSFER_ARCHIVER_H
#define REG_TRANSFER_ARCHIVER_H
#include "zones/extranet/registry.h"

SW_MUST_USE int archiver_start(struct registry *r, struct archiver **out);
void archiver_wake(struct archiver *a);
void archiver_stop(struct archiver *a); /* NULL is a no-op */
#endif
