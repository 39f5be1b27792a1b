/* Repair data: a tenth of a disc may be unreadable, in whatever form, and everything comes back. */
#include "burner/disc/repair.h"
#include "burner/disc/repair_lane.h"
#include "burner/disc/repair_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t seed = 88172645463325252u;
static uint32_t rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % below;
}

/* ---- the plan */
static void test_plan(void **state)
{
	static const uint32_t sizes[] = {1, 2, 3, 9, 169, 170, 171, 340, 341, 4095, 32767, 32768, 32769,
		32770, 40000, 56000, 60001, 333000};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct repair_plan p;
		assert_int_equal(repair_plan_make(sizes[i], &p), 0);
		uint32_t total = p.data + p.sectors;
		uint8_t *used = calloc(total, 1);
		assert_non_null(used);
		for (uint32_t u = 0; u < repair_plan_units(&p); u++)
			assert_int_equal(used[repair_plan_at(&p, u)]++, 0);
		for (int c = 0; c < 3; c++)
			for (uint32_t t = 0; t < p.table; t++)
				assert_int_equal(used[repair_plan_table_at(&p, c) + t]++, 0);
		for (int place = 1; place < 3; place++)
			for (uint32_t c = 0; c < REPAIR_COPIES; c++)
				assert_int_equal(used[repair_plan_superblock_at(&p, place) + c]++, 0);
		assert_ptr_equal(memchr(used, 0, total), NULL);
		/* Every unit stands in one row, and in one column where there are columns. */
		memset(used, 0, total);
		struct repair_code rows = repair_lane_rows(&p);
		assert_true(rows.k + rows.m <= REPAIR_LANES);
		for (uint32_t j = 0; j < rows.k + rows.m; j++)
			for (uint32_t x = 0; x < repair_lane_count(&rows); x++)
				if (repair_lane_unit(&rows, j, x) != UINT32_MAX)
					assert_int_equal(used[repair_lane_unit(&rows, j, x)]++, 0);
		for (uint32_t layer = 0; p.m2 && layer < p.k + p.m; layer++) {
			struct repair_code c = repair_lane_columns(&p, layer);
			assert_true(c.k + c.m <= REPAIR_LANES);
			for (uint32_t j = 0; j < c.k + c.m; j++)
				for (uint32_t x = 0; x < repair_lane_count(&c); x++)
					if (repair_lane_unit(&c, j, x) != UINT32_MAX)
						used[repair_lane_unit(&c, j, x)] += 2;
		}
		for (uint32_t u = 0; u < repair_plan_units(&p); u++)
			assert_int_equal(used[u], !p.m2 ? 1 : u < p.data + p.m * p.rows ? 3 : 2);
		free(used);
	}
}

/* At most 15 % of a CD (from half full on), a DVD, a BD. */
static void test_share(void **state)
{
	static const uint32_t full[] = {359844, 2295104, 12219392};
	(void)state;
	for (uint32_t data = 1; data < 12219392; data += data / 50 + 1) {
		struct repair_plan p;
		assert_int_equal(repair_plan_make(data, &p), 0);
		for (size_t i = 0; i < 3; i++)
			if (data + p.sectors <= full[i])
				assert_true((double)p.sectors <= 0.15 * full[i]);
	}
	assert_int_equal(repair_plan_make(0, &(struct repair_plan){.k = 0}), ERR_LIMIT);
	assert_int_equal(repair_plan_make(REPAIR_SECTORS_MAX + 1, &(struct repair_plan){.k = 0}), ERR_LIMIT);
}

static void test_superblock(void **state)
{
	struct repair_plan p, q;
	uint8_t s[REPAIR_SECTOR];
	(void)state;
	assert_int_equal(repair_plan_make(5000, &p), 0);
	repair_plan_superblock(&p, "D-20261124-0001", 8, s);
	assert_int_equal(repair_plan_read(s, 8, &q), 0);
	assert_memory_equal(&p, &q, sizeof p);
	assert_int_equal(repair_plan_read(s, 9, &q), ERR_FORMAT);
	for (size_t i = 0; i < sizeof s; i++) {
		s[i] ^= 0x10;
		assert_int_equal(repair_plan_read(s, 8, &q), ERR_FORMAT);
		s[i] ^= 0x10;
	}
	/* A well-formed one that lies about its plan. */
	p.k++;
	repair_plan_superblock(&p, "", 8, s);
	assert_int_equal(repair_plan_read(s, 8, &q), ERR_FORMAT);
}

