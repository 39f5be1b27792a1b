#include "common/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct view view_str(const char *s)
{
	return view_of(s, strlen(s));
}

bool view_eq(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

void buf_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_fini(struct buf *b)
{
	if (!b || !b->p)
		return;
	buf_wipe(b->p, b->cap);
	free(b->p);
	*b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
	if (b->p)
		buf_wipe(b->p, b->n);
	b->n = 0;
	if (b->p)
		b->p[0] = 0;
}

int buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max || b->n > b->max - n)
		return ERR_LIMIT;
	if (n >= SIZE_MAX / 4 || b->n >= SIZE_MAX / 4)
		return ERR_NOMEM;
	size_t want = b->n + n + 1;
	if (want <= b->cap)
		return 0;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < want)
		cap *= 2;
	/* Not realloc: the old bytes may be secret and have to be wiped. */
	uint8_t *p = malloc(cap);
	if (!p)
		return ERR_NOMEM;
	if (b->p) {
		memcpy(p, b->p, b->n);
		buf_wipe(b->p, b->cap);
		free(b->p);
	}
	b->p = p;
	b->cap = cap;
	b->p[b->n] = 0;
	return 0;
}

int buf_add(struct buf *b, const void *p, size_t n)
{
	int rc = buf_reserve(b, n);
	if (rc < 0)
		return rc;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = 0;
	return 0;
}

int buf_add_str(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_add_view(struct buf *b, struct view v)
{
	return buf_add(b, v.p, v.n);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	int rc = n < 0 ? ERR_BUG : buf_reserve(b, (size_t)n);
	if (rc == 0) {
		vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	return rc;
}

struct view buf_view(const struct buf *b)
{
	return view_of(b->p, b->n);
}

char *buf_take(struct buf *b)
{
	char *p = (char *)b->p;
	*b = (struct buf){.max = b->max};
	return p;
}
