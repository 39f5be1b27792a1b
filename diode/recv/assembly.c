#include "common/log/log.h"
#include "diode/recv/assembly_impl.h"
#include "diode/recv/keep.h"
#include "diode/recv/opening.h"
#include <stdlib.h>
#include <string.h>

#define RECENT 65536
#define UNTOUCHED 1000 /* ms after which a begun block may make room for another */
#define HOLES_MAX 16384
#define TOLD 16384  /* objects reported as missing, or sent before we listened */
#define EVICT_MAX 8 /* begun blocks given up for one symbol */

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
		err = recent_new(TOLD, &a->missed);
	if (err == 0)
		err = holes_new(HOLES_MAX, &a->holes);
	if (err == 0 && !assembly_single(a))
		err = keep_scan(o->home, &a->shared, a->holes);
	if (err != 0) {
		assembly_free(a);
		return err;
	}
	*out = a;
	return 0;
}

void assembly_tell_incomplete(struct assembly *a, struct object *o, const char *why)
{
	if (o->told)
		return;
	o->told = true;
	a->counts.incomplete++;
	if (quiet_may(&a->quiet, a->now))
		log_warn("object-incomplete", "name=\"%s\" why=%s blocks=%llu of=%llu", objects_name(o), why,
			(unsigned long long)incoming_blocks_done(o->in),
			(unsigned long long)incoming_blocks_all(o->in));
}

/* Files of which a part is there go to disc; of the rest only the hole is remembered. */
static bool keep(struct assembly *a, struct object *o)
{
	struct buf map;
	if (assembly_single(a) || incoming_stream(o->in) || incoming_blocks_done(o->in) == 0 ||
		store_file_failed(o->file))
		return false;
	buf_init(&map, KEEP_MAP_MAX);
	bool ok = keep_encode(o->in, o->meta, objects_name(o), &map) == 0;
	if (ok)
		store_keep(a->o.store, o->file, buf_view(&map));
	buf_fini(&map);
	return ok;
}

void assembly_give_up(struct assembly *a, struct object *o, const char *why)
{
	struct hole hole;
	uint64_t range[HOLES_RANGES][2];
	assembly_tell_incomplete(a, o, why);
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
	if (assembly_single(a) && frame_object_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	objects_release(&a->objects, o);
}

void assembly_end(struct assembly *a)
{
	for (struct object *o; (o = objects_oldest(&a->objects)) != NULL;)
		assembly_give_up(a, o, "stopped");
}

void assembly_free(struct assembly *a)
{
	if (a == NULL)
		return;
	assembly_end(a);
	recent_free(a->recent);
	recent_free(a->told);
	recent_free(a->missed);
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
	if (assembly_single(a) && frame_object_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	store_drop(a->o.store, o->file);
	objects_release(&a->objects, o);
}

/* Late, but here. */
static void found(struct assembly *a, const struct frame *f)
{
	struct frame_id key = recent_key(&f->session, &f->object);
	a->counts.late += recent_has(a->missed, &key);
	recent_remove(a->missed, &key);
	holes_remove(a->holes, &f->object);
}

static struct object *begin(struct assembly *a, const struct frame *f)
{
	if (assembly_single(a) && a->have_single && !frame_object_eq(&a->single, &f->object))
		return NULL;
	if (a->objects.n >= a->o.objects_max)
		assembly_give_up(a, objects_oldest(&a->objects), "displaced");
	struct object *o = pool_take(a->o.pool, sizeof *o, 1);
	if (o == NULL)
		return NULL;
	struct opening p = {.home = a->o.home,
		.pool = a->o.pool,
		.store = a->o.store,
		.holes = a->holes,
		.shared = &a->shared};
	if (opening_run(&p, o, f) != 0) {
		incoming_free(o->in);
		pool_give(a->o.pool, o->meta, sizeof *o->meta);
		pool_give(a->o.pool, o, sizeof *o);
		return NULL;
	}
	o->session = f->session;
	objects_add(&a->objects, o);
	a->single = f->object;
	a->have_single = true;
	found(a, f);
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
		assembly_give_up(a, o, "memory");
		return;
	}
	a->counts.complete++;
	recent_add(a->recent, &key);
	if (assembly_single(a))
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
		assembly_give_up(a, o, err != 0 ? "memory" : "store");
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
			if (quiet_may(&a->quiet, now))
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
	return holes_count(a->holes) + objects_told(&a->objects);
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