/* ---- a disc, damaged and repaired */
struct rig {
	struct repair_plan plan;
	uint32_t sectors;
	uint8_t *good; /* the whole image */
	int fd;
	uint8_t *dead; /* per sector: the drive gives an error */
};
static uint8_t *dead_now; /* of the rig whose drive is read */

static ssize_t drive(int fd, void *p, size_t n, off_t at)
{
	for (off_t s = at / REPAIR_SECTOR; s * REPAIR_SECTOR < at + (off_t)n; s++)
		if (dead_now[s]) {
			errno = EIO;
			return -1;
		}
	return pread(fd, p, n, at);
}

static void rig_init(struct rig *r, uint32_t data)
{
	struct err_note note = {0};
	assert_int_equal(repair_plan_make(data, &r->plan), 0);
	r->sectors = data + r->plan.sectors;
	r->fd = memfd_create("rig", MFD_CLOEXEC);
	r->good = malloc((size_t)r->sectors * REPAIR_SECTOR);
	r->dead = calloc(r->sectors + 1, 1);
	assert_true(r->fd >= 0 && r->good && r->dead);
	for (size_t i = 0; i < (size_t)data * REPAIR_SECTOR / 4; i++)
		((uint32_t *)(void *)r->good)[i] = rnd(UINT32_MAX);
	for (uint32_t at = REPAIR_FRONT; at < REPAIR_FRONT + REPAIR_COPIES; at++)
		repair_plan_superblock(&r->plan, "D-20261124-0001", at, r->good + (size_t)at * REPAIR_SECTOR);
	assert_int_equal(
		pwrite(r->fd, r->good, (size_t)data * REPAIR_SECTOR, 0), (ssize_t)data * REPAIR_SECTOR);
	assert_int_equal(repair_write(r->fd, &r->plan, "D-20261124-0001", &note), 0);
	assert_int_equal(lseek(r->fd, 0, SEEK_END), (off_t)r->sectors * REPAIR_SECTOR);
	assert_int_equal(pread(r->fd, r->good, (size_t)r->sectors * REPAIR_SECTOR, 0),
		(ssize_t)r->sectors * REPAIR_SECTOR);
}

static void rig_fini(struct rig *r)
{
	close(r->fd);
	free(r->good);
	free(r->dead);
}

enum how { UNREADABLE, ZEROS, NOISE, HOWS };
static void hurt(struct rig *r, uint32_t at, enum how how)
{
	uint8_t s[REPAIR_SECTOR] = {0};
	for (size_t i = 0; how == NOISE && i < sizeof s; i++)
		s[i] = (uint8_t)rnd(256);
	if (how == UNREADABLE)
		r->dead[at] = 1;
	else
		assert_int_equal(pwrite(r->fd, s, sizeof s, (off_t)at * REPAIR_SECTOR), sizeof s);
}

/* How sectors are chosen: about `permille` of all. */
static bool at_random(uint32_t i, uint32_t n, uint32_t permille)
{
	(void)i;
	(void)n;
	return rnd(1000) < permille;
}
static bool burst_front(uint32_t i, uint32_t n, uint32_t permille)
{
	return i < (uint64_t)n * permille / 1000;
}
static bool burst_middle(uint32_t i, uint32_t n, uint32_t permille)
{
	return i >= n / 3 && i - n / 3 < (uint64_t)n * permille / 1000;
}
static bool burst_end(uint32_t i, uint32_t n, uint32_t permille)
{
	return n - i <= (uint64_t)n * permille / 1000;
}
/* A scratch along a ring crosses each turn, the turns grow outwards. */
static bool rings(uint32_t i, uint32_t n, uint32_t permille)
{
	uint32_t turn = 17 + i / (n / 16 + 1);
	return i % turn < (uint64_t)turn * permille / 1000;
}

