#include "diode/frame/erasure.h"
#include "diode/frame/erasure_gfni.h"
#include <isa-l/erasure_code.h>
#include <stdlib.h>
#include <string.h>

#define FIELD 256

#define TABLE 32 /* bytes the library expands one coefficient to */

/* Coefficients in the form the multiplication wants them. */
struct table {
	uint8_t *p;
	size_t cap;
};
struct erasure {
	bool gfni;
	uint64_t matrix[FIELD]; /* with gfni: of each coefficient */
	unsigned k, m;          /* of the encoding table; 0: none */
	struct table encode, solve;
	uint8_t *syndrome; /* n × len */
	size_t syndrome_cap;
};

static int grow(uint8_t **p, size_t *cap, size_t n)
{
	if (n <= *cap)
		return 0;
	uint8_t *bigger = realloc(*p, n);
	if (bigger == NULL)
		return ERR_NOMEM;
	*p = bigger;
	*cap = n;
	return 0;
}

int erasure_new(struct erasure **out)
{
	struct erasure *e = calloc(1, sizeof *e);
	if (e == NULL)
		return ERR_NOMEM;
	e->gfni = erasure_gfni_here();
	for (unsigned c = 0; e->gfni && c < FIELD; c++)
		e->matrix[c] = erasure_gfni_matrix((uint8_t)c);
	*out = e;
	return 0;
}

void erasure_free(struct erasure *e)
{
	if (e == NULL)
		return;
	free(e->encode.p);
	free(e->solve.p);
	free(e->syndrome);
	free(e);
}

static uint8_t x_of(unsigned row)
{
	return (uint8_t)(FIELD - 1 - row);
}

static uint8_t coefficient(unsigned row, unsigned column)
{
	return gf_inv((uint8_t)(x_of(row) ^ column));
}

