#include "diode/recv/assembly.h"
#include "common/log/log.h"
#include "diode/recv/keep.h"
#include "diode/recv/recent.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define RECENT 65536
#define UNTOUCHED 1000     /* ms after which a begun block may make room for another */
#define HOLE_PATIENCE 3000 /* ms until a hole in a stream is taken for lost */
#define FINAL_PATIENCE                                                                                       \
	2000 /* the same for an object whose sender says that it was sent for the last time                  \
	      */
#define HOLES_MAX 16384
#define SUSPECTS 256  /* named by heartbeats, not heard of yet */
#define TOLD 16384    /* objects reported as missing, or sent before we listened */
#define EVICT_MAX 8   /* begun blocks given up for one symbol */
#define LOG_EVERY 100 /* ms between two lines about single objects */

struct object {
	TAILQ_ENTRY(object) age; /* least recently touched first */
	struct object *next;     /* in the bucket */
	struct incoming *in;
	struct store_file *file;
	struct frame_meta *meta; /* once its first block is there */
	struct frame_id session; /* of its newest datagram */
	int64_t touched, hole_since;
	bool final, told;               /* the last pass was sent; reported as incomplete */
	char hint[FRAME_BEAT_NAME + 1]; /* its name as a heartbeat gave it */
};
TAILQ_HEAD(objects, object);

struct suspect {
	struct frame_id key;
	struct frame_beat_object named;
	int64_t since; /* 0: free */
};