static const struct {
	const char *name;
	bool (*hit)(uint32_t i, uint32_t n, uint32_t permille);
	uint32_t permille;
	bool whole;
} DAMAGES[] = {{"none", at_random, 0, true}, {"one in a hundred", at_random, 10, true},
	{"a tenth at random", at_random, 100, true}, {"a tenth in front", burst_front, 100, true},
	{"a tenth in the middle", burst_middle, 100, true}, {"a tenth at the end", burst_end, 100, true},
	{"rings", rings, 100, true}, {"too much", at_random, 600, false},
	{"all but nothing", at_random, 990, false}};

static void damage_run(struct rig *r, size_t d, enum how how)
{
	struct repair_report report;
	struct medium *m = NULL;
	struct err_note note = {0};
	uint32_t hurts = 0;
	uint8_t s[REPAIR_SECTOR];
	memset(r->dead, 0, r->sectors);
	assert_int_equal(pwrite(r->fd, r->good, (size_t)r->sectors * REPAIR_SECTOR, 0),
		(ssize_t)r->sectors * REPAIR_SECTOR);
	for (uint32_t i = 0; i < r->sectors; i++)
		if (DAMAGES[d].hit(i, r->sectors, DAMAGES[d].permille)) {
			hurt(r, i, how);
			hurts++;
		}
	dead_now = r->dead;
	assert_int_equal(medium_new(r->fd, -1, drive, &m, &note), 0);
	assert_int_equal(repair_run(m, &report, &note), 0);
	if (DAMAGES[d].whole) {
		if (!report.known || report.sectors != r->sectors)
			fail_msg("%s, way %d, %u sectors: the repair data are not found", DAMAGES[d].name,
				(int)how, r->sectors);
		if (report.bad != hurts &&
			report.bad != hurts - 1) /* the superblock may be of zeros by itself */
			fail_msg("%s: %u of %u found", DAMAGES[d].name, report.bad, hurts);
	}
	for (uint32_t i = 0; i < r->plan.data; i++) {
		bool right = medium_sector(m, i, s) == 0 &&
			     memcmp(s, r->good + (size_t)i * REPAIR_SECTOR, sizeof s) == 0;
		if (DAMAGES[d].whole && !right)
			fail_msg("%s, way %d, %u sectors: sector %u is not repaired (%u of %u)",
				DAMAGES[d].name, (int)how, r->sectors, i, report.repaired, report.bad);
		/* Where a drive tells its errors, nothing else than what was written is called repaired. */
		if (how == UNREADABLE && report.known && report.map[i] == 1)
			assert_true(right);
	}
	if (!DAMAGES[d].whole && report.known)
		assert_true(report.repaired < report.bad);
	repair_report_fini(&report);
	medium_free(m);
}

static void test_damage(void **state)
{
	static const uint32_t sizes[] = {40, 171, 700, 6001};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct rig r;
		rig_init(&r, sizes[i]);
		for (size_t d = 0; d < sizeof DAMAGES / sizeof *DAMAGES; d++)
			for (enum how how = 0; how < HOWS; how++)
				damage_run(&r, d, how);
		rig_fini(&r);
	}
}

/* Rows and columns together. */
static void test_damage_large(void **state)
{
	struct rig r;
	(void)state;
	rig_init(&r, 33000);
	assert_true(r.plan.m2 > 0);
	for (size_t d = 2; d < 7; d++)
		damage_run(&r, d, (enum how)(d % HOWS));
	rig_fini(&r);
}

/* Each of the three places is enough, and without any the medium is left as it is. */
static void test_superblock_copies(void **state)
{
	struct rig r;
	(void)state;
	rig_init(&r, 700);
	for (unsigned lost = 0; lost < 8; lost++) {
		struct repair_report report;
		struct medium *m = NULL;
		struct err_note note = {0};
		memset(r.dead, 0, r.sectors);
		for (int place = 0; place < 3; place++)
			memset(r.dead + repair_plan_superblock_at(&r.plan, place), (int)(lost >> place & 1),
				REPAIR_COPIES);
		r.dead[100] = 1;
		dead_now = r.dead;
		assert_int_equal(medium_new(r.fd, -1, drive, &m, &note), 0);
		assert_int_equal(repair_run(m, &report, &note), 0);
		assert_int_equal(report.known, lost != 7);
		assert_int_equal(report.repaired, lost == 7 ? 0 : 1 + REPAIR_COPIES * (lost & 1));
		repair_report_fini(&report);
		medium_free(m);
	}
	rig_fini(&r);
}

