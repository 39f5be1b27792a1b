/* The list of what a receiver misses, as it travels back to the sender's side by hand or by disc: canonical
 * JSON, {"at":TIME,"format":1,"kind":"diode-missing","missing":[{"k":K,"name":NAME,"object":HEX,
 * "ranges":[[FROM,TO]…],"size":N,"symbol":N}…],"more":N,"unnamed":N}
 * ranges are bytes of the object, its description included, [from, to) ascending; k and symbol are the
 * measures of what is there, 0 when nothing is. more: not listed for want of room; unnamed: transfers of
 * which nothing is known but that they were sent. */
#ifndef SW_DIODE_MISSING_H
#define SW_DIODE_MISSING_H
#include "common/base/json.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_beat.h"

#define MISSING_MAX (32 << 20)   /* bytes of a list */
#define MISSING_RANGES_MAX 65536 /* of one object */
struct missing_entry {
	struct frame_object id;
	char name[FRAME_BEAT_NAME + 1]; /* may be cut */
	uint64_t size;                  /* of the object; 0 not known */
	uint16_t symbol;
	uint8_t k;
	size_t n;
	uint64_t (*range)[2];
};
/* Appends the entry to a JSON array. ERR_NOMEM. */
SW_MUST_USE int missing_add(json_t *list, const struct missing_entry *e);
SW_MUST_USE int missing_encode(
	json_t *list, const char *at, uint64_t more, uint64_t unnamed, struct buf *out);

struct missing;
/* ERR_SYNTAX, ERR_LIMIT, ERR_SCHEMA (other kind, format, shape; an object twice), ERR_RANGE; note tells
 * where. */
SW_MUST_USE int missing_decode(struct view text, struct missing **out, struct err_note *note);
void missing_free(struct missing *m);
size_t missing_count(const struct missing *m);
const struct missing_entry *missing_at(const struct missing *m, size_t i); /* in the order of their ids */
/* NULL when the object is not listed. */
const struct missing_entry *missing_find(const struct missing *m, const struct frame_object *id);
#endif
