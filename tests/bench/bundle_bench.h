/* What the measurements of bundles share. */
#ifndef SW_TESTS_BENCH_BUNDLE_BENCH_H
#define SW_TESTS_BENCH_BUNDLE_BENCH_H
#include "common/crypto/suite.h"
#include <stdio.h>
#include <time.h>

#define BENCH_SCAN (200 << 10) /* bytes of a scan */
struct bench {
	const char *dir, *shape;
	bool scans;   /* messages have a file each */
	bool sparse;  /* big: MIBs */
	bool warm;    /* pack, open: done once before */
	bool durable; /* pack: each bundle is on disk before the next one begins */
	const struct suite *suite;
	size_t count;
};

static inline int64_t now_us(void)
{
	struct timespec t;
	REQUIRE(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Of the processor, all threads of this process. */
static inline int64_t cpu_us(void)
{
	struct timespec t;
	REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static inline const char *path_of(const struct bench *b, char out[static 256], const char *name)
{
	REQUIRE(snprintf(out, 256, "%s/%s", b->dir, name) < 256);
	return out;
}

static inline const char *numbered(
	const struct bench *b, char out[static 256], const char *what, size_t i, const char *ending)
{
	REQUIRE(snprintf(out, 256, "%s/%s/%05zu%s", b->dir, what, i, ending) < 256);
	return out;
}

/* Each primitive alone over the bytes that must go through it, one thread, the processor's time
 * (bundle_raw.c). */
int bench_raw(const struct bench *b);
#endif
