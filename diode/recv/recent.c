#include "diode/recv/recent.h"
#include "common/base/id.h"
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

struct slot {
	struct frame_id id;
	uint32_t next; /* in the bucket */
	bool used;
};
struct recent {
	uint64_t salt; /* buckets cannot be foreseen by who chooses ids */
	uint32_t max, at;
	uint32_t *bucket; /* max of them */
	struct slot slot[];
};

int recent_new(size_t max, struct recent **out)
{
	REQUIRE(max > 0 && max < NONE);
	struct recent *r = calloc(1, sizeof *r + max * sizeof *r->slot);
	if (r == NULL)
		return ERR_NOMEM;
	r->bucket = malloc(max * sizeof *r->bucket);
	if (r->bucket == NULL) {
		free(r);
		return ERR_NOMEM;
	}
	memset(r->bucket, 0xff, max * sizeof *r->bucket);
	r->max = (uint32_t)max;
	random_bytes(&r->salt, sizeof r->salt);
	*out = r;
	return 0;
}

void recent_free(struct recent *r)
{
	if (r == NULL)
		return;
	free(r->bucket);
	free(r);
}

/* The end of a session id is a keyed check over the rest: different sessions differ there. */
struct frame_id recent_key(const struct frame_id *session, const struct frame_object *object)
{
	struct frame_id key;
	memcpy(key.b, object->b, sizeof object->b);
	memcpy(key.b + sizeof object->b, session->b + sizeof object->b, sizeof key.b - sizeof object->b);
	return key;
}

static uint32_t *bucket_of(const struct recent *r, const struct frame_id *id)
{
	uint64_t a, b;
	memcpy(&a, id->b, sizeof a);
	memcpy(&b, id->b + 8, sizeof b);
	uint64_t h = (a ^ r->salt) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 29 ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
	return &r->bucket[(h ^ h >> 32) % r->max];
}

/* The link that points to the id's slot, or to NONE at the end of its bucket. */
static uint32_t *link_of(struct recent *r, const struct frame_id *id)
{
	uint32_t *at = bucket_of(r, id);
	while (*at != NONE && !frame_id_eq(&r->slot[*at].id, id))
		at = &r->slot[*at].next;
	return at;
}

bool recent_has(const struct recent *r, const struct frame_id *id)
{
	uint32_t at = *bucket_of(r, id);
	while (at != NONE && !frame_id_eq(&r->slot[at].id, id))
		at = r->slot[at].next;
	return at != NONE;
}

void recent_remove(struct recent *r, const struct frame_id *id)
{
	uint32_t *at = link_of(r, id);
	if (*at == NONE)
		return;
	struct slot *s = &r->slot[*at];
	*at = s->next;
	s->used = false;
}

void recent_add(struct recent *r, const struct frame_id *id)
{
	if (recent_has(r, id))
		return;
	struct slot *s = &r->slot[r->at];
	if (s->used) {
		struct frame_id old = s->id;
		recent_remove(r, &old);
	}
	uint32_t *b = bucket_of(r, id);
	*s = (struct slot){.id = *id, .next = *b, .used = true};
	*b = r->at;
	r->at = (r->at + 1) % r->max;
}
