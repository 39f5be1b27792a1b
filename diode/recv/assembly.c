#include "diode/recv/assembly.h"
#include "common/log/log.h"
#include "diode/recv/keep.h"
#include "diode/recv/objects.h"
#include "diode/recv/recent.h"
#include "diode/recv/suspects.h"
#include <stdlib.h>
#include <string.h>

#define RECENT 65536
#define UNTOUCHED 1000     /* ms after which a begun block may make room for another */
#define HOLE_PATIENCE 3000 /* ms until a hole in a stream is taken for lost */
#define FINAL_PATIENCE                                                                                       \
	2000 /* the same for an object whose sender says that it was sent for the last time                  \
	      */
#define HOLES_MAX 16384
#define TOLD 16384    /* objects reported as missing, or sent before we listened */
#define EVICT_MAX 8   /* begun blocks given up for one symbol */
#define LOG_EVERY 100 /* ms between two lines about single objects */

struct assembly {
	struct assembly_options o;
	struct incoming_shared shared;
	struct recent *recent, *told;
	struct holes *holes;
	struct suspects suspects;
	struct objects objects;
	struct assembly_counts counts;
	struct frame_object single; /* with have_single */
	bool have_single, single_done, single_lost;
	int64_t now, log_at; /* ms */
	uint64_t unlogged;
};

static bool single(const struct assembly *a)
{
	return a->o.home < 0;
}

int assembly_new(const struct assembly_options *o, struct assembly **out)
{
	struct assembly *a = calloc(1, sizeof *a);
	if (a == NULL)
		return ERR_NOMEM;
	a->o = *o;
	a->shared.pool = o->pool;
	TAILQ_INIT(&a->shared.begun);
	objects_init(&a->objects, o->pool);
	suspects_init(&a->suspects);
	int err = erasure_new(&a->shared.erasure);
	if (err == 0)
		err = recent_new(RECENT, &a->recent);
	if (err == 0)
		err = recent_new(TOLD, &a->told);
	if (err == 0)
		err = holes_new(HOLES_MAX, &a->holes);
	if (err == 0 && !single(a))
		err = keep_scan(o->home, &a->shared, a->holes);
	if (err != 0) {
		assembly_free(a);
		return err;
	}
	*out = a;
	return 0;
}

/* Ten lines a second: a flood of objects must not become a flood of lines. */
static bool may_log(struct assembly *a, int64_t now)
{
	if (now < a->log_at) {
		a->unlogged++;
		return false;
	}
	if (a->unlogged > 0)
		log_warn("objects", "what=\"and %llu more lines like these\"",
			(unsigned long long)a->unlogged);
	a->unlogged = 0;
	a->log_at = now + LOG_EVERY;
	return true;
}

static void tell_incomplete(struct assembly *a, struct object *o, const char *why)
{
	if (o->told)
		return;
	o->told = true;
	a->counts.incomplete++;
	if (may_log(a, a->now))
		log_warn("object-incomplete", "name=\"%s\" why=%s blocks=%llu of=%llu", objects_name(o), why,
			(unsigned long long)incoming_blocks_done(o->in),
			(unsigned long long)incoming_blocks_all(o->in));
}

/* Files of which a part is there go to disc; of the rest only the hole is remembered. */
static bool keep(struct assembly *a, struct object *o)
{
	struct buf map;
	if (single(a) || incoming_stream(o->in) || incoming_blocks_done(o->in) == 0 ||
		store_file_failed(o->file))
		return false;
	buf_init(&map, KEEP_MAP_MAX);
	bool ok = keep_encode(o->in, o->meta, objects_name(o), &map) == 0;
	if (ok)
		store_keep(a->o.store, o->file, buf_view(&map));
	buf_fini(&map);
	return ok;
}

