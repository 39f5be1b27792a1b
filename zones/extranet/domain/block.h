/* What blocks what: restrictions in force on a unit against a registration type. Pure. Sources: 民法典,
 * 不动产登记暂行条例, 最高人民法院 查封 rules (at most three years a time, lapses by itself). */
#ifndef REG_DOMAIN_BLOCK_H
#define REG_DOMAIN_BLOCK_H
#include "common/base/err.h"
#include <stddef.h>

#define BLOCK_TRANSFER 200 /* 转移登记 */
struct block_seizure {
	const char *from, *to;
	const char *court;
}; /* dates YYYY-MM-DD, to: last day in force */
/* 0, or ERR_BLOCKED with the restriction in note. registration_type: TD/T 1066 djlx. today: YYYY-MM-DD. */
SW_MUST_USE int block_check(int registration_type, const struct block_seizure *seizures, size_t n,
	const char *today, struct err_note *note);
#endif
