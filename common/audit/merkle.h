/* Merkle tree of RFC 6962 with the suite's digest: leaf H(0x00 ‖ data), node H(0x01 ‖ left ‖ right). Pure.
 * The same functions work over leaf hashes in memory and over complete subtrees that stand elsewhere (tiles).
 */
#ifndef SW_AUDIT_MERKLE_H
#define SW_AUDIT_MERKLE_H
#include "common/crypto/suite.h"

#define MERKLE_PATH_MAX 63
void merkle_leaf(const struct suite *s, struct view data, struct digest *out);
void merkle_node(const struct suite *s, const struct digest *l, const struct digest *r, struct digest *out);

/* Hash of the complete subtree over the leaves index·2^level … (index+1)·2^level - 1. */
struct merkle_nodes {
	int (*get)(void *arg, int level, int64_t index, struct digest *out);
	void *arg;
};
/* Head over the first n leaves; n = 0: digest of nothing. Errors are those of get. */
SW_MUST_USE int merkle_nodes_root(
	const struct suite *s, const struct merkle_nodes *t, int64_t n, struct digest *out);
/* Inclusion path of leaf i in n, at most MERKLE_PATH_MAX nodes. */
SW_MUST_USE int merkle_nodes_path(const struct suite *s, const struct merkle_nodes *t, int64_t n, int64_t i,
	struct digest *path, size_t *npath);
/* Consistency proof between sizes m ≤ n (RFC 6962 §2.1.2), at most MERKLE_PATH_MAX + 1 nodes. */
SW_MUST_USE int merkle_nodes_consistency(const struct suite *s, const struct merkle_nodes *t, int64_t m,
	int64_t n, struct digest *proof, size_t *nproof);

/* The same over leaf hashes in memory. */
void merkle_root(const struct suite *s, const struct digest *leaves, size_t n, struct digest *out);
size_t merkle_path(
	const struct suite *s, const struct digest *leaves, size_t n, size_t i, struct digest *path);
size_t merkle_consistency(
	const struct suite *s, const struct digest *leaves, size_t m, size_t n, struct digest *proof);

/* 0 or ERR_DIGEST. */
SW_MUST_USE int merkle_check_path(const struct suite *s, const struct digest *leaf, int64_t i, int64_t n,
	const struct digest *path, size_t npath, const struct digest *root);
SW_MUST_USE int merkle_check_consistency(const struct suite *s, int64_t m, const struct digest *rm, int64_t n,
	const struct digest *rn, const struct digest *proof, size_t nproof);
#endif
