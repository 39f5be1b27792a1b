/* Inside common/audit only: the hashes of a log. The right edge (what does not fill a tile yet, per level of
 * 8 tree levels) is in memory, whole tiles are read from the folder when a proof needs them. */
#ifndef SW_AUDIT_AUDIT_TILES_H
#define SW_AUDIT_AUDIT_TILES_H
#include "common/audit/audit_folder.h"
#include "common/audit/merkle.h"

#define AUDIT_LEVELS 6 /* 256^6 leaves */
struct audit_tiles {
	int dir; /* borrowed */
	const struct suite *suite;
	int64_t n;                         /* leaves */
	struct digest *edge[AUDIT_LEVELS]; /* AUDIT_TILE each */
	size_t nedge[AUDIT_LEVELS];
	struct digest *cache;
	int cache_level;
	int64_t cache_index; /* -1 none */
};
SW_MUST_USE int audit_tiles_init(struct audit_tiles *t, int dir, const struct suite *s);
void audit_tiles_fini(struct audit_tiles *t);
/* Adds a leaf; the lowest tile must not be full. */
void audit_tiles_add(struct audit_tiles *t, const struct digest *leaf);
bool audit_tiles_full(const struct audit_tiles *t);
/* With the lowest tile full: hands each tile that is complete now to `fn`, upwards; then fold moves on to the
 * next tile. */
typedef int audit_tiles_fn(void *arg, int level, int64_t index, const struct digest *hashes);
SW_MUST_USE int audit_tiles_complete(struct audit_tiles *t, audit_tiles_fn *fn, void *arg);
void audit_tiles_fold(struct audit_tiles *t);
/* merkle_nodes over what was added. ERR_NOTFOUND, ERR_TRUNCATED: a tile of the folder is missing or short. */
struct merkle_nodes audit_tiles_nodes(struct audit_tiles *t);
void audit_tiles_root_of(const struct suite *s, const struct digest *hashes, size_t n, struct digest *out);
#endif
