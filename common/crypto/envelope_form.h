/* The parts of an envelope that writer and reader share. Layout: envelope.h. */
#ifndef SW_CRYPTO_ENVELOPE_FORM_H
#define SW_CRYPTO_ENVELOPE_FORM_H
#include "common/crypto/suite.h"

#define ENVELOPE_FORM_CHUNK 65536
#define ENVELOPE_FORM_SEALED (ENVELOPE_FORM_CHUNK + AEAD_TAG)
#define ENVELOPE_FORM_BOUND 40 /* magic, suite, zeros, commitment: what the wrapped key is bound to */
#define ENVELOPE_FORM_FIXED 44 /* and the length of the recipient block */
#define ENVELOPE_FORM_RECIPIENT_MAX 512

void envelope_form_head(
	const struct suite *s, const struct secret *key, uint8_t out[static ENVELOPE_FORM_BOUND]);
/* The suite named in the first 8 bytes; NULL when they do not begin an envelope. */
const struct suite *envelope_form_suite(const uint8_t head[static 8]);
bool envelope_form_committed(
	const struct suite *s, const struct secret *key, const uint8_t head[static ENVELOPE_FORM_BOUND]);
/* Nonce: chunk number in 11 bytes, then 1 for the last chunk. */
void envelope_form_nonce(uint64_t chunk, bool last, uint8_t out[static 12]);
void envelope_form_put32(uint8_t *p, uint32_t v);
uint32_t envelope_form_get32(const uint8_t *p);
#endif
