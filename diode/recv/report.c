#include "diode/recv/report.h"
#include "common/base/id.h"
#include <stdio.h>

#define FORMAT 1

static void add(void *cookie, const struct hole *h)
{
	json_t *list = cookie, *ranges = json_array();
	char hex[2 * sizeof h->id.b + 1];
	for (size_t i = 0; i < sizeof h->id.b; i++)
		snprintf(hex + 2 * i, 3, "%02x", h->id.b[i]);
	for (size_t i = 0; i < h->n; i++)
		(void)json_array_append_new(
			ranges, json_pack("[I,I]", (json_int_t)h->range[i][0], (json_int_t)h->range[i][1]));
	(void)json_array_append_new(list,
		json_pack("{s:i, s:s, s:s, s:o, s:I, s:i}", "k", (int)h->k_full, "name", h->name, "object",
			hex, "ranges", ranges, "size", (json_int_t)h->size, "symbol", (int)h->symbol));
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
	json_t *list = json_array();
	if (list != NULL)
		assembly_each_hole(a, add, list);
	json_t *o = json_pack("{s:s, s:i, s:s, s:O?, s:I, s:I}", "at", at, "format", FORMAT, "kind",
		"diode-missing", "missing", list, "more", (json_int_t)assembly_holes_more(a), "unnamed",
		(json_int_t)unnamed(t, assembly_counts(a).missing));
	int err = o == NULL ? ERR_NOMEM : json_canon(o, out);
	json_decref(list);
	json_decref(o);
	return err != 0 ? err : buf_add_str(out, "\n");
}
