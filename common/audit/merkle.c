#include "common/audit/merkle.h"
#include <string.h>

void merkle_leaf(const struct suite *s, struct view data, struct digest *out)
{
	static const uint8_t zero = 0;
	digest_of2(s, view_of(&zero, 1), data, out);
}

void merkle_node(const struct suite *s, const struct digest *l, const struct digest *r, struct digest *out)
{
	uint8_t b[1 + 2 * sizeof l->b];
	b[0] = 1;
	memcpy(b + 1, l->b, sizeof l->b);
	memcpy(b + 1 + sizeof l->b, r->b, sizeof r->b);
	digest_of(s, view_of(b, sizeof b), out);
}

/* Largest power of two below n (n ≥ 2). */
static size_t split(size_t n)
{
	size_t k = 1;
	while (k < n - k)
		k <<= 1;
	return k;
}

void merkle_root(const struct suite *s, const struct digest *leaves, size_t n, struct digest *out)
{
	if (n == 0) {
		digest_of(s, view_of("", 0), out);
	} else if (n == 1) {
		*out = leaves[0];
	} else {
		size_t k = split(n);
		struct digest l, r;
		merkle_root(s, leaves, k, &l);
		merkle_root(s, leaves + k, n - k, &r);
		merkle_node(s, &l, &r, out);
	}
}

size_t merkle_path(
	const struct suite *s, const struct digest *leaves, size_t n, size_t i, struct digest *path)
{
	REQUIRE(i < n);
	if (n == 1)
		return 0;
	size_t k = split(n), np;
	if (i < k) {
		np = merkle_path(s, leaves, k, i, path);
		merkle_root(s, leaves + k, n - k, &path[np]);
	} else {
		np = merkle_path(s, leaves + k, n - k, i - k, path);
		merkle_root(s, leaves, k, &path[np]);
	}
	return np + 1;
}

/* RFC 9162 §2.1.3.2, the same tree. */
int merkle_check_path(const struct suite *s, const struct digest *leaf, int64_t i, int64_t n,
	const struct digest *path, size_t npath, const struct digest *root)
{
	if (i < 0 || n <= 0 || i >= n || npath > MERKLE_PATH_MAX)
		return ERR_DIGEST;
	uint64_t fn = (uint64_t)i, sn = (uint64_t)n - 1;
	struct digest r = *leaf;
	for (size_t p = 0; p < npath; p++) {
		if (sn == 0)
			return ERR_DIGEST;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(s, &path[p], &r, &r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(s, &r, &path[p], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_eq(&r, root) ? 0 : ERR_DIGEST;
}

/* SUBPROOF(m, D[n], whole) of RFC 6962 §2.1.2. */
static size_t subproof(const struct suite *s, const struct digest *leaves, size_t m, size_t n, bool whole,
	struct digest *proof)
{
	if (m == n) {
		if (whole)
			return 0;
		merkle_root(s, leaves, n, &proof[0]);
		return 1;
	}
	size_t k = split(n), np;
	if (m <= k) {
		np = subproof(s, leaves, m, k, whole, proof);
		merkle_root(s, leaves + k, n - k, &proof[np]);
	} else {
		np = subproof(s, leaves + k, m - k, n - k, false, proof);
		merkle_root(s, leaves, k, &proof[np]);
	}
	return np + 1;
}

size_t merkle_consistency(
	const struct suite *s, const struct digest *leaves, size_t m, size_t n, struct digest *proof)
{
	REQUIRE(m <= n);
	return m == 0 ? 0 : subproof(s, leaves, m, n, true, proof);
}

/* RFC 9162 §2.1.4.2. Size 0 is a prefix of everything; its head must be the digest of nothing. */
int merkle_check_consistency(const struct suite *s, int64_t m, const struct digest *rm, int64_t n,
	const struct digest *rn, const struct digest *proof, size_t nproof)
{
	if (m < 0 || n < m || nproof > MERKLE_PATH_MAX + 1)
		return ERR_DIGEST;
	if (m == n)
		return nproof == 0 && digest_eq(rm, rn) ? 0 : ERR_DIGEST;
	if (m == 0) {
		struct digest none;
		merkle_root(s, NULL, 0, &none);
		return nproof == 0 && digest_eq(rm, &none) ? 0 : ERR_DIGEST;
	}
	uint64_t fn = (uint64_t)m - 1, sn = (uint64_t)n - 1;
	while ((fn & 1) != 0) {
		fn >>= 1;
		sn >>= 1;
	}
	/* A complete older tree is itself the first node of the proof. */
	size_t p = fn != 0 ? 1 : 0;
	if (p > nproof)
		return ERR_DIGEST;
	struct digest fr = p ? proof[0] : *rm, sr = fr;
	for (; p < nproof; p++) {
		if (sn == 0)
			return ERR_DIGEST;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(s, &proof[p], &fr, &fr);
			merkle_node(s, &proof[p], &sr, &sr);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(s, &sr, &proof[p], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_eq(&fr, rm) && digest_eq(&sr, rn) ? 0 : ERR_DIGEST;
}
