/* Files of other systems: first byte says how they are read (CSV, SQL, SQL with backslashes, a mapping and a
 * record of it). Reading ends, lines never go back, a refusal says why, and what is made fits the book. */
#include "zones/extranet/domain/import_map.h"
#include "zones/extranet/domain/import_value.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rest {
	const uint8_t *p;
	size_t n;
};

static int64_t more(void *arg, uint8_t *p, size_t n)
{
	struct rest *r = arg;
	size_t k = r->n < n ? r->n : n;
	k = k < 7 ? k : 7;
	memcpy(p, r->p, k);
	r->p += k;
	r->n -= k;
	return (int64_t)k;
}

static void values_try(const json_t *record)
{
	const char *key;
	const json_t *v;
	json_object_foreach((json_t *)(uintptr_t)record, key, v)
	{
		for (int k = 0; k < IMPORT_KINDS && json_is_string(v); k++) {
			json_t *out = NULL;
			struct err_note note = {0};
			if (import_value((enum import_kind)k, json_string_value(v), &out, &note) == 0)
				REQUIRE(json_is_integer(out) == import_kind_is_int((enum import_kind)k));
			else
				REQUIRE(note.text[0]);
			json_decref(out);
		}
		json_t *ring = NULL;
		if (json_is_string(v) && import_ring(json_string_value(v), &ring, NULL) == 0)
			REQUIRE(json_array_size(ring) >= 4);
		json_decref(ring);
	}
}

static void records_read(const struct import_form *f, struct view text)
{
	struct rest rest = {text.p, text.n};
	struct import_reader *r = NULL;
	size_t line = 0, before = 0;
	int rc;
	if (import_reader_new(f, more, &rest, &r) < 0)
		return;
	do {
		json_t *record = NULL;
		struct err_note note = {0};
		rc = import_reader_next(r, &record, &line, &note);
		REQUIRE(line >= before && (rc >= 0 || rc == ERR_NOMEM || note.text[0]));
		before = line;
		if (rc == 1)
			values_try(record);
		json_decref(record);
	} while (rc != 0 && !import_reader_broken(r));
	import_reader_free(r);
}

static void mapping_try(struct view text)
{
	const uint8_t *end = memmem(text.p ? (const void *)text.p : "", text.n, "\n%%\n", 4);
	struct import_map *m = NULL;
	struct err_note note = {0};
	size_t n = end ? (size_t)(end - text.p) : text.n;
	int rc = import_map_read("m", view_of(text.p, n), &m, &note);
	if (rc < 0) {
		REQUIRE(rc == ERR_NOMEM || note.text[0]);
		return;
	}
	json_t *record = end ? json_loadb((const char *)end + 4, text.n - n - 4, 0, NULL) : NULL;
	for (size_t i = 0; json_is_object(record) && import_map_source(m, i); i++) {
		struct import_made made;
		if (import_source_make(import_map_source(m, i), record, &made, &note) == 0)
			REQUIRE(json_array_size(made.rows) > 0 && strlen(made.unit) == 28);
		import_made_fini(&made);
	}
	json_decref(record);
	import_map_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_form forms[] = {{.separator = ','}, {.sql = true, .table = "t"},
		{.sql = true, .table = "t", .backslash = true}};
	if (size == 0)
		return 0;
	struct view rest = view_of(data + 1, size - 1);
	if (*data % 4 < 3)
		records_read(&forms[*data % 4], rest);
	else
		mapping_try(rest);
	return 0;
}
