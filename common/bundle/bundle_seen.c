#include "common/bundle/bundle_seen.h"
#include <stdlib.h>
#include <string.h>

/* Open addressing, never more than half full. */
#define PLACES (2 * BUNDLE_MESSAGES_MAX)
struct bundle_seen {
	uint16_t at[PLACES]; /* number of the entry + 1; 0: free */
	uint8_t leaves[BUNDLE_MESSAGES_MAX / 8];
};

int bundle_seen_new(struct bundle_seen **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : ERR_NOMEM;
}

void bundle_seen_free(struct bundle_seen *s)
{
	free(s);
}

/* The place of the id (a UUID of 36 characters), or the free one where it belongs. */
static size_t find(const struct bundle_seen *s, const struct bundle_contents *c, const char *id)
{
	uint64_t h = 0, word;
	for (size_t k = 0; k < 32; k += sizeof word) {
		memcpy(&word, id + k, sizeof word);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	memcpy(&word, id + 28, sizeof word);
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 32) % PLACES;
	while (s->at[i] && strcmp(c->entries[s->at[i] - 1].id, id) != 0)
		i = (i + 1) % PLACES;
	return i;
}

bool bundle_seen_has(const struct bundle_seen *s, const struct bundle_contents *c, const char *id,
	const struct bundle_origin_path *path)
{
	if (path && path->leaf >= 0 && path->leaf < BUNDLE_MESSAGES_MAX &&
		s->leaves[path->leaf / 8] >> path->leaf % 8 & 1)
		return true;
	return s->at[find(s, c, id)] != 0;
}

void bundle_seen_add(struct bundle_seen *s, const struct bundle_contents *c)
{
	const struct bundle_entry *e = &c->entries[c->n - 1];
	s->at[find(s, c, e->id)] = (uint16_t)c->n;
	if (e->origin)
		s->leaves[e->origin->leaf / 8] |= (uint8_t)(1U << e->origin->leaf % 8);
}
