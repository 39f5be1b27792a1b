/* One object on its way out: its description, its content and, where asked for, the content's digest, block
 * by block. */
#ifndef SW_DIODE_OUTGOING_H
#define SW_DIODE_OUTGOING_H
#include "common/crypto/suite.h"
#include "common/os/taken.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_meta.h"
#include "diode/send/block.h"
#include <sys/stat.h>

struct outgoing;
struct outgoing_options {
	const struct frame_meta *meta;
	const struct stat *st; /* of a file, as its id was made of; NULL else */
	struct frame_object id;
	const struct suite *suite; /* of the digest, with meta->digest */
	unsigned symbol_max, k;    /* the largest block's measures */
	bool measured;             /* they are this object's, exactly */
};
/* A file, or a folder (fd -1). fd is taken, on failure too. ERR_MEMBER for a name that cannot
 * travel, ERR_LIMIT for a size that cannot. */
SW_MUST_USE int outgoing_open_file_take(const struct outgoing_options *o, int fd, struct outgoing **out);
/* A pipe or terminal of unknown length; fd stays the caller's. */
SW_MUST_USE int outgoing_open_pipe(const struct outgoing_options *o, int fd, struct outgoing **out);
void outgoing_free(struct outgoing *o);
/* Of a file: only the blocks that hold bytes of these n ranges [from, to) of the object, ascending, are sent.
 * n 0 or a range that reaches no block: nothing changes. ERR_NOMEM. */
SW_MUST_USE int outgoing_only(struct outgoing *o, const uint64_t (*range)[2], size_t n);
/* The next block's numbers but for m, index and transfer. ERR_BUSY: a pipe has nothing yet. Not when
 * outgoing_done. */
SW_MUST_USE int outgoing_next(struct outgoing *o, struct frame *f);
/* Reads that block's data into the first f->k symbols of b (the last one is filled up with zeros).
 * ERR_CONFLICT: the file changed while it was sent; its last block is then never sent. */
SW_MUST_USE int outgoing_read(struct outgoing *o, const struct frame *f, const struct block *b);
bool outgoing_done(const struct outgoing *o);
/* Of a file: which one it is, as it was opened; NULL for what is none. */
const struct taken_file *outgoing_file(const struct outgoing *o);
const char *outgoing_name(const struct outgoing *o);
const struct frame_object *outgoing_id(const struct outgoing *o);
uint64_t outgoing_size(const struct outgoing *o); /* description included; of a pipe so far */
/* Marks of those who handle it. */
struct outgoing_mark {
	void *item;          /* the feed's */
	uint32_t transfer;   /* the loader's: number in the session */
	unsigned under_way;  /* the loader's: blocks read and not sent yet */
	bool urgent, failed; /* the loader's */
};
struct outgoing_mark *outgoing_mark(struct outgoing *o);
#endif
