#include "diode/send/outgoing_impl.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIPE_PATIENCE 100 /* ms a started block of a pipe waits for more */
#define GRAIN                                                                                                \
	64 /* symbols of small objects are multiples of it, so that datagrams of one size follow each other  \
	    */

static int start(const struct outgoing_options *opt, int fd, struct outgoing **out)
{
	struct outgoing *o = calloc(1, sizeof *o);
	if (o == NULL)
		return ERR_NOMEM;
	buf_init(&o->meta, FRAME_META_MAX);
	o->fd = fd;
	o->id = opt->id;
	int err = frame_meta_encode(opt->meta, &o->meta);
	if (err == 0 && opt->meta->digest)
		err = hasher_new(opt->suite, &o->hasher);
	if (err != 0) {
		outgoing_free(o);
		return err;
	}
	memcpy(o->name, opt->meta->name, sizeof o->name);
	*out = o;
	return 0;
}

static size_t tail_of(const struct outgoing *o)
{
	return o->hasher != NULL ? FRAME_META_DIGEST : 0;
}

/* Small objects are one block; its symbols share the bytes evenly, so that little is padding. */
static void measure(struct outgoing *o, unsigned symbol_max, unsigned k, bool exactly)
{
	o->symbol = symbol_max;
	o->k = k;
	if (exactly || o->pipe || o->size > (uint64_t)symbol_max * k)
		return;
	o->k = (unsigned)((o->size + symbol_max - 1) / symbol_max);
	o->symbol = (unsigned)((o->size + o->k - 1) / o->k);
	o->symbol = (o->symbol + GRAIN - 1) / GRAIN * GRAIN;
	o->symbol = o->symbol > symbol_max ? symbol_max : o->symbol;
	o->k = (unsigned)((o->size + o->symbol - 1) / o->symbol);
}

static uint64_t blocks_of(const struct outgoing *o)
{
	return (o->size + outgoing_full(o) - 1) / outgoing_full(o);
}

int outgoing_open_file_take(const struct outgoing_options *opt, int fd, struct outgoing **out)
{
	struct outgoing *o = NULL;
	int err = start(opt, fd, &o);
	if (err != 0) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	o->own_fd = fd >= 0;
	if (opt->st != NULL &&
		(uint64_t)opt->st->st_size > FRAME_OBJECT_MAX - FRAME_META_MAX - FRAME_META_DIGEST)
		err = ERR_LIMIT;
	if (err == 0 && opt->st != NULL) {
		o->content = (uint64_t)opt->st->st_size;
		o->is = taken_file(opt->st);
	}
	if (err == 0) {
		o->size = o->meta.n + o->content + tail_of(o);
		measure(o, opt->symbol_max, opt->k, opt->measured);
		err = blocks_of(o) > FRAME_BLOCKS_MAX || o->meta.n > outgoing_full(o) ? ERR_LIMIT : 0;
	}
	if (err != 0) {
		outgoing_free(o);
		return err;
	}
	o->last = (uint32_t)(blocks_of(o) - 1);
	*out = o;
	return 0;
}

int outgoing_open_pipe(const struct outgoing_options *opt, int fd, struct outgoing **out)
{
	struct outgoing *o = NULL;
	int err = start(opt, fd, &o);
	if (err != 0)
		return err;
	o->pipe = true;
	measure(o, opt->symbol_max, opt->k, false);
	o->part = malloc((size_t)outgoing_full(o));
	if (o->part == NULL || o->meta.n > outgoing_full(o)) {
		err = o->part == NULL ? ERR_NOMEM : ERR_LIMIT;
		outgoing_free(o);
		return err;
	}
	memcpy(o->part, o->meta.p, o->meta.n);
	o->part_n = o->meta.n;
	*out = o;
	return 0;
}

void outgoing_free(struct outgoing *o)
{
	if (o == NULL)
		return;
	if (o->own_fd)
		close(o->fd);
	buf_fini(&o->meta);
	hasher_free(o->hasher);
	free(o->part);
	free(o->only);
	free(o);
}

static bool chosen(const struct outgoing *o, uint64_t block)
{
	return o->only == NULL || (o->only[block / 8] >> block % 8 & 1) != 0;
}

