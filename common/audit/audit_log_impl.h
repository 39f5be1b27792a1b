/* Inside common/audit only: the one writer of a log, and the files it keeps. */
#ifndef SW_AUDIT_AUDIT_LOG_IMPL_H
#define SW_AUDIT_AUDIT_LOG_IMPL_H
#include "common/audit/audit_log.h"
#include "common/audit/audit_tiles.h"
#include <pthread.h>

struct audit_log {
	int dir, lock, tail;
	struct audit_folder_info info;
	const struct sign_key *signer;
	struct audit_tiles tiles;
	size_t tail_size;     /* bytes in the tail file */
	int64_t checkpointed; /* size of the newest checkpoint; -1 none */
	struct buf newest;    /* its text */
	bool ragged;          /* bytes of a failed write may stand behind tail_size */
	bool stale;           /* the tail's entries are a tile already */
	pthread_mutex_t mutex;
};

/* audit_log_files.c. With the mutex, or while nobody else has the log.
 * The tail is open from here on; `size` of its bytes hold entries. */
SW_MUST_USE int audit_log_files_tail_open(struct audit_log *l, size_t size);
/* An empty tail that begins behind the last whole tile. */
SW_MUST_USE int audit_log_files_tail_begin(struct audit_log *l);
/* Each entry of the tail, without what a failed write left behind them; each's value other than 0 ends it and
 * is returned. */
SW_MUST_USE int audit_log_files_tail_each(
	struct audit_log *l, int (*each)(void *arg, struct view entry), void *arg);
/* What a failed write left goes before anything else is written. */
SW_MUST_USE int audit_log_files_smooth(struct audit_log *l);
/* 256 entries are complete: they become immutable tiles, with a checkpoint over all entries up to here; the
 * tail begins anew. */
SW_MUST_USE int audit_log_files_tile_close(struct audit_log *l);
/* A checkpoint over all entries, appended. */
SW_MUST_USE int audit_log_files_note(struct audit_log *l, struct buf *out);

/* audit_log_prune.c. As audit_log_prune, with the mutex. */
SW_MUST_USE int audit_log_prune_held(struct audit_log *l, int64_t through);
#endif