static void give_up(struct assembly *a, struct object *o, const char *why)
{
	struct hole hole;
	uint64_t range[HOLES_RANGES][2];
	tell_incomplete(a, o, why);
	bool kept = keep(a, o);
	if (!kept)
		store_drop(a->o.store, o->file);
	keep_hole(o->in, objects_name(o), kept, range, &hole);
	if (!kept && hole.size > 0) {
		hole.n = 1; /* all of it, again */
		hole.range[0][0] = 0;
		hole.range[0][1] = hole.size;
	}
	(void)holes_put(a->holes, &hole);
	if (single(a) && frame_object_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	objects_release(&a->objects, o);
}

void assembly_end(struct assembly *a)
{
	for (struct object *o; (o = objects_oldest(&a->objects)) != NULL;)
		give_up(a, o, "stopped");
}

void assembly_free(struct assembly *a)
{
	if (a == NULL)
		return;
	assembly_end(a);
	recent_free(a->recent);
	recent_free(a->told);
	holes_free(a->holes);
	erasure_free(a->shared.erasure);
	free(a);
}

/* It needs no more datagrams: that is remembered, the object let go. */
static void refuse(struct assembly *a, struct object *o, int err)
{
	struct frame_id key = recent_key(&o->session, incoming_id(o->in));
	log_error("object-refused", "reason=%s size=%llu", err_name(err),
		(unsigned long long)incoming_size(o->in));
	a->counts.refused++;
	recent_add(a->recent, &key);
	if (single(a) && frame_object_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	store_drop(a->o.store, o->file);
	objects_release(&a->objects, o);
}

/* Its symbols so far, where some were kept; else from nothing. */
static int open_incoming(struct assembly *a, struct object *o, const struct frame *f)
{
	const struct hole *hole = holes_find(a->holes, &f->object);
	struct frame_meta meta;
	bool has_meta = false, kept = hole != NULL && hole->kept;
	if (kept) {
		store_settle(a->o.store); /* it may have been put away a moment ago */
		int err = keep_load(a->o.home, &a->shared, &f->object, &o->in, &meta, &has_meta);
		kept = err == 0;
		if (err != 0)
			log_warn("kept", "name=\"%s\" reason=%s", hole->name, err_name(err));
	}
	/* A whole transfer with other measures starts anew; a part of it could never complete it. */
	if (kept && !incoming_agrees(o->in, f) && (f->flags & FRAME_PART) == 0) {
		struct store_file *old = store_begin(a->o.store, &f->object, f->meta, true);
		if (old == NULL)
			return ERR_NOSPACE;
		store_drop(a->o.store, old);
		incoming_free(o->in);
		o->in = NULL;
		kept = false;
	}
	if (kept && has_meta) {
		o->meta = pool_take(a->o.pool, sizeof *o->meta, 0);
		if (o->meta == NULL)
			return ERR_NOSPACE;
		*o->meta = meta;
	}
	if (!kept)
		o->in = incoming_new(&a->shared, f);
	if (o->in != NULL)
		o->file = store_begin(a->o.store, &f->object, f->meta, kept);
	if (o->file == NULL)
		return ERR_NOSPACE;
	if (hole != NULL)
		memcpy(o->hint, hole->name, sizeof o->hint);
	if (o->meta != NULL && o->meta->digest)
		store_expect_digest(o->file);
	return 0;
}

static struct object *begin(struct assembly *a, const struct frame *f)
{
	if (single(a) && a->have_single && !frame_object_eq(&a->single, &f->object))
		return NULL;
	if (a->objects.n >= a->o.objects_max)
		give_up(a, objects_oldest(&a->objects), "displaced");
	struct object *o = pool_take(a->o.pool, sizeof *o, 1);
	if (o == NULL)
		return NULL;
	if (open_incoming(a, o, f) != 0) {
		incoming_free(o->in);
		pool_give(a->o.pool, o->meta, sizeof *o->meta);
		pool_give(a->o.pool, o, sizeof *o);
		return NULL;
	}
	o->session = f->session;
	objects_add(&a->objects, o);
	a->single = f->object;
	a->have_single = true;
	holes_remove(a->holes, &f->object);
	return o;
}

static int read_meta(struct assembly *a, struct object *o, const struct incoming_data *d)
{
	struct frame_meta *m = pool_take(a->o.pool, sizeof *m, 0);
	if (m == NULL)
		return ERR_NOSPACE;
	int err = frame_meta_decode(view_of(d->p, incoming_meta(o->in)), m);
	if (err == 0 && m->digest && !incoming_stream(o->in) &&
		incoming_size(o->in) < incoming_meta(o->in) + (uint64_t)FRAME_META_DIGEST)
		err = ERR_TRUNCATED;
	if (err != 0) {
		pool_give(a->o.pool, m, sizeof *m);
		return err;
	}
	pool_give(a->o.pool, o->meta, sizeof *o->meta);
	o->meta = m;
	if (m->digest)
		store_expect_digest(o->file);
	return 0;
}

static void complete(struct assembly *a, struct object *o)
{
	struct frame_id key = recent_key(&o->session, incoming_id(o->in));
	if (store_finish(a->o.store, o->file, o->meta, &key) != 0) {
		give_up(a, o, "memory");
		return;
	}
	a->counts.complete++;
	recent_add(a->recent, &key);
	if (single(a))
		a->single_done = true;
	objects_release(&a->objects, o);
}

static void block(struct assembly *a, struct object *o, const struct incoming_data *d)
{
	a->counts.blocks++;
	a->counts.bytes += d->length;
	a->counts.repaired += d->repaired;
	int err = d->block == 0 ? read_meta(a, o, d) : 0;
	if (err != 0 && err != ERR_NOSPACE) {
		pool_give(a->o.pool, d->p, d->room);
		refuse(a, o, err);
		return;
	}
	if (err == ERR_NOSPACE)
		pool_give(a->o.pool, d->p, d->room);
	else
		err = store_write_take(a->o.store, o->file, d);
	if (err != 0 || store_file_failed(o->file))
		give_up(a, o, err != 0 ? "memory" : "store");
	else if (incoming_complete(o->in))
		complete(a, o);
}

bool assembly_surplus(const struct assembly *a, const struct frame *f)
{
	const struct object *o = objects_find(&a->objects, &f->object);
	if (o != NULL)
		return !incoming_wants(o->in, f);
	struct frame_id key = recent_key(&f->session, &f->object);
	return recent_has(a->recent, &key);
}

/* Other measures than those we have of the object. A whole transfer of a newer run takes the place of what an
 * older one left; a part alone could never complete it. */
static bool supersedes(const struct object *o, const struct frame *f)
{
	return !frame_id_eq(&o->session, &f->session) && (f->flags & FRAME_PART) == 0 &&
	       frame_key_session_time(&f->session) >= frame_key_session_time(&o->session);
}

/* The object the datagram belongs to, begun if need be; NULL, counted, when it is of no use or there is no
 * room. */
static struct object *object_for(struct assembly *a, const struct frame *f)
{
	struct object *o = objects_find(&a->objects, &f->object);
	if (o != NULL && !incoming_agrees(o->in, f) && supersedes(o, f)) {
		log_warn("object-replaced", "name=\"%s\" what=\"a newer run sends it with other measures\"",
			objects_name(o));
		store_drop(a->o.store, o->file);
		objects_release(&a->objects, o);
		o = NULL;
	}
	if (o == NULL) {
		struct frame_id key = recent_key(&f->session, &f->object);
		if (recent_has(a->recent, &key)) {
			a->counts.duplicate++;
			return NULL;
		}
		o = begin(a, f);
		a->counts.full += o == NULL;
	}
	return o;
}

void assembly_take(struct assembly *a, const struct frame *f, struct view body, int64_t now)
{
	a->now = now;
	struct incoming_data d;
	a->counts.symbols++;
	if (f->size > a->o.size_max || f->offset + f->length > a->o.size_max) {
		struct frame_id key = recent_key(&f->session, &f->object);
		if (!recent_has(a->recent, &key)) {
			if (may_log(a, now))
				log_error("object-refused", "reason=%s size=%llu", err_name(ERR_LIMIT),
					(unsigned long long)f->size);
			a->counts.refused++;
			recent_add(a->recent, &key);
		} else {
			a->counts.duplicate++;
		}
		return;
	}
	struct object *o = object_for(a, f);
	if (o == NULL)
		return;
	int err = incoming_add(o->in, f, body, now, &d);
	for (int i = 0; err == ERR_NOSPACE && i < EVICT_MAX && incoming_evict(&a->shared, now - UNTOUCHED);
		i++) {
		a->counts.evicted++;
		err = incoming_add(o->in, f, body, now, &d);
	}
	if (err == ERR_DUPLICATE) {
		a->counts.duplicate++;
	} else if (err == ERR_CONFLICT) {
		a->counts.conflicting++;
	} else if (err < 0) {
		a->counts.full++;
	} else {
		o->touched = now;
		o->session = f->session;
		objects_touch(&a->objects, o);
		if (err == 1)
			block(a, o, &d);
	}
}

/* Named as sent for the last time, and nothing of it came: unless it came meanwhile. */
static void miss(struct assembly *a, const struct suspect *s)
{
	const struct frame_beat_object *b = &s->named;
	if (objects_find(&a->objects, &b->id) != NULL || recent_has(a->recent, &s->key))
		return;
	a->counts.missing++;
	if (may_log(a, a->now))
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
		else if (!single(a))
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
			give_up(a, o, "silence");
		else if ((hole || ended) && (single(a) || hole))
			give_up(a, o, "hole");
		else if (ended)
			tell_incomplete(a, o, "hole");
	}
}

void assembly_look(const struct assembly *a, struct assembly_view *out)
{
	const struct object *o = objects_newest(&a->objects);
	*out = (struct assembly_view){.objects = a->objects.n};
	if (o == NULL)
		return;
	frame_beat_name(objects_name(o), out->name);
	out->size = incoming_size(o->in);
	out->done = incoming_bytes_done(o->in);
}

/* Incomplete ones in memory count once nothing more is to be expected of them for now. */
size_t assembly_holes(const struct assembly *a)
{
	size_t n = holes_count(a->holes);
	for (const struct object *o = objects_oldest(&a->objects); o != NULL; o = TAILQ_NEXT(o, age))
		n += o->told;
	return n;
}

void assembly_each_hole(
	const struct assembly *a, void (*each)(void *cookie, const struct hole *h), void *cookie)
{
	struct hole hole;
	uint64_t range[HOLES_RANGES][2];
	for (const struct object *o = objects_oldest(&a->objects); o != NULL; o = TAILQ_NEXT(o, age)) {
		if (!o->told)
			continue;
		keep_hole(o->in, objects_name(o), false, range, &hole);
		each(cookie, &hole);
	}
	for (size_t i = 0; i < holes_count(a->holes); i++)
		each(cookie, holes_at(a->holes, i));
}

uint64_t assembly_holes_more(const struct assembly *a)
{
	return holes_more(a->holes);
}

struct assembly_counts assembly_counts(const struct assembly *a)
{
	return a->counts;
}

bool assembly_single_done(const struct assembly *a)
{
	return a->single_done;
}

bool assembly_single_lost(const struct assembly *a)
{
	return a->single_lost;
}
