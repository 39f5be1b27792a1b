/* Reed–Solomon over GF(2^8) by ISA-L with a Cauchy matrix whose element for repair row j and data column i is
 * 1 / ((255 - j) xor i): it depends on neither k nor m, so one rule serves every block size. Decoding solves
 * the e×e part of the e lost symbols in closed form and never inverts k×k. */
#ifndef SW_DIODE_ERASURE_H
#define SW_DIODE_ERASURE_H
#include "common/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct erasure; /* keeps the tables of the last code used; one thread at a time */
SW_MUST_USE int erasure_new(struct erasure **out);
void erasure_free(struct erasure *e);
/* data: k symbols of len bytes, repair: m to be written. k >= 1, k + m <= 256. ERR_NOMEM. */
SW_MUST_USE int erasure_encode(
	struct erasure *e, unsigned k, unsigned m, size_t len, uint8_t *const *data, uint8_t *const *repair);
/* Writes data[lost[i]] for i < n from the other data symbols and n repair symbols; row[i] is the number of
 * repair[i] from 0 and they differ, lost[] ascends. */
SW_MUST_USE int erasure_decode(struct erasure *e, unsigned k, size_t len, uint8_t *const *data,
	const uint8_t *lost, unsigned n, uint8_t *const *repair, const uint8_t *row);
/* Leaves the processor's own instructions out, for tests and measurements. */
void erasure_by_library(struct erasure *e);
#endif
