#include "burner/disc/repair.h"
#include "burner/disc/repair_lane.h"
#include "burner/disc/repair_table.h"
#include "burner/disc/workers.h"

#include "common/os/file.h"
#include <isa-l/erasure_code.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE                                                                                              \
	16 /* codewords: 64 KiB … of each lane stay in the processor's cache while they are combined */

struct writing {
	int fd;
	const struct repair_plan *plan;
	uint32_t *sums; /* of all units; each is computed by one thread */
	/* Of the code that is written now. */
	struct repair_code code;
	const uint8_t *tables;
	uint32_t chunks; /* AT_ONCE codewords each; of one layer, where there are layers */
	/* Of each thread: REPAIR_LANES lanes of AT_ONCE sectors. */
	uint8_t *block[WORKERS];
};

static void sum(struct writing *w, uint32_t unit, uint32_t n, const uint8_t *p)
{
	for (uint32_t i = 0; i < n; i++)
		w->sums[unit + i] = repair_crc(p + (size_t)i * REPAIR_SECTOR, REPAIR_SECTOR);
}

static int lanes_read(
	struct writing *w, const struct repair_code *c, uint32_t x, uint32_t n, uint8_t *const *lane)
{
	int rc = 0;
	for (uint32_t j = 0; rc == 0 && j < c->k; j++) {
		uint32_t run = repair_lane_run(c, j, x, n), unit = repair_lane_unit(c, j, x);
		size_t bytes = (size_t)run * REPAIR_SECTOR;
		memset(lane[j] + bytes, 0, (size_t)(n - run) * REPAIR_SECTOR);
		if (run)
			rc = file_pread_full(w->fd, lane[j], bytes,
				(int64_t)repair_plan_at(w->plan, unit) * REPAIR_SECTOR);
		if (rc == 0 && run && !c->column)
			sum(w, unit, run, lane[j]);
	}
	return rc;
}

static int lanes_write(
	struct writing *w, const struct repair_code *c, uint32_t x, uint32_t n, uint8_t *const *lane)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < c->m; i++) {
		uint32_t unit = repair_lane_unit(c, c->k + i, x);
		sum(w, unit, n, lane[c->k + i]);
		rc = file_pwrite_all(w->fd, lane[c->k + i], (size_t)n * REPAIR_SECTOR,
			(int64_t)repair_plan_at(w->plan, unit) * REPAIR_SECTOR);
	}
	return rc;
}

/* One chunk; those of a layer follow one another. */
static int encode(void *arg, int worker, size_t i, struct err_note *note)
{
	struct writing *w = arg;
	struct repair_code c = w->code;
	uint8_t *lane[REPAIR_LANES];
	uint32_t x = (uint32_t)i % w->chunks * AT_ONCE, count = repair_lane_count(&c),
		 n = count - x < AT_ONCE ? count - x : AT_ONCE;
	(void)note;
	c.layer = (uint32_t)i / w->chunks;
	for (size_t j = 0; j < REPAIR_LANES; j++)
		lane[j] = w->block[worker] + j * AT_ONCE * REPAIR_SECTOR;
	int rc = lanes_read(w, &c, x, n, lane);
	if (rc == 0) {
		/* ISA-L takes them without const and does not write. */
		ec_encode_data((int)n * REPAIR_SECTOR, (int)c.k, (int)c.m,
			(unsigned char *)(uintptr_t)w->tables, lane, lane + c.k);
		rc = lanes_write(w, &c, x, n, lane);
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

static int code_write(struct writing *w, struct repair_code c, uint32_t layers)
{
	uint8_t *tables = tables_of(&c);
	w->code = c;
	w->tables = tables;
	w->chunks = (repair_lane_count(&c) + AT_ONCE - 1) / AT_ONCE;
	int rc = tables ? workers_run(encode, w, (size_t)w->chunks * layers, NULL) : ERR_NOMEM;
	free(tables);
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
		rc = file_pwrite_all(w->fd, s, sizeof s, (int64_t)at * REPAIR_SECTOR);
	}
	for (uint32_t i = 0; rc == 0 && i < p->table; i++) {
		repair_table_sector(p, w->sums, i, s);
		for (int copy = 0; rc == 0 && copy < 3; copy++)
			rc = file_pwrite_all(w->fd, s, sizeof s,
				(int64_t)(repair_plan_table_at(p, copy) + i) * REPAIR_SECTOR);
	}
	return rc;
}

int repair_write(int fd, const struct repair_plan *p, const char *disc, struct err_note *note)
{
	struct writing w = {.fd = fd, .plan = p};
	w.sums = calloc(repair_plan_units(p), sizeof *w.sums);
	int rc = w.sums ? 0 : ERR_NOMEM;
	for (int i = 0; rc == 0 && i < WORKERS; i++)
		rc = (w.block[i] = malloc((size_t)REPAIR_LANES * AT_ONCE * REPAIR_SECTOR)) ? 0 : ERR_NOMEM;
	if (rc == 0)
		rc = code_write(&w, repair_lane_rows(p), 1);
	/* Of the row repair too: it must be there. */
	if (rc == 0 && p->m2)
		rc = code_write(&w, repair_lane_columns(p, 0), p->k + p->m);
	if (rc == 0)
		rc = frame_write(&w, disc);
	free(w.sums);
	for (int i = 0; i < WORKERS; i++)
		free(w.block[i]);
	return rc < 0 ? err_set(note, rc, "disc %s: repair data cannot be written", disc) : 0;
}
