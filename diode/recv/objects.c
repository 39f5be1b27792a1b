#include "diode/recv/objects.h"
#include <string.h>

void objects_init(struct objects *t, struct pool *pool)
{
	*t = (struct objects){.pool = pool};
	TAILQ_INIT(&t->age);
}

static size_t bucket_of(const struct frame_object *id)
{
	uint16_t h;
	memcpy(&h, id->b, sizeof h);
	return h % OBJECTS_BUCKETS;
}

struct object *objects_find(const struct objects *t, const struct frame_object *id)
{
	if (t->touched != NULL && frame_object_eq(incoming_id(t->touched->in), id))
		return t->touched;
	struct object *o = t->bucket[bucket_of(id)];
	while (o != NULL && !frame_object_eq(incoming_id(o->in), id))
		o = o->next;
	return o;
}

void objects_add(struct objects *t, struct object *o)
{
	size_t b = bucket_of(incoming_id(o->in));
	o->next = t->bucket[b];
	t->bucket[b] = o;
	TAILQ_INSERT_TAIL(&t->age, o, age);
	t->n++;
}

void objects_touch(struct objects *t, struct object *o)
{
	TAILQ_REMOVE(&t->age, o, age);
	TAILQ_INSERT_TAIL(&t->age, o, age);
	t->touched = o;
}

void objects_release(struct objects *t, struct object *o)
{
	struct object **at = &t->bucket[bucket_of(incoming_id(o->in))];
	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	t->touched = t->touched == o ? NULL : t->touched;
	TAILQ_REMOVE(&t->age, o, age);
	t->n--;
	incoming_free(o->in);
	pool_give(t->pool, o->meta, sizeof *o->meta);
	pool_give(t->pool, o, sizeof *o);
}

struct object *objects_oldest(const struct objects *t)
{
	return TAILQ_FIRST(&t->age);
}

struct object *objects_newest(const struct objects *t)
{
	return TAILQ_LAST(&t->age, object_list);
}

const char *objects_name(const struct object *o)
{
	return o->meta != NULL ? o->meta->name : o->hint;
}

size_t objects_told(const struct objects *t)
{
	size_t n = 0;
	for (const struct object *o = objects_oldest(t); o != NULL; o = TAILQ_NEXT(o, age))
		n += o->told;
	return n;
}
