#include "diode/recv/assembly.h"
#include "common/log/log.h"
#include "diode/recv/recent.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 256
#define RECENT 65536
#define UNTOUCHED 1000     /* ms after which a begun block may make room for another */
#define HOLE_PATIENCE 3000 /* ms until a hole in a stream is taken for lost */
#define FINAL_PATIENCE                                                                                       \
	2000        /* the same for an object whose sender says that it was sent for the last time           \
		     */
#define LOST_MAX 64 /* objects reported as incomplete or missing after they were given up */
#define REPORT_RANGES 16
#define SUSPECTS 64 /* named by heartbeats, not heard of yet */
#define TOLD 4096   /* ids reported as missing, or sent before we listened */
#define EVICT_MAX 8 /* begun blocks given up for one symbol */

struct object {
	TAILQ_ENTRY(object) age; /* least recently touched first */
	struct object *next;     /* in the bucket */
	struct incoming *in;
	struct store_file *file;
	struct frame_meta *meta; /* once its first block is there */
	int64_t touched, hole_since;
	bool final, told;               /* the last pass was sent; reported as incomplete */
	char hint[FRAME_BEAT_NAME + 1]; /* its name as a heartbeat gave it */
};
TAILQ_HEAD(objects, object);

/* What was given up, for the report. */
struct lost {
	struct frame_id id;
	uint64_t size, blocks, done;
	char name[FRAME_BEAT_NAME + 1];
};

struct suspect {
	struct frame_id id;
	int64_t since; /* 0: free */
};

struct assembly {
	struct assembly_options o;
	struct incoming_shared shared;
	struct recent *recent, *told;
	struct suspect suspect[SUSPECTS];
	struct object *bucket[BUCKETS];
	struct objects objects;
	size_t n;
	struct assembly_counts counts;
	struct lost lost[LOST_MAX];
	size_t lost_n, lost_at;
	struct frame_id single; /* with have_single */
	bool have_single, single_done, single_lost;
};

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
	if (err != 0) {
		assembly_free(a);
		return err;
	}
	*out = a;
	return 0;
}

static struct object **link_of(struct assembly *a, const struct frame_id *id)
{
	uint16_t h;
	memcpy(&h, id->b, sizeof h);
	struct object **at = &a->bucket[h % BUCKETS];
	while (*at != NULL && !frame_id_eq(incoming_id((*at)->in), id))
		at = &(*at)->next;
	return at;
}

static const char *name_of(const struct object *o)
{
	return o->meta != NULL ? o->meta->name : o->hint;
}

/* Takes the object out; its file has been finished or dropped. */
static void release(struct assembly *a, struct object *o)
{
	struct object **at = link_of(a, incoming_id(o->in));
	REQUIRE(*at == o);
	*at = o->next;
	TAILQ_REMOVE(&a->objects, o, age);
	a->n--;
	incoming_free(o->in);
	pool_give(a->o.pool, o->meta, sizeof *o->meta);
	pool_give(a->o.pool, o, sizeof *o);
}

static struct lost *lost_new(struct assembly *a)
{
	struct lost *l = &a->lost[a->lost_at];
	a->lost_at = (a->lost_at + 1) % LOST_MAX;
	a->lost_n += a->lost_n < LOST_MAX;
	return l;
}

static void tell_incomplete(struct assembly *a, struct object *o, const char *why)
{
	if (o->told)
		return;
	o->told = true;
	a->counts.incomplete++;
	log_warn("object-incomplete", "name=\"%s\" why=%s blocks=%llu of=%llu", name_of(o), why,
		(unsigned long long)incoming_blocks_done(o->in),
		(unsigned long long)incoming_blocks_all(o->in));
}

