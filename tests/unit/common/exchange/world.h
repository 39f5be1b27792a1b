/* A schedule: everything that happens to a link (test_stream_model.c), step by step at random, then fair
 * weather; and what must hold in the end. */
#ifndef SW_TEST_EXCHANGE_WORLD_H
#define SW_TEST_EXCHANGE_WORLD_H
#include "tests/unit/common/exchange/model.h"

#define WORLD_ACKS 8

struct world_back { /* acks under way */
	struct manifest_ack a;
	struct acked_at at;
};
struct world {
	struct model w;
	uint64_t seed;
	struct world_back back[WORLD_ACKS];
	int nback;
	int restores;
	bool faults;   /* the channel loses, doubles, damages */
	bool lives;    /* restores, rollbacks, lost disks happen */
	bool restored; /* the sender was, in this schedule */
};

/* One schedule; closes: keys that lie idle are closed. NULL: it ended as it must; else what did not hold,
 * explained on standard output. Invariants that hold at every moment abort. */
const char *world_run(struct world *x, uint64_t seed, bool lives, bool closes);

/* The parts of one: its beginning, and fair weather until all is settled, which frees. */
void world_begin(struct world *x, uint64_t seed, bool lives, bool closes);
const char *world_finish(struct world *x);
void world_backup_receiver(struct model *w);
void world_restore_receiver(struct model *w);
/* All that it had, and its backups. */
void world_lose_receiver(struct model *w);
#endif
