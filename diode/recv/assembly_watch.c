#include "common/log/log.h"
#include "diode/recv/assembly_impl.h"
#include <string.h>

#define HOLE_PATIENCE 3000 /* ms until a hole in a stream is taken for lost */
#define FINAL_PATIENCE                                                                                       \
	2000 /* the same for an object whose sender says that it was sent for the last time                  \
	      */

/* Named as sent for the last time, and nothing of it came: unless it came meanwhile. */
static void miss(struct assembly *a, const struct suspect *s)
{
	const struct frame_beat_object *b = &s->named;
	if (objects_find(&a->objects, &b->id) != NULL || recent_has(a->recent, &s->key))
		return;
	a->counts.missing++;
	recent_add(a->missed, &s->key);
	if (quiet_may(&a->quiet, a->now))
		log_warn("object-missing", "name=\"%s\" size=%llu", b->name, (unsigned long long)b->size);
	uint64_t whole[2] = {0, b->size};
	struct hole hole = {.id = b->id, .size = b->size, .n = b->size > 0, .range = &whole};
	memcpy(hole.name, b->name, sizeof hole.name);
	if (holes_find(a->holes, &b->id) == NULL)
		(void)holes_put(a->holes, &hole);
	recent_add(a->told, &s->key);
}

static void suspect(
	struct assembly *a, const struct frame_id *key, const struct frame_beat_object *b, int64_t now)
{
	struct suspect displaced;
	if (suspects_add(&a->suspects, key, b, now, &displaced))
		miss(a, &displaced); /* no time for more patience */
}

void assembly_beat(struct assembly *a, const struct session *s, const struct frame_beat *b, int64_t now)
{
	a->now = now;
	for (uint8_t i = 0; i < b->n; i++) {
		const struct frame_beat_object *e = &b->object[i];
		struct frame_id key = recent_key(&s->id, &e->id);
		struct object *o = objects_find(&a->objects, &e->id);
		if (o != NULL)
			memcpy(o->hint, e->name, sizeof o->hint);
		if (e->passes > 0 || recent_has(a->recent, &key) || recent_has(a->told, &key))
			continue;
		if (o != NULL)
			o->final = true;
		else if (!s->from_start && !s->beaten)
			recent_add(a->told, &key); /* sent before we listened: not ours to miss */
		else if (!assembly_single(a))
			suspect(a, &key, e, now);
	}
	struct object *first = (b->flags & FRAME_BEAT_IDLE) != 0 ? objects_oldest(&a->objects) : NULL;
	for (struct object *o = first; o != NULL; o = TAILQ_NEXT(o, age))
		o->final |= frame_id_eq(&o->session, &s->id);
}

void assembly_tick(struct assembly *a, int64_t now)
{
	a->now = now;
	struct frame_id key;
	while (store_next_failed(a->o.store, &key))
		recent_remove(a->recent, &key);
	struct suspect due;
	while (suspects_due(&a->suspects, now - FINAL_PATIENCE, &due))
		miss(a, &due);
	for (struct object *o = objects_oldest(&a->objects), *after; o != NULL; o = after) {
		after = TAILQ_NEXT(o, age);
		int64_t silent = now - o->touched;
		if (!incoming_has_hole(o->in))
			o->hole_since = 0;
		else if (o->hole_since == 0)
			o->hole_since = now;
		bool hole = o->hole_since != 0 && now - o->hole_since > HOLE_PATIENCE;
		bool ended = o->final && silent > FINAL_PATIENCE;
		if (silent > a->o.patience)
			assembly_give_up(a, o, "silence");
		else if ((hole || ended) && (assembly_single(a) || hole))
			assembly_give_up(a, o, "hole");
		else if (ended)
			assembly_tell_incomplete(a, o, "hole");
	}
}