/* Goes on to the next block that is to be sent. */
void outgoing_skip(struct outgoing *o)
{
	uint64_t all = blocks_of(o);
	while (o->block < all && !chosen(o, o->block))
		o->block++;
	o->offset = o->block * outgoing_full(o);
	o->done = o->block >= all;
}

int outgoing_only(struct outgoing *o, const uint64_t (*range)[2], size_t n)
{
	REQUIRE(!o->pipe && o->only == NULL && o->block == 0);
	uint64_t all = blocks_of(o), full = outgoing_full(o);
	uint8_t *only = calloc((size_t)all / 8 + 1, 1);
	bool any = false;
	if (only == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		for (uint64_t b = range[i][0] / full; b < all && b * full < range[i][1]; b++) {
			only[b / 8] |= (uint8_t)(1u << b % 8);
			o->last = (uint32_t)b;
			any = true;
		}
	if (!any) {
		free(only);
		return 0;
	}
	o->only = only;
	outgoing_skip(o);
	return 0;
}

/* Fills `part` as far as the pipe gives. */
static int gather(struct outgoing *o)
{
	size_t full = (size_t)outgoing_full(o);
	while (!o->ended && o->part_n < full) {
		struct pollfd p = {.fd = o->fd, .events = POLLIN};
		int n = poll(&p, 1, o->part_n > 0 ? PIPE_PATIENCE : 0);
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (n <= 0)
			break;
		ssize_t got = read(o->fd, o->part + o->part_n, full - o->part_n);
		if (got < 0 && errno != EINTR && errno != EAGAIN)
			return err_from_errno(errno);
		o->ended = got == 0;
		if (got > 0 && o->hasher != NULL)
			hasher_add(o->hasher, view_of(o->part + o->part_n, (size_t)got));
		if (got > 0)
			o->part_n += (size_t)got;
	}
	return 0;
}

static void fill(const struct outgoing *o, struct frame *f, size_t length)
{
	*f = (struct frame){.kind = FRAME_DATA,
		.object = o->id,
		.transfer = o->mark.transfer,
		.offset = o->offset,
		.block = o->block,
		.length = (uint32_t)length,
		.meta = (uint16_t)o->meta.n,
		.symbol = (uint16_t)o->symbol,
		.k_full = (uint8_t)o->k,
		.k = (uint8_t)(length == 0 ? 1 : (length + o->symbol - 1) / o->symbol)};
}

static int next_of_pipe(struct outgoing *o, struct frame *f)
{
	int err = gather(o);
	if (err != 0)
		return err;
	if (!o->ended && o->part_n == 0)
		return ERR_BUSY;
	bool last = o->ended;
	if (last && o->hasher != NULL && o->part_n + FRAME_META_DIGEST <= outgoing_full(o)) {
		struct digest d;
		hasher_get(o->hasher, &d);
		memcpy(o->part + o->part_n, d.b, FRAME_META_DIGEST);
		o->part_n += FRAME_META_DIGEST;
	} else if (last && o->hasher != NULL) {
		last = false; /* the digest needs a block of its own */
	}
	if (o->block == UINT32_MAX - 1 || o->offset + o->part_n > FRAME_OBJECT_MAX)
		return ERR_LIMIT;
	fill(o, f, o->part_n);
	f->flags = FRAME_STREAM | (last ? FRAME_LAST : 0);
	f->size = last ? o->offset + o->part_n : 0;
	return 0;
}

int outgoing_next(struct outgoing *o, struct frame *f)
{
	REQUIRE(!o->done);
	if (o->pipe)
		return next_of_pipe(o, f);
	uint64_t rest = o->size - o->offset;
	fill(o, f, (size_t)(rest < outgoing_full(o) ? rest : outgoing_full(o)));
	f->size = o->size;
	f->flags = o->only != NULL ? FRAME_PART : 0;
	return 0;
}

bool outgoing_done(const struct outgoing *o)
{
	return o->done;
}

const struct taken_file *outgoing_file(const struct outgoing *o)
{
	return o->pipe || o->fd < 0 ? NULL : &o->is;
}

const char *outgoing_name(const struct outgoing *o)
{
	return o->name;
}

const struct frame_object *outgoing_id(const struct outgoing *o)
{
	return &o->id;
}

uint64_t outgoing_size(const struct outgoing *o)
{
	return o->size;
}

struct outgoing_mark *outgoing_mark(struct outgoing *o)
{
	return &o->mark;
}
