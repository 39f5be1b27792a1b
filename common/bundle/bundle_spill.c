#include "common/bundle/bundle_spill.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/bundle_tmp.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <unistd.h>

#define CHUNK BUNDLE_TMP_MEMORY
static const uint8_t IV0[16];

struct bundle_spill {
	const struct suite *suite;
	const char *tmp_dir;
	struct secret key; /* of the file */
	struct ctr *ctr;   /* running over the file while it grows */
	int fd;            /* whole chunks; -1 until memory is full for the first time */
	int64_t stored;
	struct buf mem; /* what is not in the file */
	bool sealed;
};

int bundle_spill_new(const struct suite *s, const char *tmp_dir, struct bundle_spill **out)
{
	struct bundle_spill *p = calloc(1, sizeof *p);
	if (!p)
		return ERR_NOMEM;
	p->suite = s;
	p->tmp_dir = tmp_dir;
	p->fd = -1;
	buf_init(&p->mem, CHUNK);
	*out = p;
	return 0;
}

void bundle_spill_free(struct bundle_spill *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		(void)close(p->fd);
	ctr_free(p->ctr);
	secret_wipe(&p->key);
	buf_fini(&p->mem);
	free(p);
}

int64_t bundle_spill_size(const struct bundle_spill *p)
{
	return p->stored + (int64_t)p->mem.n;
}

/* Memory is full: it moves to the file, encrypted. */
static int flush(struct bundle_spill *p)
{
	int err = 0;
	if (p->fd < 0) {
		secret_random(p->suite, &p->key);
		err = ctr_new(p->suite, &p->key, IV0, &p->ctr);
		if (!err)
			err = bundle_tmp_open(p->tmp_dir, &p->fd);
	}
	if (!err)
		err = ctr_update(p->ctr, p->mem.p, p->mem.p, p->mem.n);
	if (!err)
		err = bundle_tmp_write(p->fd, p->stored, p->mem.p, p->mem.n);
	if (!err) {
		p->stored += (int64_t)p->mem.n;
		p->mem.n = 0;
	}
	return err;
}

int bundle_spill_add(struct bundle_spill *p, struct view v)
{
	REQUIRE(!p->sealed);
	while (v.n > 0) {
		if (p->mem.n == CHUNK) {
			int err = flush(p);
			if (err)
				return err;
		}
		size_t n = CHUNK - p->mem.n < v.n ? CHUNK - p->mem.n : v.n;
		int err = buf_add(&p->mem, v.p, n);
		if (err)
			return err;
		v = view_of(v.p + n, v.n - n);
	}
	return 0;
}

/* Every chunk of the file passes through `step`; with `back` it is written where it was. */
typedef int chunk_step(void *cookie, uint8_t *p, size_t n);
static int each_chunk(struct bundle_spill *p, bool back, chunk_step *step, void *cookie)
{
	int err = 0;
	uint8_t *b = p->stored ? malloc(CHUNK) : NULL;
	if (p->stored && !b)
		return ERR_NOMEM;
	for (int64_t at = 0; at < p->stored && !err; at += CHUNK) {
		err = bundle_tar_pread(p->fd, at, b, CHUNK);
		if (!err)
			err = step(cookie, b, CHUNK);
		if (!err && back)
			err = bundle_tmp_write(p->fd, at, b, CHUNK);
	}
	if (!err && p->mem.n)
		err = step(cookie, p->mem.p, p->mem.n);
	free(b);
	return err;
}

struct seal {
	struct ctr *from, *to;
	struct hasher *h;
	int64_t left; /* bytes still under the file's own key */
};

static int seal_chunk(void *cookie, uint8_t *p, size_t n)
{
	struct seal *s = cookie;
	int err = 0;
	if (s->left > 0)
		err = ctr_update(s->from, p, p, n);
	s->left -= (int64_t)n;
	if (!err)
		err = ctr_update(s->to, p, p, n);
	if (!err)
		hasher_add(s->h, view_of(p, n));
	return err;
}

int bundle_spill_seal(struct bundle_spill *p, struct ctr *c, struct hasher *h)
{
	struct seal s = {.to = c, .h = h, .left = p->stored};
	int err = p->stored ? ctr_new(p->suite, &p->key, IV0, &s.from) : 0;
	if (!err)
		err = each_chunk(p, true, seal_chunk, &s);
	ctr_free(s.from);
	p->sealed = true;
	return err;
}

static int copy_chunk(void *cookie, uint8_t *p, size_t n)
{
	const int *fd = cookie;
	return file_write_all(*fd, p, n);
}

int bundle_spill_copy(struct bundle_spill *p, int fd)
{
	REQUIRE(p->sealed);
	return each_chunk(p, false, copy_chunk, &fd);
}
