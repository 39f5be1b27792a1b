/* The inner product of the code by the processor's Galois field instructions (GFNI with AVX-512), which the
 * library of erasure.h does not use yet: four times its speed. Everywhere else the library does it. */
#ifndef SW_DIODE_ERASURE_GFNI_H
#define SW_DIODE_ERASURE_GFNI_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool erasure_gfni_here(void);
/* The 8×8 bit matrix that multiplies by c in GF(2^8), polynomial 0x11d. */
uint64_t erasure_gfni_matrix(uint8_t c);
/* out[r] = sum over i < k of table[r * k + i] times in[i], r < rows, all of len bytes. Only where
 * erasure_gfni_here(). */
void erasure_gfni_run(size_t len, unsigned k, unsigned rows, const uint64_t *table, uint8_t *const *in,
	uint8_t *const *out);
#endif
