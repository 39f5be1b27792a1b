#include "diode/recv/keep.h"
#include "common/base/id.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FORMAT 1
#define HEX_ID (2 * sizeof(struct frame_object))

static void hex_of(const struct frame_object *id, char out[static HEX_ID + 1])
{
	for (size_t i = 0; i < sizeof id->b; i++)
		snprintf(out + 2 * i, 3, "%02x", id->b[i]);
}

static int add_base64(json_t *o, const char *key, struct view v)
{
	struct buf text;
	buf_init(&text, 2 * v.n + 8);
	int err = v.n > 0 ? b64_add(&text, v) : 0;
	if (err == 0 && json_object_set_new(
				o, key, json_stringn(text.n > 0 ? (const char *)text.p : "", text.n)) != 0)
		err = ERR_NOMEM;
	buf_fini(&text);
	return err;
}

int keep_encode(const struct incoming *i, const struct frame_meta *meta, const char *name, struct buf *out)
{
	const struct frame *f = incoming_first(i);
	struct buf description;
	char hex[HEX_ID + 1];
	buf_init(&description, FRAME_META_MAX);
	hex_of(&f->object, hex);
	int err = meta != NULL ? frame_meta_encode(meta, &description) : 0;
	json_t *o = json_pack("{s:i, s:i, s:i, s:s, s:s, s:I, s:i}", "format", FORMAT, "k", (int)f->k_full,
		"meta", (int)f->meta, "name", name, "object", hex, "size", (json_int_t)f->size, "symbol",
		(int)f->symbol);
	if (err == 0 && o == NULL)
		err = ERR_NOMEM;
	if (err == 0)
		err = add_base64(o, "description", buf_view(&description));
	if (err == 0)
		err = add_base64(o, "blocks", incoming_map(i));
	if (err == 0)
		err = json_canon(o, out);
	json_decref(o);
	buf_fini(&description);
	return err;
}

/* A datagram of the object as the one that fixed its measures; it must pass the same check. */
static int measures(const json_t *o, struct frame *out)
{
	struct frame f = {.kind = FRAME_DATA, .suite = 1, .transfer = 1}, checked;
	struct view body;
	uint8_t *d = calloc(1, FRAME_SIZE_MAX);
	struct buf id;
	const char *hex = json_str(o, "object");
	int64_t k = json_int(o, "k"), symbol = json_int(o, "symbol"), meta = json_int(o, "meta"),
		size = json_int(o, "size");
	buf_init(&id, sizeof f.object.b);
	int err = d == NULL ? ERR_NOMEM : 0;
	if (err == 0 &&
		(hex == NULL || hex_parse(hex, &id) != 0 || id.n != sizeof f.object.b || k < 1 || k > 255 ||
			symbol < 1 || symbol > FRAME_SYMBOL_MAX || meta < 1 || meta > UINT16_MAX || size < 1))
		err = ERR_SCHEMA;
	if (err == 0) {
		memcpy(f.object.b, id.p, sizeof f.object.b);
		f.k_full = (uint8_t)k;
		f.symbol = (uint16_t)symbol;
		f.meta = (uint16_t)meta;
		f.size = (uint64_t)size;
		uint64_t full = frame_block_size(&f);
		f.length = (uint32_t)(f.size < full ? f.size : full);
		f.k = (uint8_t)((f.length + f.symbol - 1) / f.symbol);
		frame_encode(&f, d);
		err = frame_decode(view_of(d, (size_t)FRAME_OVERHEAD + f.symbol), &checked, &body) == 0
			      ? 0
			      : ERR_SCHEMA;
	}
	if (err == 0)
		*out = f;
	buf_fini(&id);
	free(d);
	return err;
}

static int from_base64(const json_t *o, const char *key, struct buf *out)
{
	const json_t *text = json_object_get(o, key);
	return json_is_string(text)
		       ? b64_parse(view_of(json_string_value(text), json_string_length(text)), out)
		       : ERR_SCHEMA;
}

