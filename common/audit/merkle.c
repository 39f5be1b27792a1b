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
static int64_t split(int64_t n)
{
	int64_t k = 1;
	while (k < n - k)
		k <<= 1;
	return k;
}

/* Head over the leaves lo … lo+n-1; lo is a multiple of the power of two that covers n, as RFC 6962 splits.
 */
static int range(
	const struct suite *s, const struct merkle_nodes *t, int64_t lo, int64_t n, struct digest *out)
{
	int level = 0;
	while ((INT64_C(1) << level) < n)
		level++;
	if (INT64_C(1) << level == n)
		return t->get(t->arg, level, lo >> level, out);
	struct digest l, r;
	int64_t k = split(n);
	int rc = range(s, t, lo, k, &l);
	if (rc == 0)
		rc = range(s, t, lo + k, n - k, &r);
	if (rc == 0)
		merkle_node(s, &l, &r, out);
	return rc;
}

int merkle_nodes_root(const struct suite *s, const struct merkle_nodes *t, int64_t n, struct digest *out)
{
	REQUIRE(n >= 0);
	if (n > 0)
		return range(s, t, 0, n, out);
	digest_of(s, view_of("", 0), out);
	return 0;
}

static int path(const struct suite *s, const struct merkle_nodes *t, int64_t lo, int64_t n, int64_t i,
	struct digest *out, size_t *np)
{
	if (n == 1)
		return 0;
	int64_t k = split(n);
	bool left = i < k;
	int rc = left ? path(s, t, lo, k, i, out, np) : path(s, t, lo + k, n - k, i - k, out, np);
	if (rc == 0)
		rc = left ? range(s, t, lo + k, n - k, &out[*np]) : range(s, t, lo, k, &out[*np]);
	++*np;
	return rc;
}

int merkle_nodes_path(const struct suite *s, const struct merkle_nodes *t, int64_t n, int64_t i,
	struct digest *out, size_t *npath)
{
	REQUIRE(i >= 0 && i < n);
	*npath = 0;
	return path(s, t, 0, n, i, out, npath);
}

/* SUBPROOF(m, D[n], whole) of RFC 6962 §2.1.2. */
static int subproof(const struct suite *s, const struct merkle_nodes *t, int64_t lo, int64_t m, int64_t n,
	bool whole, struct digest *out, size_t *np)
{
	int rc = 0;
	if (m == n) {
		if (!whole)
			rc = range(s, t, lo, n, &out[(*np)++]);
		return rc;
	}
	int64_t k = split(n);
	if (m <= k) {
		rc = subproof(s, t, lo, m, k, whole, out, np);
		return rc == 0 ? range(s, t, lo + k, n - k, &out[(*np)++]) : rc;
	}
	rc = subproof(s, t, lo + k, m - k, n - k, false, out, np);
	return rc == 0 ? range(s, t, lo, k, &out[(*np)++]) : rc;
}

int merkle_nodes_consistency(const struct suite *s, const struct merkle_nodes *t, int64_t m, int64_t n,
	struct digest *proof, size_t *nproof)
{
	REQUIRE(m >= 0 && m <= n);
	*nproof = 0;
	return m == 0 ? 0 : subproof(s, t, 0, m, n, true, proof, nproof);
}

struct array {
	const struct suite *s;
	const struct digest *leaves;
};

static int array_get(void *arg, int level, int64_t index, struct digest *out)
{
	const struct array *a = arg;
	if (level == 0) {
		*out = a->leaves[index];
		return 0;
	}
	struct digest l, r;
	array_get(arg, level - 1, 2 * index, &l);
	array_get(arg, level - 1, 2 * index + 1, &r);
	merkle_node(a->s, &l, &r, out);
	return 0;
}

void merkle_root(const struct suite *s, const struct digest *leaves, size_t n, struct digest *out)
{
	struct array a = {s, leaves};
	REQUIRE(merkle_nodes_root(s, &(struct merkle_nodes){array_get, &a}, (int64_t)n, out) == 0);
}

size_t merkle_path(const struct suite *s, const struct digest *leaves, size_t n, size_t i, struct digest *out)
{
	struct array a = {s, leaves};
	size_t np;
	REQUIRE(merkle_nodes_path(
			s, &(struct merkle_nodes){array_get, &a}, (int64_t)n, (int64_t)i, out, &np) == 0);
	return np;
}

size_t merkle_consistency(
	const struct suite *s, const struct digest *leaves, size_t m, size_t n, struct digest *proof)
{
	struct array a = {s, leaves};
	size_t np;
	REQUIRE(merkle_nodes_consistency(
			s, &(struct merkle_nodes){array_get, &a}, (int64_t)m, (int64_t)n, proof, &np) == 0);
	return np;
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
