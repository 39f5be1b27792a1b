#include "diode/frame/erasure_gfni.h"
#include "common/base/err.h"
#include <isa-l/erasure_code.h>

/* Row b of the matrix says which bits of x make bit 7 - b of c times x; gf2p8affineqb keeps row 0 in the top
 * byte. */
uint64_t erasure_gfni_matrix(uint8_t c)
{
	uint64_t m = 0;
	for (unsigned in = 0; in < 8; in++) {
		uint8_t product = gf_mul(c, (uint8_t)(1u << in));
		for (unsigned out = 0; out < 8; out++)
			if ((product >> out & 1) != 0)
				m |= UINT64_C(1) << (8 * (7 - out) + in);
	}
	return m;
}

#ifdef __x86_64__
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,gfni")))
#define STEP 64

bool erasure_gfni_here(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("gfni");
}

/* The empty statement keeps the matrix in a register: clang 14 places a matrix read by the instruction itself
 * wrongly. */
WIDE static inline __m512i times(__m512i sum, __m512i x, uint64_t matrix)
{
	__m512i m = _mm512_set1_epi64((long long)matrix);
	__asm__("" : "+v"(m));
	return _mm512_xor_si512(sum, _mm512_gf2p8affine_epi64_epi8(x, m, 0));
}

/* One column of STEP bytes (those of the mask) for six rows, for three and for one. */
WIDE static void column6(
	size_t at, __mmask64 mask, unsigned k, const uint64_t *t, uint8_t *const *in, uint8_t *const *out)
{
	__m512i a = _mm512_setzero_si512(), b = a, c = a, d = a, e = a, f = a;
	for (unsigned i = 0; i < k; i++) {
		__m512i x = _mm512_maskz_loadu_epi8(mask, in[i] + at);
		a = times(a, x, t[i]);
		b = times(b, x, t[k + i]);
		c = times(c, x, t[2 * k + i]);
		d = times(d, x, t[3 * k + i]);
		e = times(e, x, t[4 * k + i]);
		f = times(f, x, t[5 * k + i]);
	}
	_mm512_mask_storeu_epi8(out[0] + at, mask, a);
	_mm512_mask_storeu_epi8(out[1] + at, mask, b);
	_mm512_mask_storeu_epi8(out[2] + at, mask, c);
	_mm512_mask_storeu_epi8(out[3] + at, mask, d);
	_mm512_mask_storeu_epi8(out[4] + at, mask, e);
	_mm512_mask_storeu_epi8(out[5] + at, mask, f);
}

WIDE static void column3(
	size_t at, __mmask64 mask, unsigned k, const uint64_t *t, uint8_t *const *in, uint8_t *const *out)
{
	__m512i a = _mm512_setzero_si512(), b = a, c = a;
	for (unsigned i = 0; i < k; i++) {
		__m512i x = _mm512_maskz_loadu_epi8(mask, in[i] + at);
		a = times(a, x, t[i]);
		b = times(b, x, t[k + i]);
		c = times(c, x, t[2 * k + i]);
	}
	_mm512_mask_storeu_epi8(out[0] + at, mask, a);
	_mm512_mask_storeu_epi8(out[1] + at, mask, b);
	_mm512_mask_storeu_epi8(out[2] + at, mask, c);
}

WIDE static void column1(
	size_t at, __mmask64 mask, unsigned k, const uint64_t *t, uint8_t *const *in, uint8_t *const *out)
{
	__m512i a = _mm512_setzero_si512();
	for (unsigned i = 0; i < k; i++)
		a = times(a, _mm512_maskz_loadu_epi8(mask, in[i] + at), t[i]);
	_mm512_mask_storeu_epi8(out[0] + at, mask, a);
}

void erasure_gfni_run(
	size_t len, unsigned k, unsigned rows, const uint64_t *table, uint8_t *const *in, uint8_t *const *out)
{
	for (unsigned r = 0, n; r < rows; r += n) {
		n = rows - r >= 6 ? 6 : rows - r >= 3 ? 3 : 1;
		for (size_t at = 0; at < len; at += STEP) {
			size_t left = len - at;
			__mmask64 mask = left < STEP ? (UINT64_C(1) << left) - 1 : UINT64_MAX;
			(n == 6          ? column6
				: n == 3 ? column3
					 : column1)(at, mask, k, table + (size_t)r * k, in, out + r);
		}
	}
}
#else
bool erasure_gfni_here(void)
{
	return false;
}

void erasure_gfni_run(
	size_t len, unsigned k, unsigned rows, const uint64_t *table, uint8_t *const *in, uint8_t *const *out)
{
	(void)len, (void)k, (void)rows, (void)table, (void)in, (void)out;
	REQUIRE(erasure_gfni_here());
}
#endif
