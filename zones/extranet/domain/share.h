/* Shares 份额 as exact fractions. Pure. Numbers stay below SHARE_MAX: a right cut finer than that is refused.
 */
#ifndef REG_DOMAIN_SHARE_H
#define REG_DOMAIN_SHARE_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARE_MAX INT64_C(1000000000)
struct share {
	int64_t num, den; /* den ≥ 1; lowest terms */
};
/* 0 < num, den ≤ SHARE_MAX, else ERR_RANGE. num may exceed den. */
SW_MUST_USE int share_make(int64_t num, int64_t den, struct share *out);
SW_MUST_USE int share_add(struct share a, struct share b, struct share *out);
/* a − b; ERR_RANGE when it would be negative. Zero is {0, 1}. */
SW_MUST_USE int share_sub(struct share a, struct share b, struct share *out);
SW_MUST_USE int share_mul(struct share a, struct share b, struct share *out);
int share_compare(struct share a, struct share b); /* <0, 0, >0 */
/* Brings n shares to their least common denominator, nums[i]/den. ERR_RANGE past SHARE_MAX. */
SW_MUST_USE int share_common(const struct share *s, size_t n, int64_t *nums, int64_t *den);
#endif
