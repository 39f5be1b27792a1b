/* Files that arrive in pieces over bad lines, held in memory until they are whole: nothing of a file that was
 * not judged by its content reaches a disk of this zone. What nobody continues for half an hour is dropped.
 * Safe from any thread. */
#ifndef INTAKE_STORE_PIECES_H
#define INTAKE_STORE_PIECES_H
#include "common/base/buf.h"
#include "common/base/id.h"

struct pieces;
/* max: bytes of all files together. */
SW_MUST_USE int pieces_new(int64_t max, struct pieces **out);
void pieces_free(struct pieces *p);
/* Adds `v` at `offset` of the file `key` of `owner`, whose whole size is `size`; begins it at offset 0.
 * *have: its bytes so far, from which to go on; a piece that does not begin there is not taken (a repeat, or
 * one too early). The fifth file of one owner takes the place of the one that was quiet longest; where all
 * places or bytes are taken, whoever holds the most loses his quietest file. ERR_LIMIT: nobody holds more
 * than this owner would; ERR_SCHEMA: beyond its size. */
SW_MUST_USE int pieces_add(struct pieces *p, const char *owner, const struct digest *key, int64_t size,
	int64_t offset, struct view v, int64_t now_ms, int64_t *have);
/* Its bytes so far; 0 unknown. */
int64_t pieces_have(struct pieces *p, const struct digest *key, int64_t now_ms);
/* A whole file leaves: *out (uninitialised before) is the caller's to buf_fini. ERR_NOTFOUND, ERR_STATE: not
 * whole. */
SW_MUST_USE int pieces_take(struct pieces *p, const struct digest *key, struct buf *out);
#endif
