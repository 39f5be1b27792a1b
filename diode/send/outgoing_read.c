/* The content of an object into the symbols of its blocks. */
#include "diode/send/outgoing_impl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define HASH_STEP (1 << 16)

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
		outgoing_skip(o);
	}
	return 0;
}