static void give_up(struct assembly *a, struct object *o, const char *why)
{
	tell_incomplete(a, o, why);
	struct lost *l = lost_new(a);
	*l = (struct lost){.id = *incoming_id(o->in),
		.size = incoming_size(o->in),
		.blocks = incoming_blocks_all(o->in),
		.done = incoming_blocks_done(o->in)};
	size_t n = strlen(name_of(o));
	memcpy(l->name, name_of(o), n > FRAME_BEAT_NAME ? FRAME_BEAT_NAME : n);
	if (a->have_single && frame_id_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	store_drop(a->o.store, o->file);
	release(a, o);
}

void assembly_free(struct assembly *a)
{
	if (a == NULL)
		return;
	for (struct object *o; (o = TAILQ_FIRST(&a->objects)) != NULL;)
		give_up(a, o, "stopped");
	recent_free(a->recent);
	recent_free(a->told);
	erasure_free(a->shared.erasure);
	free(a);
}

/* It needs no more datagrams: the id is remembered, the object let go. */
static void refuse(struct assembly *a, struct object *o, int err)
{
	log_error("object-refused", "reason=%s size=%llu", err_name(err),
		(unsigned long long)incoming_size(o->in));
	a->counts.refused++;
	recent_add(a->recent, incoming_id(o->in));
	if (a->have_single && frame_id_eq(&a->single, incoming_id(o->in)))
		a->single_lost = true;
	store_drop(a->o.store, o->file);
	release(a, o);
}

static struct object *begin(struct assembly *a, const struct frame *f)
{
	if (a->o.single && a->have_single && !frame_id_eq(&a->single, &f->object))
		return NULL;
	if (a->n >= a->o.objects_max)
		give_up(a, TAILQ_FIRST(&a->objects), "displaced");
	struct object *o = pool_take(a->o.pool, sizeof *o, 1);
	if (o == NULL)
		return NULL;
	o->in = incoming_new(&a->shared, f);
	o->file = o->in != NULL ? store_begin(a->o.store, &f->object, f->meta) : NULL;
	if (o->file == NULL) {
		incoming_free(o->in);
		pool_give(a->o.pool, o, sizeof *o);
		return NULL;
	}
	struct object **at = link_of(a, &f->object);
	*at = o;
	TAILQ_INSERT_TAIL(&a->objects, o, age);
	a->n++;
	a->single = f->object;
	a->have_single = true;
	return o;
}

static int read_meta(struct assembly *a, struct object *o, const struct incoming_data *d)
{
	struct frame_meta *m = pool_take(a->o.pool, sizeof *m, 0);
	if (m == NULL)
		return ERR_NOSPACE;
	int err = frame_meta_decode(view_of(d->p, incoming_meta(o->in)), m);
	if (err != 0) {
		pool_give(a->o.pool, m, sizeof *m);
		return err;
	}
	o->meta = m;
	return 0;
}

static void complete(struct assembly *a, struct object *o)
{
	if (store_finish(a->o.store, o->file, o->meta) != 0) {
		give_up(a, o, "memory");
		return;
	}
	a->counts.complete++;
	recent_add(a->recent, incoming_id(o->in));
	if (a->o.single)
		a->single_done = true;
	release(a, o);
}

static void block(struct assembly *a, struct object *o, const struct incoming_data *d)
{
	a->counts.blocks++;
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

void assembly_take(struct assembly *a, const struct frame *f, struct view body, int64_t now)
{
	struct incoming_data d;
	a->counts.symbols++;
	if (recent_has(a->recent, &f->object)) {
		a->counts.duplicate++;
		return;
	}
	struct object *o = *link_of(a, &f->object);
	if (o == NULL && (f->size > a->o.size_max || f->offset + f->length > a->o.size_max)) {
		log_error("object-refused", "reason=%s size=%llu", err_name(ERR_LIMIT),
			(unsigned long long)f->size);
		a->counts.refused++;
		recent_add(a->recent, &f->object);
		return;
	}
	if (o == NULL && (o = begin(a, f)) == NULL) {
		a->counts.full++;
		return;
	}
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
		TAILQ_REMOVE(&a->objects, o, age);
		TAILQ_INSERT_TAIL(&a->objects, o, age);
		if (err == 1)
			block(a, o, &d);
	}
}

/* The sender names an object as sent for the last time and nothing of it ever came. The heartbeat may have
 * overtaken it, so it is missing only when it is still named later. */
static void suspect(struct assembly *a, const struct frame_beat_object *b, int64_t now)
{
	struct suspect *free_one = &a->suspect[0];
	for (size_t i = 0; i < SUSPECTS; i++) {
		struct suspect *s = &a->suspect[i];
		if (s->since < free_one->since)
			free_one = s;
		if (s->since == 0 || !frame_id_eq(&s->id, &b->id))
			continue;
		if (now - s->since <= FINAL_PATIENCE)
			return;
		s->since = 0;
		a->counts.missing++;
		log_warn("object-missing", "name=\"%s\" size=%llu", b->name, (unsigned long long)b->size);
		struct lost *l = lost_new(a);
		*l = (struct lost){.id = b->id, .size = b->size};
		memcpy(l->name, b->name, sizeof l->name);
		recent_add(a->told, &b->id);
		return;
	}
	*free_one = (struct suspect){.id = b->id, .since = now};
}

void assembly_beat(struct assembly *a, const struct session *s, const struct frame_beat *b, int64_t now)
{
	for (uint8_t i = 0; i < b->n; i++) {
		const struct frame_beat_object *e = &b->object[i];
		struct object *o = *link_of(a, &e->id);
		if (o != NULL)
			memcpy(o->hint, e->name, sizeof o->hint);
		if (e->passes > 0 || recent_has(a->recent, &e->id) || recent_has(a->told, &e->id))
			continue;
		if (o != NULL)
			o->final = true;
		else if (!s->from_start && !s->beaten)
			recent_add(a->told, &e->id); /* sent before we listened: not ours to miss */
		else if (!a->o.single)
			suspect(a, e, now);
	}
}

void assembly_tick(struct assembly *a, int64_t now)
{
	struct frame_id id;
	while (store_next_failed(a->o.store, &id))
		recent_remove(a->recent, &id);
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
		else if ((hole || ended) && (a->o.single || hole))
			give_up(a, o, "hole");
		else if (ended)
			tell_incomplete(a, o, "hole");
	}
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

static json_t *entry(
	const struct frame_id *id, const char *name, uint64_t size, uint64_t blocks, uint64_t done)
{
	struct buf hex;
	buf_init(&hex, 64);
	int err = hex_add(&hex, view_of(id->b, sizeof id->b));
	json_t *o = err != 0 ? NULL
			     : json_pack("{s:s, s:s, s:I, s:I, s:I}", "object", (const char *)hex.p, "name",
				       name, "size", (json_int_t)size, "blocks", (json_int_t)blocks,
				       "blocks_done", (json_int_t)done);
	buf_fini(&hex);
	return o;
}

static json_t *entry_of(const struct object *o)
{
	uint64_t range[REPORT_RANGES][2];
	json_t *e = entry(incoming_id(o->in), name_of(o), incoming_size(o->in), incoming_blocks_all(o->in),
		incoming_blocks_done(o->in));
	json_t *list = json_array();
	size_t n = incoming_missing(o->in, range, REPORT_RANGES);
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(
			list, json_pack("[I,I]", (json_int_t)range[i][0], (json_int_t)range[i][1]));
	(void)json_object_set_new(e, "missing", list);
	return e;
}

json_t *assembly_report(const struct assembly *a)
{
	json_t *list = json_array();
	const struct object *o;
	size_t n = 0;
	TAILQ_FOREACH(o, &a->objects, age)
	{
		if (n++ == LOST_MAX)
			break;
		(void)json_array_append_new(list, entry_of(o));
	}
	for (size_t i = 0; i < a->lost_n; i++) {
		const struct lost *l = &a->lost[i];
		(void)json_array_append_new(list, entry(&l->id, l->name, l->size, l->blocks, l->done));
	}
	return list;
}
