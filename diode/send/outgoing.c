#include "diode/send/outgoing.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIPE_PATIENCE 100 /* ms a started block of a pipe waits for more */
#define HASH_STEP (1 << 16)
#define GRAIN                                                                                                \
	64 /* symbols of small objects are multiples of it, so that datagrams of one size follow each other  \
	    */

struct outgoing {
	struct outgoing_mark mark;
	char name[FRAME_NAME_MAX + 1];
	struct frame_object id;
	struct buf meta;
	int fd;
	bool pipe, own_fd, done, ended; /* ended: the pipe has */
	unsigned symbol, k;             /* of full blocks */
	uint64_t content, size;         /* bytes of the file, of the object; of a pipe so far */
	uint64_t offset;
	uint32_t block;
	struct taken_file is; /* the file when it was opened */
	uint8_t *part;        /* pipe: the block being gathered */
	size_t part_n;
	struct hasher *hasher; /* NULL: no digest */
	uint64_t hashed;
	uint8_t *only; /* file: bits of the blocks to be sent; NULL all */
	uint32_t last; /* file: number of the last block to be sent */
};

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

static uint64_t full_of(const struct outgoing *o)
{
	return (uint64_t)o->symbol * o->k;
}

static uint64_t blocks_of(const struct outgoing *o)
{
	return (o->size + full_of(o) - 1) / full_of(o);
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
		err = blocks_of(o) > FRAME_BLOCKS_MAX || o->meta.n > full_of(o) ? ERR_LIMIT : 0;
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
	o->part = malloc((size_t)full_of(o));
	if (o->part == NULL || o->meta.n > full_of(o)) {
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
static void skip(struct outgoing *o)
{
	uint64_t all = blocks_of(o);
	while (o->block < all && !chosen(o, o->block))
		o->block++;
	o->offset = o->block * full_of(o);
	o->done = o->block >= all;
}

int outgoing_only(struct outgoing *o, const uint64_t (*range)[2], size_t n)
{
	REQUIRE(!o->pipe && o->only == NULL && o->block == 0);
	uint64_t all = blocks_of(o), full = full_of(o);
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
	skip(o);
	return 0;
}

/* A part of the object laid out over the symbols of a block. */
struct place {
	const struct block *b;
	size_t symbol, at; /* bytes per symbol; bytes written so far */
};

static void put(struct place *p, const uint8_t *from, size_t n)
{
	while (n > 0) {
		size_t in = p->at % p->symbol, room = p->symbol - in, now = n < room ? n : room;
		memcpy(block_symbol(p->b, (unsigned)(p->at / p->symbol)) + in, from, now);
		p->at += now;
		from += now;
		n -= now;
	}
}

static int file_at(int fd, uint8_t *p, size_t n, uint64_t at)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_from_errno(errno);
		if (got == 0)
			return ERR_CONFLICT; /* somebody shortened it */
		p += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

/* n bytes of the file from `at` straight into the symbols. */
static int put_file(struct outgoing *o, struct place *p, uint64_t at, size_t n)
{
	struct iovec v[FRAME_SYMBOLS_MAX];
	while (n > 0) {
		int parts = 0;
		size_t from = p->at;
		for (size_t left = n; left > 0; parts++) {
			size_t in = from % p->symbol, room = p->symbol - in, now = left < room ? left : room;
			v[parts] = (struct iovec){
				.iov_base = block_symbol(p->b, (unsigned)(from / p->symbol)) + in,
				.iov_len = now};
			from += now;
			left -= now;
		}
		ssize_t got = preadv(o->fd, v, parts, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_from_errno(errno);
		if (got == 0)
			return ERR_CONFLICT;
		p->at += (size_t)got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

/* The digest over all of the content; what has not passed yet is read for it. */
static int digest(struct outgoing *o, struct digest *out)
{
	uint8_t *step = malloc(HASH_STEP);
	int err = step == NULL ? ERR_NOMEM : 0;
	while (err == 0 && o->hashed < o->content) {
		uint64_t left = o->content - o->hashed;
		size_t n = left < HASH_STEP ? (size_t)left : HASH_STEP;
		err = file_at(o->fd, step, n, o->hashed);
		if (err == 0)
			hasher_add(o->hasher, view_of(step, n));
		o->hashed += n;
	}
	free(step);
	if (err == 0)
		hasher_get(o->hasher, out);
	return err;
}

/* What of the content stands in the symbols from byte `from` of the block. */
static void hash(struct outgoing *o, const struct place *p, size_t from, size_t n, uint64_t at)
{
	if (o->hasher == NULL || o->hashed != at)
		return;
	o->hashed += n;
	while (n > 0) {
		size_t in = from % p->symbol, room = p->symbol - in, now = n < room ? n : room;
		hasher_add(o->hasher, view_of(block_symbol(p->b, (unsigned)(from / p->symbol)) + in, now));
		from += now;
		n -= now;
	}
}

static bool unchanged(const struct outgoing *o)
{
	struct stat st;
	if (o->fd < 0)
		return true;
	if (fstat(o->fd, &st) != 0)
		return false;
	struct taken_file now = taken_file(&st);
	return taken_same(&now, &o->is);
}

/* The parts of the object in order: description, content, digest. */
static int read_file(struct outgoing *o, const struct frame *f, struct place *p)
{
	uint64_t at = o->offset, end = at + f->length, content_end = o->meta.n + o->content;
	if (at < o->meta.n) {
		uint64_t to = end < o->meta.n ? end : o->meta.n;
		put(p, o->meta.p + at, (size_t)(to - at));
		at = to;
	}
	if (at < end && at < content_end) {
		uint64_t to = end < content_end ? end : content_end;
		size_t from = p->at;
		int err = put_file(o, p, at - o->meta.n, (size_t)(to - at));
		if (err != 0)
			return err;
		hash(o, p, from, (size_t)(to - at), at - o->meta.n);
		at = to;
	}
	if (at < end) {
		struct digest d;
		int err = digest(o, &d);
		if (err != 0)
			return err;
		put(p, d.b + (at - content_end), (size_t)(end - at));
	}
	return o->block == o->last && !unchanged(o) ? ERR_CONFLICT : 0;
}

/* Fills `part` as far as the pipe gives. */
static int gather(struct outgoing *o)
{
	size_t full = (size_t)full_of(o);
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
	if (last && o->hasher != NULL && o->part_n + FRAME_META_DIGEST <= full_of(o)) {
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
	fill(o, f, (size_t)(rest < full_of(o) ? rest : full_of(o)));
	f->size = o->size;
	f->flags = o->only != NULL ? FRAME_PART : 0;
	return 0;
}

int outgoing_read(struct outgoing *o, const struct frame *f, const struct block *b)
{
	struct place p = {.b = b, .symbol = f->symbol};
	if (o->pipe) {
		put(&p, o->part, o->part_n);
	} else {
		int err = read_file(o, f, &p);
		if (err != 0)
			return err;
	}
	size_t in = p.at % p.symbol;
	if (in != 0 || p.at == 0)
		memset(block_symbol(b, f->k - 1u) + in, 0, p.symbol - in);
	o->block++;
	o->offset += f->length;
	if (o->pipe) {
		o->part_n = 0;
		o->size = o->offset;
		o->done = (f->flags & FRAME_LAST) != 0;
	} else {
		skip(o);
	}
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
