#include "common/bundle/bundle_tree.h"
#include "common/audit/merkle.h"
#include <stdlib.h>
#include <string.h>

/* A node without a right neighbour rises to the next level as it is: the same tree as RFC 6962's. */
struct bundle_tree {
	struct digest *at[BUNDLE_TREE_LEVELS];
	size_t n[BUNDLE_TREE_LEVELS];
	size_t levels;
	struct digest nodes[];
};

struct bundle_tree *bundle_tree_new(const struct suite *s, const struct digest *leaves, size_t n)
{
	REQUIRE(n <= (size_t)1 << (BUNDLE_TREE_LEVELS - 1));
	struct bundle_tree *t = calloc(1, sizeof *t + (2 * n + BUNDLE_TREE_LEVELS) * sizeof *t->nodes);
	if (!t || n == 0)
		return t;
	memcpy(t->nodes, leaves, n * sizeof *leaves);
	struct digest *next = t->nodes;
	for (;;) {
		struct digest *row = t->at[t->levels] = next;
		t->n[t->levels++] = n;
		next += n;
		if (n == 1)
			return t;
		for (size_t i = 0; i + 1 < n; i += 2)
			merkle_node(s, &row[i], &row[i + 1], &next[i / 2]);
		if (n % 2)
			next[n / 2] = row[n - 1];
		n = (n + 1) / 2;
	}
}

void bundle_tree_free(struct bundle_tree *t)
{
	free(t);
}

void bundle_tree_root(const struct bundle_tree *t, struct digest *out)
{
	if (t->levels)
		*out = t->at[t->levels - 1][0];
	else
		memset(out, 0, sizeof *out);
}

size_t bundle_tree_path(
	const struct bundle_tree *t, size_t i, struct digest out[static BUNDLE_TREE_LEVELS - 1])
{
	size_t np = 0;
	for (size_t l = 0; l + 1 < t->levels; l++, i /= 2)
		if ((i ^ 1) < t->n[l])
			out[np++] = t->at[l][i ^ 1];
	return np;
}
