#include "diode/send/outgoing.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_PATIENCE 100 /* ms a started block of a pipe waits for more */

struct outgoing {
	char name[FRAME_NAME_MAX + 1];
	struct frame_id id;
	struct buf meta;
	void *item;
	int fd;
	bool pipe, own_fd, done;
	unsigned symbol, k; /* of full blocks */
	uint64_t size;      /* of the object; of a pipe so far */
	uint64_t offset;
	uint32_t block;
	uint8_t *part; /* pipe: the block being gathered */
	size_t part_n;
};

static int start(const struct frame_meta *meta, const struct frame_id *id, int fd, struct outgoing **out)
{
	struct outgoing *o = calloc(1, sizeof *o);
	if (o == NULL)
		return ERR_NOMEM;
	buf_init(&o->meta, FRAME_META_MAX);
	o->fd = fd;
	o->id = *id;
	int err = frame_meta_encode(meta, &o->meta);
	if (err != 0) {
		outgoing_free(o);
		return err;
	}
	memcpy(o->name, meta->name, sizeof o->name);
	*out = o;
	return 0;
}

/* Small objects are one block; its symbols share the bytes evenly, so that little is padding. */
static void measure(struct outgoing *o, unsigned symbol_max, unsigned k)
{
	o->symbol = symbol_max;
	o->k = k;
	if (o->pipe || o->size > (uint64_t)symbol_max * k)
		return;
	o->k = (unsigned)((o->size + symbol_max - 1) / symbol_max);
	o->symbol = (unsigned)((o->size + o->k - 1) / o->k);
}

int outgoing_open_file_take(const struct frame_meta *meta, const struct frame_id *id, int fd,
	unsigned symbol_max, unsigned k, struct outgoing **out)
{
	struct outgoing *o = NULL;
	struct stat st = {0};
	int err = start(meta, id, fd, &o);
	if (err != 0) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	o->own_fd = fd >= 0;
	if (fd >= 0 && fstat(fd, &st) != 0)
		err = err_from_errno(errno);
	else if ((uint64_t)st.st_size > FRAME_OBJECT_MAX - FRAME_META_MAX)
		err = ERR_LIMIT;
	if (err == 0) {
		o->size = o->meta.n + (uint64_t)st.st_size;
		measure(o, symbol_max, k);
		uint64_t full = (uint64_t)o->symbol * o->k;
		err = (o->size + full - 1) / full > FRAME_BLOCKS_MAX || o->meta.n > full ? ERR_LIMIT : 0;
	}
	if (err != 0) {
		outgoing_free(o);
		return err;
	}
	*out = o;
	return 0;
}

int outgoing_open_pipe(const struct frame_meta *meta, const struct frame_id *id, int fd, unsigned symbol_max,
	unsigned k, struct outgoing **out)
{
	struct outgoing *o = NULL;
	int err = start(meta, id, fd, &o);
	if (err != 0)
		return err;
	o->pipe = true;
	measure(o, symbol_max, k);
	o->part = malloc((size_t)o->symbol * o->k);
	if (o->part == NULL || o->meta.n > (size_t)o->symbol * o->k) {
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
	free(o->part);
	free(o);
}

/* n bytes of the object from its offset `at`. */
static int read_object(struct outgoing *o, uint64_t at, uint8_t *p, size_t n)
{
	if (at < o->meta.n) {
		size_t head = o->meta.n - at < n ? o->meta.n - (size_t)at : n;
		memcpy(p, o->meta.p + at, head);
		p += head;
		n -= head;
		at += head;
	}
	while (n > 0) {
		ssize_t got = pread(o->fd, p, n, (off_t)(at - o->meta.n));
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

static void fill(struct outgoing *o, struct frame *f, size_t length)
{
	*f = (struct frame){.kind = FRAME_DATA,
		.object = o->id,
		.offset = o->offset,
		.block = o->block,
		.length = (uint32_t)length,
		.meta = (uint16_t)o->meta.n,
		.symbol = (uint16_t)o->symbol,
		.k_full = (uint8_t)o->k,
		.k = (uint8_t)(length == 0 ? 1 : (length + o->symbol - 1) / o->symbol)};
}

static void advance(struct outgoing *o, const struct frame *f, uint8_t *room)
{
	memset(room + f->length, 0, (size_t)f->k * f->symbol - f->length);
	o->offset += f->length;
	o->block++;
}

static int read_file(struct outgoing *o, struct frame *f, uint8_t *room)
{
	uint64_t full = (uint64_t)o->symbol * o->k, rest = o->size - o->offset;
	size_t n = (size_t)(rest < full ? rest : full);
	int err = read_object(o, o->offset, room, n);
	if (err != 0)
		return err;
	fill(o, f, n);
	f->size = o->size;
	advance(o, f, room);
	o->done = o->offset == o->size;
	return 0;
}

/* Fills `part` as far as the pipe gives; true when the block may go. */
static int gather(struct outgoing *o, bool *ready)
{
	size_t full = (size_t)o->symbol * o->k;
	while (o->part_n < full) {
		struct pollfd p = {.fd = o->fd, .events = POLLIN};
		int n = poll(&p, 1, o->part_n > 0 ? PIPE_PATIENCE : 0);
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (n <= 0)
			break;
		ssize_t got = read(o->fd, o->part + o->part_n, full - o->part_n);
		if (got < 0 && errno != EINTR && errno != EAGAIN)
			return err_from_errno(errno);
		if (got == 0) {
			o->done = true;
			break;
		}
		if (got > 0)
			o->part_n += (size_t)got;
	}
	*ready = o->done || o->part_n > 0;
	return 0;
}

static int read_pipe(struct outgoing *o, struct frame *f, uint8_t *room)
{
	bool ready = false;
	int err = gather(o, &ready);
	if (err != 0)
		return err;
	if (!ready)
		return ERR_BUSY;
	if (o->block == UINT32_MAX - 1 || o->offset + o->part_n > FRAME_OBJECT_MAX)
		return ERR_LIMIT;
	fill(o, f, o->part_n);
	memcpy(room, o->part, o->part_n);
	o->part_n = 0;
	f->flags = FRAME_STREAM | (o->done ? FRAME_LAST : 0);
	advance(o, f, room);
	o->size = o->offset;
	f->size = o->done ? o->size : 0;
	return 0;
}

int outgoing_read(struct outgoing *o, struct frame *f, uint8_t *room)
{
	REQUIRE(!o->done);
	return o->pipe ? read_pipe(o, f, room) : read_file(o, f, room);
}

bool outgoing_done(const struct outgoing *o)
{
	return o->done;
}

const char *outgoing_name(const struct outgoing *o)
{
	return o->name;
}

const struct frame_id *outgoing_id(const struct outgoing *o)
{
	return &o->id;
}

uint64_t outgoing_size(const struct outgoing *o)
{
	return o->size;
}

void outgoing_set_item(struct outgoing *o, void *item)
{
	o->item = item;
}

void *outgoing_item(const struct outgoing *o)
{
	return o->item;
}
