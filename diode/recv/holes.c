#include "diode/recv/holes.h"
#include "common/base/id.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct hole *hole;
	size_t at; /* in the list */
};
struct holes {
	size_t max, n;
	uint64_t more;
	void *tree; /* of slots by id */
	struct slot **list;
};

int holes_new(size_t max, struct holes **out)
{
	struct holes *h = calloc(1, sizeof *h);
	if (h == NULL)
		return ERR_NOMEM;
	h->list = calloc(max, sizeof *h->list);
	if (h->list == NULL) {
		free(h);
		return ERR_NOMEM;
	}
	h->max = max;
	*out = h;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	return memcmp(x->hole->id.b, y->hole->id.b, sizeof x->hole->id.b);
}

static void drop(void *slot)
{
	struct slot *s = slot;
	free(s->hole);
	free(s);
}

void holes_free(struct holes *h)
{
	if (h == NULL)
		return;
	tdestroy(h->tree, drop);
	free(h->list);
	free(h);
}

static struct slot *find(const struct holes *h, const struct frame_object *id)
{
	struct hole key = {.id = *id};
	struct slot s = {.hole = &key}, *const *at = tfind(&s, &h->tree, by_id);
	return at != NULL ? *at : NULL;
}

/* With its ranges behind it. */
static struct hole *copy_of(const struct hole *hole)
{
	struct hole *c = malloc(sizeof *c + hole->n * sizeof *hole->range);
	if (c == NULL)
		return NULL;
	*c = *hole;
	c->range = (void *)(c + 1);
	if (hole->n > 0)
		memcpy(c->range, hole->range, hole->n * sizeof *hole->range);
	return c;
}

bool holes_put(struct holes *h, const struct hole *hole)
{
	struct slot *s = find(h, &hole->id);
	struct hole *c = s != NULL || h->n < h->max ? copy_of(hole) : NULL;
	if (c != NULL && s != NULL) {
		free(s->hole);
		s->hole = c;
		return true;
	}
	s = c != NULL ? calloc(1, sizeof *s) : NULL;
	if (s != NULL) {
		*s = (struct slot){.hole = c, .at = h->n};
		if (tsearch(s, &h->tree, by_id) != NULL) {
			h->list[h->n++] = s;
			return true;
		}
	}
	free(s);
	free(c);
	h->more++;
	return false;
}

const struct hole *holes_find(const struct holes *h, const struct frame_object *id)
{
	const struct slot *s = find(h, id);
	return s != NULL ? s->hole : NULL;
}

void holes_remove(struct holes *h, const struct frame_object *id)
{
	struct slot *s = find(h, id);
	if (s == NULL)
		return;
	tdelete(s, &h->tree, by_id);
	h->list[s->at] = h->list[--h->n];
	h->list[s->at]->at = s->at;
	drop(s);
}

size_t holes_count(const struct holes *h)
{
	return h->n;
}

uint64_t holes_more(const struct holes *h)
{
	return h->more;
}

const struct hole *holes_at(const struct holes *h, size_t i)
{
	REQUIRE(i < h->n);
	return h->list[i]->hole;
}