struct assembly {
	struct assembly_options o;
	struct incoming_shared shared;
	struct recent *recent, *told;
	struct holes *holes;
	struct suspect suspect[SUSPECTS];
	struct object *bucket[BUCKETS];
	struct object *newest; /* found last; NULL none */
	struct objects objects;
	size_t n;
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
	TAILQ_INIT(&a->objects);
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

static size_t bucket_of(const struct frame_object *id)
{
	uint16_t h;
	memcpy(&h, id->b, sizeof h);
	return h % BUCKETS;
}

static struct object *find(const struct assembly *a, const struct frame_object *id)
{
	if (a->newest != NULL && frame_object_eq(incoming_id(a->newest->in), id))
		return a->newest;
	struct object *o = a->bucket[bucket_of(id)];
	while (o != NULL && !frame_object_eq(incoming_id(o->in), id))
		o = o->next;
	return o;
}

static const char *name_of(const struct object *o)
{
	return o->meta != NULL ? o->meta->name : o->hint;
}

/* Takes the object out; its file has been finished, kept or dropped. */
static void release(struct assembly *a, struct object *o)
{
	struct object **at = &a->bucket[bucket_of(incoming_id(o->in))];
	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	a->newest = a->newest == o ? NULL : a->newest;
	TAILQ_REMOVE(&a->objects, o, age);
	a->n--;
	incoming_free(o->in);
	pool_give(a->o.pool, o->meta, sizeof *o->meta);
	pool_give(a->o.pool, o, sizeof *o);
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
		log_warn("object-incomplete", "name=\"%s\" why=%s blocks=%llu of=%llu", name_of(o), why,
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
	bool ok = keep_encode(o->in, o->meta, name_of(o), &map) == 0;
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
	keep_hole(o->in, name_of(o), kept, range, &hole);
	if (!kept && hole.size > 0) {
		hole.n = 1; /* all of it, again */
		hole.range[0][0] = 0;
		hole.range[0][1] = hole.size;
	}
	(void)holes_put(a->holes, &hole);
	if (single(a) && frame_object_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	release(a, o);
}

void assembly_end(struct assembly *a)
{
	for (struct object *o; (o = TAILQ_FIRST(&a->objects)) != NULL;)
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
	release(a, o);
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
	if (a->n >= a->o.objects_max)
		give_up(a, TAILQ_FIRST(&a->objects), "displaced");
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
	size_t b = bucket_of(&f->object);
	o->next = a->bucket[b];
	a->bucket[b] = o;
	TAILQ_INSERT_TAIL(&a->objects, o, age);
	a->n++;
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
	release(a, o);
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
	const struct object *o = find(a, &f->object);
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
	struct object *o = find(a, &f->object);
	if (o != NULL && !incoming_agrees(o->in, f) && supersedes(o, f)) {
		log_warn("object-replaced", "name=\"%s\" what=\"a newer run sends it with other measures\"",
			name_of(o));
		store_drop(a->o.store, o->file);
		release(a, o);
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
	a->newest = o;
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
		TAILQ_REMOVE(&a->objects, o, age);
		TAILQ_INSERT_TAIL(&a->objects, o, age);
		if (err == 1)
			block(a, o, &d);
	}
}

static void miss(struct assembly *a, struct suspect *s)
{
	const struct frame_beat_object *b = &s->named;
	s->since = 0;
	if (find(a, &b->id) != NULL || recent_has(a->recent, &s->key))
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

/* The sender names an object as sent for the last time and nothing of it ever came. The heartbeat may have
 * overtaken it, so it is missing only some time later. */
static void suspect(
	struct assembly *a, const struct frame_id *key, const struct frame_beat_object *b, int64_t now)
{
	struct suspect *free_one = &a->suspect[0];
	for (size_t i = 0; i < SUSPECTS; i++) {
		struct suspect *x = &a->suspect[i];
		if (x->since < free_one->since)
			free_one = x;
		if (x->since != 0 && frame_id_eq(&x->key, key))
			return;
	}
	if (free_one->since != 0)
		miss(a, free_one); /* no time for more patience */
	*free_one = (struct suspect){.key = *key, .since = now, .named = *b};
}

void assembly_beat(struct assembly *a, const struct session *s, const struct frame_beat *b, int64_t now)
{
	a->now = now;
	for (uint8_t i = 0; i < b->n; i++) {
		const struct frame_beat_object *e = &b->object[i];
		struct frame_id key = recent_key(&s->id, &e->id);
		struct object *o = find(a, &e->id);
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
	struct object *first = (b->flags & FRAME_BEAT_IDLE) != 0 ? TAILQ_FIRST(&a->objects) : NULL;
	for (struct object *o = first; o != NULL; o = TAILQ_NEXT(o, age))
		o->final |= frame_id_eq(&o->session, &s->id);
}

void assembly_tick(struct assembly *a, int64_t now)
{
	a->now = now;
	struct frame_id key;
	while (store_next_failed(a->o.store, &key))
		recent_remove(a->recent, &key);
	for (size_t i = 0; i < SUSPECTS; i++)
		if (a->suspect[i].since != 0 && now - a->suspect[i].since > FINAL_PATIENCE)
			miss(a, &a->suspect[i]);
	for (struct object *o = TAILQ_FIRST(&a->objects), *after; o != NULL; o = after) {
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
	const struct object *o = TAILQ_LAST(&a->objects, objects);
	*out = (struct assembly_view){.objects = a->n};
	if (o == NULL)
		return;
	frame_beat_name(name_of(o), out->name);
	out->size = incoming_size(o->in);
	out->done = incoming_bytes_done(o->in);
}

/* Incomplete ones in memory count once nothing more is to be expected of them for now. */
size_t assembly_holes(const struct assembly *a)
{
	size_t n = holes_count(a->holes);
	for (const struct object *o = TAILQ_FIRST(&a->objects); o != NULL; o = TAILQ_NEXT(o, age))
		n += o->told;
	return n;
}

void assembly_each_hole(
	const struct assembly *a, void (*each)(void *cookie, const struct hole *h), void *cookie)
{
	struct hole hole;
	uint64_t range[HOLES_RANGES][2];
	for (const struct object *o = TAILQ_FIRST(&a->objects); o != NULL; o = TAILQ_NEXT(o, age)) {
		if (!o->told)
			continue;
		keep_hole(o->in, name_of(o), false, range, &hole);
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
