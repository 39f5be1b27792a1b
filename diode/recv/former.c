#include "diode/recv/former.h"
#include "diode/frame/frame_key.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct one {
	struct frame_id id;
	uint64_t highest;
};
struct former {
	int64_t floor; /* ms: sessions that began before are refused unless they are known */
	size_t n;
	struct one v[FORMER_MAX];
};

struct former *former_new(void)
{
	return calloc(1, sizeof(struct former));
}

void former_free(struct former *f)
{
	free(f);
}

static const struct one *find(const struct former *f, const struct frame_id *id)
{
	for (size_t i = 0; i < f->n; i++)
		if (frame_id_eq(&f->v[i].id, id))
			return &f->v[i];
	return NULL;
}

bool former_find(const struct former *f, const struct frame_id *id, uint64_t *highest)
{
	const struct one *o = find(f, id);
	if (o != NULL)
		*highest = o->highest;
	return o != NULL;
}

bool former_too_old(const struct former *f, const struct frame_id *id)
{
	return find(f, id) == NULL && frame_key_session_time(id) < f->floor;
}

/* The place of the one that began first. */
static size_t make_room(struct former *f)
{
	size_t at = 0;
	for (size_t i = 1; i < f->n; i++)
		if (frame_key_session_time(&f->v[i].id) < frame_key_session_time(&f->v[at].id))
			at = i;
	int64_t began = frame_key_session_time(&f->v[at].id);
	f->floor = began >= f->floor ? began + 1 : f->floor;
	return at;
}

void former_add(struct former *f, const struct frame_id *id, uint64_t highest)
{
	const struct one *o = find(f, id);
	size_t at = o != NULL ? (size_t)(o - f->v) : f->n < FORMER_MAX ? f->n++ : make_room(f);
	f->v[at] = (struct one){.id = *id, .highest = highest};
}

int former_keep_add(json_t *kept, const struct frame_id *id, uint64_t highest)
{
	json_t *list = json_object_get(kept, "sessions");
	struct buf hex;
	char number[24];
	buf_init(&hex, 64);
	int err = hex_add(&hex, view_of(id->b, sizeof id->b));
	snprintf(number, sizeof number, "%" PRIu64, highest);
	if (err == 0 && json_array_append_new(list, json_pack("[s,s]", (const char *)hex.p, number)) != 0)
		err = ERR_NOMEM;
	buf_fini(&hex);
	return err;
}

json_t *former_keep(const struct former *f)
{
	json_t *kept = json_pack("{s:I, s:[]}", "floor", (json_int_t)f->floor, "sessions");
	int err = kept == NULL ? ERR_NOMEM : 0;
	for (size_t i = 0; err == 0 && i < f->n; i++)
		err = former_keep_add(kept, &f->v[i].id, f->v[i].highest);
	if (err == 0)
		return kept;
	json_decref(kept);
	return NULL;
}

static int restore_one(struct former *f, const json_t *pair)
{
	const char *hex = json_string_value(json_array_get(pair, 0));
	const char *number = json_string_value(json_array_get(pair, 1));
	struct frame_id id;
	struct buf raw;
	char *end = NULL;
	if (hex == NULL || number == NULL || number[0] < '0' || number[0] > '9')
		return ERR_SCHEMA;
	uint64_t highest = strtoull(number, &end, 10);
	buf_init(&raw, sizeof id.b);
	int err = *end == 0 && hex_parse(hex, &raw) == 0 && raw.n == sizeof id.b ? 0 : ERR_SCHEMA;
	if (err == 0) {
		memcpy(id.b, raw.p, sizeof id.b);
		former_add(f, &id, highest);
	}
	buf_fini(&raw);
	return err;
}

int former_restore(struct former *f, const json_t *kept)
{
	const json_t *floor = json_object_get(kept, "floor"), *list = json_object_get(kept, "sessions");
	int err = json_is_integer(floor) && json_is_array(list) ? 0 : ERR_SCHEMA;
	REQUIRE(f->n == 0);
	f->floor = err == 0 ? json_integer_value(floor) : 0;
	for (size_t i = 0; err == 0 && i < json_array_size(list); i++)
		err = restore_one(f, json_array_get(list, i));
	return err;
}
