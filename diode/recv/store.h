/* The thread that puts complete blocks where they belong: files in a folder, or standard output. Jobs are
 * done in the order they were given; their memory counts against the pool. */
#ifndef SW_DIODE_STORE_H
#define SW_DIODE_STORE_H
#include "common/crypto/suite.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"
#include "diode/frame/trail.h"
#include "diode/recv/incoming.h"
#include "diode/recv/shelf.h"

struct store;
struct store_file;
struct store_options {
	struct shelf *shelf; /* the caller's; NULL: standard output */
	struct pool *pool;
	const struct suite *suite; /* of the digests that come with objects */
	struct trail *trail;       /* the caller's, who uses it no more; NULL: no log */
	uint64_t count;            /* wake when so many objects are there; 0 never */
};
struct store_counts {
	uint64_t published, same, forked, refused, failed;
	uint64_t bytes; /* of those published */
};
SW_MUST_USE int store_start(const struct store_options *o, struct store **out);
/* Waits until all that is queued is done and durable. */
void store_settle(struct store *s);
/* Does what is queued, then ends the thread and frees. Tells whether standard output failed. */
bool store_stop(struct store *s);
/* Readable when `count` is reached or standard output has failed. */
int store_wake_fd(const struct store *s);
bool store_broken(const struct store *s); /* standard output has failed */

/* A new object; NULL when the pool is used up. It lives until finish, keep or drop. kept: its bytes so far
 * stand in the file `store_keep` made. */
struct store_file *store_begin(struct store *s, const struct frame_object *id, uint16_t meta, bool kept);
/* Its content is followed by a digest, to be checked and not to be shown; before its first block is written.
 */
void store_expect_digest(struct store_file *f);
/* Takes the block's memory, on failure too. ERR_NOSPACE: pool used up. */
SW_MUST_USE int store_write_take(struct store *s, struct store_file *f, const struct incoming_data *d);
/* All bytes are there: publish. The key is told by store_next_failed when that fails. */
SW_MUST_USE int store_finish(
	struct store *s, struct store_file *f, const struct frame_meta *m, const struct frame_id *key);
/* Not complete: what is there stays, with this map beside it; both in the shelf's home as ID.part and ID.map.
 */
void store_keep(struct store *s, struct store_file *f, struct view map);
void store_drop(struct store *s, struct store_file *f);
/* What was recorded is signed, in its turn. */
void store_sign(struct store *s);
bool store_file_failed(const struct store_file *f);
/* Keys of finished objects that could not be published (disc full, …): a repeat may bring them again. */
bool store_next_failed(struct store *s, struct frame_id *key);
struct store_counts store_counts(struct store *s);
#endif
