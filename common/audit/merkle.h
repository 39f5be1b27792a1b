/* Merkle tree of RFC 6962 with the suite's digest: leaf H(0x00 ‖ data), node H(0x01 ‖ left ‖ right). Pure. */
#ifndef SW_AUDIT_MERKLE_H
#define SW_AUDIT_MERKLE_H
#include "common/crypto/suite.h"

#define MERKLE_PATH_MAX 63
void merkle_leaf(const struct suite *s, struct view data, struct digest *out);
void merkle_node(const struct suite *s, const struct digest *l, const struct digest *r, struct digest *out);
/* Head over n leaf hashes; n = 0: digest of nothing. */
void merkle_root(const struct suite *s, const struct digest *leaves, size_t n, struct digest *out);
/* Inclusion path of leaf i in n, at most MERKLE_PATH_MAX nodes. */
size_t merkle_path(
	const struct suite *s, const struct digest *leaves, size_t n, size_t i, struct digest *path);
/* 0 or ERR_DIGEST. */
SW_MUST_USE int merkle_check_path(const struct suite *s, const struct digest *leaf, int64_t i, int64_t n,
	const struct digest *path, size_t npath, const struct digest *root);
/* Consistency proof between sizes m ≤ n (RFC 6962 §2.1.2). */
size_t merkle_consistency(
	const struct suite *s, const struct digest *leaves, size_t m, size_t n, struct digest *proof);
SW_MUST_USE int merkle_check_consistency(const struct suite *s, int64_t m, const struct digest *rm, int64_t n,
	const struct digest *rn, const struct digest *proof, size_t nproof);
#endif
