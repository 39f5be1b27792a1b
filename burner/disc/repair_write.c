#include "burner/disc/repair.h"
#include "burner/disc/repair_lane.h"
#include "burner/disc/repair_table.h"

#include <errno.h>
#include <isa-l/erasure_code.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE                                                                                              \
	16 /* codewords: 64 KiB … of each lane stay in the processor's cache while they are combined */

struct writing {
	int fd;
	const struct repair_plan *plan;
	uint32_t *sums; /* of all units */
	uint8_t *block; /* REPAIR_LANES lanes of AT_ONCE sectors */
	uint8_t *lane[REPAIR_LANES];
};

static int pread_all(int fd, uint8_t *p, size_t n, int64_t at)
{
	while (n) {
		ssize_t got = pread(fd, p, n, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? ERR_IO : ERR_TRUNCATED;
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int pwrite_all(int fd, const uint8_t *p, size_t n, int64_t at)
{
	while (n) {
		ssize_t put = pwrite(fd, p, n, at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? err_from_errno(errno) : ERR_IO;
		p += put;
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

static void sum(struct writing *w, uint32_t unit, uint32_t n, const uint8_t *p)
{
	for (uint32_t i = 0; i < n; i++)
		w->sums[unit + i] = repair_crc(p + (size_t)i * REPAIR_SECTOR, REPAIR_SECTOR);
}

static int lanes_read(struct writing *w, const struct repair_code *c, uint32_t x, uint32_t n)
{
	int rc = 0;
	for (uint32_t j = 0; rc == 0 && j < c->k; j++) {
		uint32_t run = repair_lane_run(c, j, x, n), unit = repair_lane_unit(c, j, x);
		size_t bytes = (size_t)run * REPAIR_SECTOR;
		memset(w->lane[j] + bytes, 0, (size_t)(n - run) * REPAIR_SECTOR);
		if (run)
			rc = pread_all(w->fd, w->lane[j], bytes,
				(int64_t)repair_plan_at(w->plan, unit) * REPAIR_SECTOR);
		if (rc == 0 && run && !c->column)
			sum(w, unit, run, w->lane[j]);
	}
	return rc;
}

static int lanes_write(struct writing *w, const struct repair_code *c, uint32_t x, uint32_t n)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < c->m; i++) {
		uint32_t unit = repair_lane_unit(c, c->k + i, x);
		sum(w, unit, n, w->lane[c->k + i]);
		rc = pwrite_all(w->fd, w->lane[c->k + i], (size_t)n * REPAIR_SECTOR,
			(int64_t)repair_plan_at(w->plan, unit) * REPAIR_SECTOR);
	}
	return rc;
}

static int encode(struct writing *w, const struct repair_code *c, const uint8_t *tables)
{
	int rc = 0;
	uint32_t count = repair_lane_count(c);
	for (uint32_t x = 0, n = 0; rc == 0 && x < count; x += n) {
		n = count - x < AT_ONCE ? count - x : AT_ONCE;
		rc = lanes_read(w, c, x, n);
		if (rc == 0)
			ec_encode_data((int)n * REPAIR_SECTOR, (int)c->k, (int)c->m,
				(unsigned char *)(uintptr_t)tables, w->lane, w->lane + c->k);
		if (rc == 0)
			rc = lanes_write(w, c, x, n);
	}
	return rc;
}

/* ISA-L's tables of a code: 32 bytes per factor. */
static uint8_t *tables_of(const struct repair_code *c)
{
	uint8_t *factors = malloc((size_t)c->k * c->m), *t = malloc((size_t)32 * c->k * c->m);
	for (uint32_t i = 0; factors && t && i < c->m; i++)
		for (uint32_t j = 0; j < c->k; j++)
			factors[i * c->k + j] = repair_lane_factor(c, i, j);
	if (factors && t)
		ec_init_tables((int)c->k, (int)c->m, factors, t);
	if (!factors) {
		free(t);
		t = NULL;
	}
	free(factors);
	return t;
}

static int rows_write(struct writing *w)
{
	struct repair_code c = repair_lane_rows(w->plan);
	uint8_t *t = tables_of(&c);
	int rc = t ? encode(w, &c, t) : ERR_NOMEM;
	free(t);
	return rc;
}

static int columns_write(struct writing *w)
{
	struct repair_code c = repair_lane_columns(w->plan, 0);
	uint8_t *t = tables_of(&c);
	int rc = t ? 0 : ERR_NOMEM;
	for (; rc == 0 && c.layer < w->plan->k + w->plan->m; c.layer++)
		rc = encode(w, &c, t);
	free(t);
	return rc;
}

static int frame_write(struct writing *w, const char *disc)
{
	const struct repair_plan *p = w->plan;
	uint8_t s[REPAIR_SECTOR];
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < 2 * REPAIR_COPIES; i++) {
		uint32_t at = repair_plan_superblock_at(p, i < REPAIR_COPIES ? 1 : 2) + i % REPAIR_COPIES;
		repair_plan_superblock(p, disc, at, s);
		rc = pwrite_all(w->fd, s, sizeof s, (int64_t)at * REPAIR_SECTOR);
	}
	for (uint32_t i = 0; rc == 0 && i < p->table; i++) {
		repair_table_sector(p, w->sums, i, s);
		for (int copy = 0; rc == 0 && copy < 3; copy++)
			rc = pwrite_all(w->fd, s, sizeof s,
				(int64_t)(repair_plan_table_at(p, copy) + i) * REPAIR_SECTOR);
	}
	return rc;
}

int repair_write(int fd, const struct repair_plan *p, const char *disc, struct err_note *note)
{
	struct writing w = {.fd = fd, .plan = p};
	w.sums = calloc(repair_plan_units(p), sizeof *w.sums);
	w.block = malloc((size_t)REPAIR_LANES * AT_ONCE * REPAIR_SECTOR);
	for (size_t i = 0; w.block && i < REPAIR_LANES; i++)
		w.lane[i] = w.block + i * AT_ONCE * REPAIR_SECTOR;
	int rc = w.sums && w.block ? 0 : ERR_NOMEM;
	if (rc == 0)
		rc = rows_write(&w);
	if (rc == 0 && p->m2)
		rc = columns_write(&w);
	if (rc == 0)
		rc = frame_write(&w, disc);
	free(w.sums);
	free(w.block);
	return rc < 0 ? err_set(note, rc, "disc %s: repair data cannot be written", disc) : 0;
}
