#include "common/audit/audit_tiles.h"

#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

int audit_tiles_init(struct audit_tiles *t, int dir, const struct suite *s)
{
	memset(t, 0, sizeof *t);
	t->dir = dir;
	t->suite = s;
	t->cache_index = -1;
	t->cache = calloc(AUDIT_TILE, sizeof *t->cache);
	for (int i = 0; i < AUDIT_LEVELS; i++)
		t->edge[i] = calloc(AUDIT_TILE, sizeof *t->edge[i]);
	for (int i = 0; i < AUDIT_LEVELS; i++)
		if (!t->cache || !t->edge[i]) {
			audit_tiles_fini(t);
			return ERR_NOMEM;
		}
	return 0;
}

void audit_tiles_fini(struct audit_tiles *t)
{
	free(t->cache);
	for (int i = 0; i < AUDIT_LEVELS; i++)
		free(t->edge[i]);
	memset(t, 0, sizeof *t);
}

bool audit_tiles_full(const struct audit_tiles *t)
{
	return t->nedge[0] == AUDIT_TILE;
}

void audit_tiles_add(struct audit_tiles *t, const struct digest *leaf)
{
	REQUIRE(!audit_tiles_full(t));
	t->edge[0][t->nedge[0]++] = *leaf;
	t->n++;
}

void audit_tiles_root_of(const struct suite *s, const struct digest *hashes, size_t n, struct digest *out)
{
	struct digest h[AUDIT_TILE];
	REQUIRE(n > 0 && n <= AUDIT_TILE && (n & (n - 1)) == 0);
	memcpy(h, hashes, n * sizeof *h);
	for (; n > 1; n /= 2)
		for (size_t i = 0; i < n / 2; i++)
			merkle_node(s, &h[2 * i], &h[2 * i + 1], &h[i]);
	*out = h[0];
}

/* Number of the tile that is the edge of this level. */
static int64_t edge_index(const struct audit_tiles *t, int level)
{
	int64_t n = t->n;
	for (int l = 0; l < level; l++)
		n = (n - (int64_t)t->nedge[l]) / AUDIT_TILE;
	return (n - (int64_t)t->nedge[level]) / AUDIT_TILE;
}

/* Head of a full tile to the place behind the hashes of the level above, where it does not count yet. Returns
 * whether that makes the level above full. */
static bool head_up(struct audit_tiles *t, int level)
{
	REQUIRE(level + 1 < AUDIT_LEVELS);
	size_t at = t->nedge[level + 1];
	audit_tiles_root_of(t->suite, t->edge[level], AUDIT_TILE, &t->edge[level + 1][at]);
	return at + 1 == AUDIT_TILE;
}

int audit_tiles_complete(struct audit_tiles *t, audit_tiles_fn *fn, void *arg)
{
	REQUIRE(audit_tiles_full(t));
	int level = 0, rc;
	do
		rc = fn(arg, level, edge_index(t, level), t->edge[level]);
	while (rc >= 0 && head_up(t, level++));
	return rc < 0 ? rc : 0;
}

void audit_tiles_fold(struct audit_tiles *t)
{
	REQUIRE(audit_tiles_full(t));
	int level = 0;
	while (head_up(t, level))
		t->nedge[level++] = 0;
	t->nedge[level] = 0;
	t->nedge[level + 1]++;
}

static int tile_load(struct audit_tiles *t, int level, int64_t index)
{
	char path[AUDIT_PATH];
	struct buf b;
	if (t->cache_level == level && t->cache_index == index)
		return 0;
	const size_t size = AUDIT_TILE * sizeof *t->cache;
	audit_folder_level(level, index, path);
	buf_init(&b, size);
	int rc = file_read(t->dir, path, size, &b);
	if (rc == 0 && b.n != size)
		rc = ERR_TRUNCATED;
	if (rc == 0) {
		memcpy(t->cache, b.p, size);
		t->cache_level = level;
		t->cache_index = index;
	}
	buf_fini(&b);
	return rc;
}

static int node_get(void *arg, int level, int64_t index, struct digest *out)
{
	struct audit_tiles *t = arg;
	int l = level / 8;
	size_t span = (size_t)1 << level % 8;
	int64_t first = index * (int64_t)span, tile = first / AUDIT_TILE;
	size_t at = (size_t)(first % AUDIT_TILE);
	REQUIRE(l < AUDIT_LEVELS);
	int64_t edge = edge_index(t, l);
	if (tile < edge) {
		int rc = tile_load(t, l, tile);
		if (rc == 0)
			audit_tiles_root_of(t->suite, t->cache + at, span, out);
		return rc;
	}
	if (tile == edge && at + span <= t->nedge[l]) {
		audit_tiles_root_of(t->suite, t->edge[l] + at, span, out);
		return 0;
	}
	/* The tile below is full but not folded yet. */
	REQUIRE(level > 0);
	struct digest left, right;
	int rc = node_get(arg, level - 1, 2 * index, &left);
	if (rc == 0)
		rc = node_get(arg, level - 1, 2 * index + 1, &right);
	if (rc == 0)
		merkle_node(t->suite, &left, &right, out);
	return rc;
}

struct merkle_nodes audit_tiles_nodes(struct audit_tiles *t)
{
	return (struct merkle_nodes){node_get, t};
}
