#include "diode/frame/frame_beat.h"
#include "diode/frame/frame_meta.h"
#include "diode/frame/wire.h"

/* Where things stand in the body, and in each object's entry behind it. */
enum {
	AT_OBJECTS = 0,
	AT_BYTES = 8,
	AT_EVERY = 16,
	AT_SPREAD = 20,
	AT_FROM = 24,
	AT_BELOW = 28,
	AT_FLAGS = 32,
	AT_N = 33,
	AT_DIGEST = 34,
	HEAD = 50,
	ENTRY_ID = 0,
	ENTRY_TRANSFER = 12,
	ENTRY_SIZE = 16,
	ENTRY_PASSES = 24,
	ENTRY_NAME_N = 25,
	ENTRY = 26
};

void frame_beat_name(const char *name, char out[static FRAME_BEAT_NAME + 1])
{
	size_t n = strlen(name);
	for (n = n > FRAME_BEAT_NAME ? FRAME_BEAT_NAME : n; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80;)
		n--;
	memcpy(out, name, n);
	memset(out + n, 0, FRAME_BEAT_NAME + 1 - n);
}

void frame_beat_digest(
	const struct suite *s, const struct frame_object *id, size_t n, uint8_t out[static FRAME_BEAT_DIGEST])
{
	struct digest d;
	digest_of(s, view_of(id, n * sizeof *id), &d);
	memcpy(out, d.b, FRAME_BEAT_DIGEST);
}

size_t frame_beat_encode(const struct frame_beat *b, uint8_t *out, size_t max)
{
	REQUIRE(max >= HEAD && b->n <= FRAME_BEAT_OBJECTS);
	wire_put64(out + AT_OBJECTS, b->objects);
	wire_put64(out + AT_BYTES, b->bytes);
	wire_put32(out + AT_EVERY, b->every);
	wire_put32(out + AT_SPREAD, b->spread);
	wire_put32(out + AT_FROM, b->from);
	wire_put32(out + AT_BELOW, b->below);
	out[AT_FLAGS] = b->flags;
	memcpy(out + AT_DIGEST, b->digest, sizeof b->digest);
	size_t at = HEAD;
	uint8_t n = 0;
	for (; n < b->n; n++) {
		const struct frame_beat_object *o = &b->object[n];
		size_t name = strlen(o->name);
		if (at + ENTRY + name > max)
			break;
		memcpy(out + at + ENTRY_ID, o->id.b, sizeof o->id.b);
		wire_put32(out + at + ENTRY_TRANSFER, o->transfer);
		wire_put64(out + at + ENTRY_SIZE, o->size);
		out[at + ENTRY_PASSES] = o->passes;
		out[at + ENTRY_NAME_N] = (uint8_t)name;
		memcpy(out + at + ENTRY, o->name, name);
		at += ENTRY + name;
	}
	out[AT_N] = n;
	return at;
}

static int entry(struct view v, size_t *at, struct frame_beat_object *o)
{
	const uint8_t *p = v.p + *at;
	if (v.n - *at < ENTRY || v.n - *at - ENTRY < p[ENTRY_NAME_N])
		return ERR_TRUNCATED;
	size_t name = p[ENTRY_NAME_N];
	memcpy(o->id.b, p + ENTRY_ID, sizeof o->id.b);
	o->transfer = wire_get32(p + ENTRY_TRANSFER);
	o->size = wire_get64(p + ENTRY_SIZE);
	o->passes = p[ENTRY_PASSES];
	memcpy(o->name, p + ENTRY, name);
	if (memchr(o->name, 0, name) != NULL || !frame_meta_text_ok(o->name))
		return ERR_RANGE;
	*at += ENTRY + name;
	return 0;
}

int frame_beat_decode(struct view v, struct frame_beat *out)
{
	if (v.n < HEAD)
		return ERR_TRUNCATED;
	struct frame_beat b = {.objects = wire_get64(v.p + AT_OBJECTS),
		.bytes = wire_get64(v.p + AT_BYTES),
		.every = wire_get32(v.p + AT_EVERY),
		.spread = wire_get32(v.p + AT_SPREAD),
		.from = wire_get32(v.p + AT_FROM),
		.below = wire_get32(v.p + AT_BELOW),
		.flags = v.p[AT_FLAGS],
		.n = v.p[AT_N]};
	memcpy(b.digest, v.p + AT_DIGEST, sizeof b.digest);
	if (b.n > FRAME_BEAT_OBJECTS || (b.flags & ~(FRAME_BEAT_IDLE | FRAME_BEAT_LAST)) != 0 || b.from < 1 ||
		b.below < b.from || b.below - b.from > FRAME_BEAT_RECENT)
		return ERR_RANGE;
	size_t at = HEAD;
	for (uint8_t i = 0; i < b.n; i++) {
		int err = entry(v, &at, &b.object[i]);
		if (err != 0)
			return err;
	}
	if (at != v.n)
		return ERR_TRAILING;
	*out = b;
	return 0;
}
