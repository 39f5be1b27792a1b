#include "diode/frame/frame_beat.h"
#include "diode/frame/wire.h"

#define HEAD 29  /* started, objects, bytes, every, n */
#define ENTRY 26 /* id, size, passes, name length */

size_t frame_beat_encode(const struct frame_beat *b, uint8_t *out, size_t max)
{
	REQUIRE(max >= HEAD && b->n <= FRAME_BEAT_OBJECTS);
	wire_put64(out, b->started);
	wire_put64(out + 8, b->objects);
	wire_put64(out + 16, b->bytes);
	wire_put32(out + 24, b->every);
	size_t at = HEAD;
	uint8_t n = 0;
	for (; n < b->n; n++) {
		const struct frame_beat_object *o = &b->object[n];
		size_t name = strlen(o->name);
		if (at + ENTRY + name > max)
			break;
		memcpy(out + at, o->id.b, sizeof o->id.b);
		wire_put64(out + at + 16, o->size);
		out[at + 24] = o->passes;
		out[at + 25] = (uint8_t)name;
		memcpy(out + at + ENTRY, o->name, name);
		at += ENTRY + name;
	}
	out[28] = n;
	return at;
}

int frame_beat_decode(struct view v, struct frame_beat *out)
{
	if (v.n < HEAD)
		return ERR_TRUNCATED;
	struct frame_beat b = {.started = wire_get64(v.p),
		.objects = wire_get64(v.p + 8),
		.bytes = wire_get64(v.p + 16),
		.every = wire_get32(v.p + 24),
		.n = v.p[28]};
	if (b.n > FRAME_BEAT_OBJECTS)
		return ERR_RANGE;
	size_t at = HEAD;
	for (uint8_t i = 0; i < b.n; i++) {
		struct frame_beat_object *o = &b.object[i];
		if (v.n - at < ENTRY || v.n - at - ENTRY < v.p[at + 25])
			return ERR_TRUNCATED;
		size_t name = v.p[at + 25];
		memcpy(o->id.b, v.p + at, sizeof o->id.b);
		o->size = wire_get64(v.p + at + 16);
		o->passes = v.p[at + 24];
		memcpy(o->name, v.p + at + ENTRY, name);
		if (memchr(o->name, 0, name) != NULL)
			return ERR_RANGE;
		at += ENTRY + name;
	}
	if (at != v.n)
		return ERR_TRAILING;
	*out = b;
	return 0;
}