static int build(const json_t *o, struct incoming_shared *s, struct incoming **out, struct frame_meta *meta,
	bool *has_meta)
{
	struct frame f;
	struct buf bits, description;
	struct incoming *i = NULL;
	buf_init(&bits, KEEP_MAP_MAX);
	buf_init(&description, FRAME_META_MAX);
	*has_meta = false;
	int err = json_int(o, "format") == FORMAT ? measures(o, &f) : ERR_SCHEMA;
	if (err == 0)
		err = from_base64(o, "blocks", &bits);
	if (err == 0)
		err = from_base64(o, "description", &description);
	if (err == 0 && (i = incoming_new(s, &f)) == NULL)
		err = ERR_NOSPACE;
	if (err == 0)
		err = incoming_restore(i, buf_view(&bits));
	if (err == 0 && description.n > 0) {
		err = frame_meta_decode(buf_view(&description), meta) == 0 ? 0 : ERR_SCHEMA;
		*has_meta = err == 0;
	}
	if (err == 0)
		*out = i;
	else
		incoming_free(i);
	buf_fini(&bits);
	buf_fini(&description);
	return err;
}

static int load_json(int home, const char *name, json_t **out)
{
	struct buf b;
	struct err_note note = {0};
	buf_init(&b, KEEP_MAP_MAX);
	int err = file_read(home, name, KEEP_MAP_MAX, &b);
	if (err == 0)
		err = json_parse(buf_view(&b), KEEP_MAP_MAX, out, &note);
	buf_fini(&b);
	return err;
}

int keep_load(int home, struct incoming_shared *s, const struct frame_object *id, struct incoming **out,
	struct frame_meta *meta, bool *has_meta)
{
	char name[HEX_ID + 8];
	json_t *o = NULL;
	hex_of(id, name);
	snprintf(name + HEX_ID, 8, ".map");
	int err = load_json(home, name, &o);
	if (err == 0)
		err = build(o, s, out, meta, has_meta);
	if (err == 0 && !frame_object_eq(incoming_id(*out), id)) {
		incoming_free(*out);
		err = ERR_SCHEMA;
	}
	json_decref(o);
	return err;
}

void keep_hole(const struct incoming *i, const char *name, bool kept, uint64_t (*range)[2], struct hole *out)
{
	const struct frame *f = incoming_first(i);
	*out = (struct hole){.id = f->object,
		.kept = kept,
		.size = f->size,
		.symbol = f->symbol,
		.meta = f->meta,
		.k_full = f->k_full};
	frame_beat_name(name, out->name);
	out->range = range;
	out->n = incoming_missing(i, range, HOLES_RANGES);
}

static bool exists(int home, const char *name)
{
	struct stat st;
	return fstatat(home, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

static int scan_one(int home, struct incoming_shared *s, struct holes *h, const char *map)
{
	struct frame_meta meta;
	struct incoming *i = NULL;
	struct hole hole;
	uint64_t range[HOLES_RANGES][2];
	bool has_meta = false;
	json_t *o = NULL;
	int err = load_json(home, map, &o);
	if (err == 0)
		err = build(o, s, &i, &meta, &has_meta);
	if (err == 0) {
		keep_hole(i,
			has_meta                      ? meta.name
			: json_str(o, "name") != NULL ? json_str(o, "name")
						      : "",
			true, range, &hole);
		(void)holes_put(h, &hole);
	}
	incoming_free(i);
	json_decref(o);
	return err;
}

int keep_scan(int home, struct incoming_shared *s, struct holes *h)
{
	struct listing l;
	int err = listing_open(home, ".", &l);
	for (const struct dirent *e; (e = listing_next(&l)) != NULL;) {
		char other[HEX_ID + 8];
		size_t n = strlen(e->d_name);
		bool part = n == HEX_ID + 5 && strcmp(e->d_name + HEX_ID, ".part") == 0;
		bool map = n == HEX_ID + 4 && strcmp(e->d_name + HEX_ID, ".map") == 0;
		if (!part && !map)
			continue;
		snprintf(other, sizeof other, "%.*s%s", (int)HEX_ID, e->d_name, part ? ".map" : ".part");
		int one = exists(home, other) ? 0 : ERR_NOTFOUND;
		if (one == 0 && map)
			one = scan_one(home, s, h, e->d_name);
		if (one == ERR_NOSPACE || one == ERR_NOMEM) {
			err = one;
		} else if (one != 0) {
			log_warn("kept", "what=\"%s\" reason=%s removed=yes", e->d_name, err_name(one));
			(void)!file_unlink(home, e->d_name, "diode-recv.forget");
		}
	}
	return listing_close(&l, err);
}
