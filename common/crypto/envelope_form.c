#include "common/crypto/envelope_form.h"
#include "common/crypto/envelope.h"
#include "common/crypto/suite_impl.h"
#include <string.h>

static const char MAGIC[4] = {'S', 'W', 'E', '1'};
static const char LABEL[] = "sanwang envelope commitment 1";

static void commitment(const struct suite *s, const struct secret *key, struct digest *out)
{
	digest_of2(s, view_of(LABEL, sizeof LABEL - 1), view_of(key->b, key->n), out);
}

void envelope_form_head(
	const struct suite *s, const struct secret *key, uint8_t out[static ENVELOPE_FORM_BOUND])
{
	struct digest d;
	memset(out, 0, ENVELOPE_FORM_BOUND);
	memcpy(out, MAGIC, sizeof MAGIC);
	out[4] = s->byte;
	commitment(s, key, &d);
	memcpy(out + 8, d.b, sizeof d.b);
}

const struct suite *envelope_form_suite(const uint8_t head[static 8])
{
	if (memcmp(head, MAGIC, sizeof MAGIC) != 0 || head[5] || head[6] || head[7])
		return NULL;
	return suite_by_byte(head[4]);
}

bool envelope_form_committed(
	const struct suite *s, const struct secret *key, const uint8_t head[static ENVELOPE_FORM_BOUND])
{
	struct digest d;
	commitment(s, key, &d);
	return memcmp(d.b, head + 8, sizeof d.b) == 0;
}

void envelope_form_nonce(uint64_t chunk, bool last, uint8_t out[static 12])
{
	memset(out, 0, 12);
	for (size_t i = 0; i < 8; i++)
		out[10 - i] = (uint8_t)(chunk >> (8 * i));
	out[11] = last;
}

void envelope_form_put32(uint8_t *p, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

uint32_t envelope_form_get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool envelope_is(struct view head)
{
	return head.n >= 8 && envelope_form_suite(head.p);
}
