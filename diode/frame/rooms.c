#include "diode/frame/rooms.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define ALIGN 64

struct rooms {
	size_t size, stride, n;
	uint8_t *base; /* n rooms, on a huge page's border */
	void *map;     /* what was asked of the system */
	size_t map_n;
	size_t begun; /* rooms ever in use: those behind have no memory */
	size_t used;
	uint32_t *warm, *cold; /* stacks of rooms not in use, with memory and without */
	size_t warm_n, cold_n;
};

static int reserve(struct rooms *r)
{
	r->map_n = r->n * r->stride + HUGE_PAGE;
	r->map = mmap(
		NULL, r->map_n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return ERR_NOMEM;
	}
	uint8_t *p = r->map;
	r->base = p + (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
	(void)madvise(r->map, r->map_n, MADV_HUGEPAGE); /* a wish: without them it is slower */
	return 0;
}

int rooms_new(size_t size, size_t bytes, struct rooms **out)
{
	REQUIRE(size > 0 && size <= SIZE_MAX / 2 - ALIGN);
	struct rooms *r = calloc(1, sizeof *r);
	if (r == NULL)
		return ERR_NOMEM;
	r->size = size;
	r->stride = (size + ALIGN - 1) / ALIGN * ALIGN;
	r->n = bytes / r->stride > 0 ? bytes / r->stride : 1;
	r->n = r->n > UINT32_MAX ? UINT32_MAX : r->n;
	r->warm = calloc(r->n, sizeof *r->warm);
	r->cold = calloc(r->n, sizeof *r->cold);
	int err = r->warm == NULL || r->cold == NULL ? ERR_NOMEM : reserve(r);
	if (err != 0) {
		rooms_free(r);
		return err;
	}
	*out = r;
	return 0;
}

void rooms_free(struct rooms *r)
{
	if (r == NULL)
		return;
	REQUIRE(r->used == 0);
	if (r->map != NULL)
		munmap(r->map, r->map_n);
	free(r->warm);
	free(r->cold);
	free(r);
}

void *rooms_take(struct rooms *r)
{
	size_t i;
	if (r->warm_n > 0)
		i = r->warm[--r->warm_n];
	else if (r->cold_n > 0)
		i = r->cold[--r->cold_n];
	else if (r->begun < r->n)
		i = r->begun++;
	else
		return NULL;
	r->used++;
	return r->base + i * r->stride;
}

void rooms_give(struct rooms *r, void *room)
{
	size_t at = (size_t)((uint8_t *)room - r->base);
	REQUIRE(rooms_own(r, room) && at % r->stride == 0 && r->used > 0);
	r->warm[r->warm_n++] = (uint32_t)(at / r->stride);
	r->used--;
}

bool rooms_own(const struct rooms *r, const void *p)
{
	const uint8_t *at = p;
	return r != NULL && at >= r->base && at < r->base + r->n * r->stride;
}

size_t rooms_size(const struct rooms *r)
{
	return r->size;
}

size_t rooms_used(const struct rooms *r)
{
	return r->used;
}

size_t rooms_held(const struct rooms *r)
{
	return r->warm_n * r->stride;
}

/* Pages that lie in this room alone. */
bool rooms_shrink(struct rooms *r)
{
	if (r->warm_n == 0)
		return false;
	size_t i = r->warm[--r->warm_n], page = (size_t)sysconf(_SC_PAGESIZE);
	r->cold[r->cold_n++] = (uint32_t)i;
	uint8_t *from = r->base + i * r->stride, *to = from + r->stride;
	from += (page - (uintptr_t)from % page) % page;
	to -= (uintptr_t)to % page;
	if (from < to)
		(void)madvise(from, (size_t)(to - from), MADV_DONTNEED);
	return true;
}
