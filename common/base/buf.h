/* Growing memory with a compulsory maximum, and a plain view. */
#ifndef SW_BASE_BUF_H
#define SW_BASE_BUF_H
#include "common/base/err.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view {
	const uint8_t *p;
	size_t n;
};
static inline struct view view_of(const void *p, size_t n)
{
	return (struct view){(const uint8_t *)p, n};
}
struct view view_str(const char *s);
bool view_eq(struct view a, struct view b);

/* p is always NUL-terminated behind n bytes once something was added. Zero-initialise with buf_init. */
struct buf {
	uint8_t *p;
	size_t n, cap, max;
};
void buf_init(struct buf *b, size_t max);
/* Wipes and frees; b may be used again after buf_init. NULL is a no-op. */
void buf_fini(struct buf *b);
/* Keep the memory, forget the content (wiped). */
void buf_reset(struct buf *b);
/* ERR_LIMIT past max, ERR_NOMEM. Nothing is added on failure. */
SW_MUST_USE int buf_add(struct buf *b, const void *p, size_t n);
SW_MUST_USE int buf_add_str(struct buf *b, const char *s);
SW_MUST_USE int buf_add_view(struct buf *b, struct view v);
SW_MUST_USE int buf_addf(struct buf *b, const char *fmt, ...) SW_PRINTF(2, 3);
SW_MUST_USE int buf_reserve(struct buf *b, size_t n);
struct view buf_view(const struct buf *b);
/* Caller owns and frees with free(); b is empty afterwards. NULL when nothing was added. */
char *buf_take(struct buf *b);
/* Zeroes memory in a way the compiler keeps. */
void buf_wipe(void *p, size_t n);

#endif
