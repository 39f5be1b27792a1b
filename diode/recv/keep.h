/* Incomplete objects on disc: ID.part with the content so far, ID.map with what is there. */
#ifndef SW_DIODE_KEEP_H
#define SW_DIODE_KEEP_H
#include "diode/recv/holes.h"
#include "diode/recv/incoming.h"

#define KEEP_MAP_MAX (8 << 20)
/* The map's bytes, canonical JSON: {"blocks":BASE64,"description":BASE64 or
 * "","format":1,"k":K,"meta":M,"name":NAME, "object":HEX,"size":N,"symbol":N}. meta: of the object when it is
 * known. */
SW_MUST_USE int keep_encode(
	const struct incoming *i, const struct frame_meta *meta, const char *name, struct buf *out);
/* Reads one from the folder: the object goes on where it was. *meta is set (has_meta) when the description
 * was there. ERR_NOTFOUND, ERR_SYNTAX, ERR_SCHEMA, ERR_NOSPACE (pool). */
SW_MUST_USE int keep_load(int home, struct incoming_shared *s, const struct frame_object *id,
	struct incoming **out, struct frame_meta *meta, bool *has_meta);
/* All that is kept, into the list; what has no map, or no file, is removed. */
SW_MUST_USE int keep_scan(int home, struct incoming_shared *s, struct holes *h);
/* The hole an incomplete object leaves; range is the memory of its ranges. */
void keep_hole(const struct incoming *i, const char *name, bool kept, uint64_t (*range)[2], struct hole *out);
#endif