/* rows × k coefficients into t. */
static int expand(struct erasure *e, struct table *t, unsigned k, unsigned rows, uint8_t *a)
{
	size_t n = (size_t)k * rows;
	if (grow(&t->p, &t->cap, n * (e->gfni ? sizeof *e->matrix : TABLE)) != 0)
		return ERR_NOMEM;
	if (!e->gfni) {
		ec_init_tables((int)k, (int)rows, a, t->p);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		memcpy(t->p + i * sizeof *e->matrix, &e->matrix[a[i]], sizeof *e->matrix);
	return 0;
}

static int encoding(struct erasure *e, unsigned k, unsigned m)
{
	if (e->k == k && e->m >= m)
		return 0;             /* fewer rows are the first ones of the same table */
	uint8_t a[FIELD * FIELD / 4]; /* k·m is largest at 128·128 */
	for (unsigned j = 0; j < m; j++)
		for (unsigned i = 0; i < k; i++)
			a[j * k + i] = coefficient(j, i);
	e->k = 0;
	if (expand(e, &e->encode, k, m, a) != 0)
		return ERR_NOMEM;
	e->k = k;
	e->m = m;
	return 0;
}

static void run(struct erasure *e, size_t len, unsigned k, unsigned rows, const struct table *t,
	uint8_t *const *in, uint8_t *const *out)
{
	if (e->gfni) {
		const void *matrices = t->p; /* of malloc: aligned */
		erasure_gfni_run(len, k, rows, matrices, in, out);
		return;
	}
	uint8_t *from[FIELD], *to[FIELD]; /* the library takes its arrays without const */
	memcpy(from, in, k * sizeof *in);
	memcpy(to, out, rows * sizeof *out);
	ec_encode_data((int)len, (int)k, (int)rows, t->p, from, to);
}

int erasure_encode(
	struct erasure *e, unsigned k, unsigned m, size_t len, uint8_t *const *data, uint8_t *const *repair)
{
	REQUIRE(k >= 1 && k + m <= FIELD && len >= 1);
	if (m == 0)
		return 0;
	if (encoding(e, k, m) != 0)
		return ERR_NOMEM;
	run(e, len, k, m, &e->encode, data, repair);
	return 0;
}

/* Inverse of the n×n Cauchy matrix 1 / (x_i + y_j), i a used row, j a lost column:
 * b[j][i] = A_i · B_j / ((x_i + y_j) · C_i · D_j) with A_i = Π(x_i + y_t), B_j = Π(x_t + y_j),
 * C_i = Π_{t≠i}(x_i + x_t), D_j = Π_{t≠j}(y_j + y_t). Addition is xor; nothing is zero because all differ. */
static void invert(unsigned n, const uint8_t *row, const uint8_t *lost, uint8_t *b)
{
	uint8_t rows[FIELD], columns[FIELD];
	for (unsigned i = 0; i < n; i++) {
		uint8_t a = 1, c = 1, bb = 1, d = 1;
		for (unsigned t = 0; t < n; t++) {
			a = gf_mul(a, (uint8_t)(x_of(row[i]) ^ lost[t]));
			bb = gf_mul(bb, (uint8_t)(x_of(row[t]) ^ lost[i]));
			if (t != i) {
				c = gf_mul(c, (uint8_t)(x_of(row[i]) ^ x_of(row[t])));
				d = gf_mul(d, (uint8_t)(lost[i] ^ lost[t]));
			}
		}
		rows[i] = gf_mul(a, gf_inv(c));
		columns[i] = gf_mul(bb, gf_inv(d));
	}
	for (unsigned j = 0; j < n; j++)
		for (unsigned i = 0; i < n; i++)
			b[j * n + i] = gf_mul(gf_mul(rows[i], columns[j]), coefficient(row[i], lost[j]));
}

/* syndrome[i] = repair[i] + what the symbols we have add to it */
static int syndromes(struct erasure *e, unsigned k, size_t len, uint8_t *const *data, const uint8_t *lost,
	unsigned n, uint8_t *const *repair, const uint8_t *row, uint8_t **syndrome)
{
	uint8_t *known[FIELD], column[FIELD], a[FIELD * FIELD / 4];
	unsigned have = 0;
	for (unsigned i = 0, l = 0; i < k; i++) {
		if (l < n && lost[l] == i) {
			l++;
			continue;
		}
		known[have] = data[i];
		column[have++] = (uint8_t)i;
	}
	REQUIRE(have == k - n);
	if (have == 0) {
		for (unsigned i = 0; i < n; i++)
			memcpy(syndrome[i], repair[i], len);
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		for (unsigned c = 0; c < have; c++)
			a[i * have + c] = coefficient(row[i], column[c]);
	if (expand(e, &e->solve, have, n, a) != 0)
		return ERR_NOMEM;
	run(e, len, have, n, &e->solve, known, syndrome);
	for (unsigned i = 0; i < n; i++) {
		uint8_t *restrict s = syndrome[i];
		const uint8_t *restrict r = repair[i];
		for (size_t p = 0; p < len; p++)
			s[p] ^= r[p];
	}
	return 0;
}

int erasure_decode(struct erasure *e, unsigned k, size_t len, uint8_t *const *data, const uint8_t *lost,
	unsigned n, uint8_t *const *repair, const uint8_t *row)
{
	uint8_t *syndrome[FIELD], *out[FIELD], b[FIELD * FIELD / 4];
	REQUIRE(k >= 1 && n <= k && k + n <= FIELD && len >= 1);
	if (n == 0)
		return 0;
	if (grow(&e->syndrome, &e->syndrome_cap, n * len) != 0)
		return ERR_NOMEM;
	for (unsigned i = 0; i < n; i++) {
		syndrome[i] = e->syndrome + i * len;
		out[i] = data[lost[i]];
	}
	if (syndromes(e, k, len, data, lost, n, repair, row, syndrome) != 0)
		return ERR_NOMEM;
	invert(n, row, lost, b);
	if (expand(e, &e->solve, n, n, b) != 0)
		return ERR_NOMEM;
	run(e, len, n, n, &e->solve, syndrome, out);
	return 0;
}

void erasure_by_library(struct erasure *e)
{
	e->gfni = false;
	e->k = 0;
}