/* A file that was cut off gets its end back. */
static void test_cut(void **state)
{
	struct rig r;
	struct repair_report report;
	struct medium *m = NULL;
	struct err_note note = {0};
	uint8_t s[REPAIR_SECTOR];
	(void)state;
	rig_init(&r, 700);
	dead_now = r.dead;
	assert_int_equal(ftruncate(r.fd, (off_t)690 * REPAIR_SECTOR + 5), 0);
	/* Without its repair data there is nothing to repair with … */
	assert_int_equal(medium_new(r.fd, -1, drive, &m, &note), 0);
	assert_int_equal(repair_run(m, &report, &note), 0);
	assert_true(report.known && report.repaired == 0 && report.bad > 10);
	repair_report_fini(&report);
	medium_free(m);
	/* … with most of it there is. */
	uint32_t left = r.sectors - 40;
	assert_int_equal(
		pwrite(r.fd, r.good, (size_t)left * REPAIR_SECTOR, 0), (ssize_t)left * REPAIR_SECTOR);
	r.dead[3] = 1;
	assert_int_equal(medium_new(r.fd, -1, drive, &m, &note), 0);
	assert_int_equal(repair_run(m, &report, &note), 0);
	assert_int_equal(medium_sector(m, 3, s), 0);
	assert_memory_equal(s, r.good + (size_t)3 * REPAIR_SECTOR, sizeof s);
	repair_report_fini(&report);
	medium_free(m);
	rig_fini(&r);
}

/* ---- full discs: which sectors can be repaired follows from which are lost alone */
static bool word_fixed(const struct repair_code *c, uint32_t x, uint8_t *lost)
{
	uint32_t n = 0;
	for (uint32_t j = 0; j < c->k + c->m && n <= c->m; j++) {
		uint32_t u = repair_lane_unit(c, j, x);
		n += u != UINT32_MAX && lost[u];
	}
	if (n == 0 || n > c->m)
		return false;
	bool fixed = false;
	for (uint32_t j = 0; j < c->k; j++) {
		uint32_t u = repair_lane_unit(c, j, x);
		if (u != UINT32_MAX && lost[u]) {
			lost[u] = 0;
			fixed = true;
		}
	}
	return fixed;
}

static void test_full_disc(void **state)
{
	struct repair_plan p;
	(void)state;
	uint32_t data = 2295104; /* a DVD */
	do
		assert_int_equal(repair_plan_make(data -= 100, &p), 0);
	while (p.data + p.sectors > 2295104);
	uint8_t *lost = malloc(repair_plan_units(&p));
	assert_non_null(lost);
	for (size_t d = 2; d < 7; d++) {
		for (uint32_t u = 0; u < repair_plan_units(&p); u++)
			lost[u] = DAMAGES[d].hit(
				repair_plan_at(&p, u), p.data + p.sectors, DAMAGES[d].permille);
		for (bool on = true; on;) {
			struct repair_code rows = repair_lane_rows(&p);
			on = false;
			for (uint32_t x = 0; x < repair_lane_count(&rows); x++)
				on |= word_fixed(&rows, x, lost);
			for (uint32_t layer = 0; layer < p.k + p.m; layer++) {
				struct repair_code c = repair_lane_columns(&p, layer);
				for (uint32_t x = 0; x < repair_lane_count(&c); x++)
					on |= word_fixed(&c, x, lost);
			}
		}
		if (memchr(lost, 1, p.data))
			fail_msg("full DVD, %s: not everything is repaired", DAMAGES[d].name);
	}
	free(lost);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_plan), cmocka_unit_test(test_share),
		cmocka_unit_test(test_superblock), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_damage_large), cmocka_unit_test(test_superblock_copies),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_full_disc)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
