#include "diode/recv/report.h"
#include <string.h>

struct list {
	json_t *json;
	int err;
};

static void add(void *cookie, const struct hole *h)
{
	struct list *l = cookie;
	struct missing_entry e = {.id = h->id,
		.size = h->size,
		.symbol = h->symbol,
		.k = h->k_full,
		.n = h->n,
		.range = h->range};
	memcpy(e.name, h->name, sizeof e.name);
	if (l->err == 0)
		l->err = missing_add(l->json, &e);
}

static uint64_t unnamed(const struct session_table *t, uint64_t named)
{
	uint64_t n = 0;
	const struct session *s;
	for (size_t i = 0; (s = session_at(t, i)) != NULL; i++)
		n += transfers_missed(s->transfers);
	return n > named ? n - named : 0;
}

int report_encode(const struct assembly *a, const struct session_table *t, const char *at, struct buf *out)
{
	struct list l = {.json = json_array()};
	if (l.json == NULL)
		return ERR_NOMEM;
	assembly_each_hole(a, add, &l);
	if (l.err == 0)
		l.err = missing_encode(
			l.json, at, assembly_holes_more(a), unnamed(t, assembly_counts(a).missing), out);
	json_decref(l.json);
	return l.err;
}
