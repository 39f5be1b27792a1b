/* All nodes of the tree over a bundle's leaves, so that each of n paths costs log n. */
#ifndef SW_BUNDLE_TREE_H
#define SW_BUNDLE_TREE_H
#include "common/crypto/suite.h"

#define BUNDLE_TREE_LEVELS 13 /* 4096 leaves and their 12 levels of nodes */
struct bundle_tree;
/* n leaves, 0 to 4096, copied. NULL without memory. */
struct bundle_tree *bundle_tree_new(const struct suite *s, const struct digest *leaves, size_t n);
void bundle_tree_free(struct bundle_tree *t);
/* RFC 6962 head; zero for no leaves (manifest.h). */
void bundle_tree_root(const struct bundle_tree *t, struct digest *out);
/* Inclusion path of leaf i; returns its length. */
size_t bundle_tree_path(
	const struct bundle_tree *t, size_t i, struct digest out[static BUNDLE_TREE_LEVELS - 1]);
#endif
