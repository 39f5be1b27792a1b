/* The objects on their way in, by identity and by age. Who holds the table also reads and writes them. */
#ifndef SW_DIODE_OBJECTS_H
#define SW_DIODE_OBJECTS_H
#include "diode/frame/frame_beat.h"
#include "diode/frame/frame_meta.h"
#include "diode/recv/incoming.h"
#include "diode/recv/store.h"

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
TAILQ_HEAD(object_list, object);
#define OBJECTS_BUCKETS 1024
struct objects {
	struct pool *pool;
	struct object *bucket[OBJECTS_BUCKETS];
	struct object *touched; /* last, found first; NULL none */
	struct object_list age;
	size_t n;
};
void objects_init(struct objects *t, struct pool *pool);
struct object *objects_find(const struct objects *t, const struct frame_object *id); /* NULL: not there */
void objects_add(struct objects *t, struct object *o);                               /* its `in` is set */
void objects_touch(struct objects *t, struct object *o);                             /* now the newest */
/* Takes it out and gives its memory back; its file has been finished, kept or dropped. */
void objects_release(struct objects *t, struct object *o);
struct object *objects_oldest(const struct objects *t); /* NULL: none; the next one by TAILQ_NEXT(o, age) */
struct object *objects_newest(const struct objects *t);
const char *objects_name(const struct object *o); /* as far as it is known */
size_t objects_told(const struct objects *t);     /* reported as incomplete */
#endif
