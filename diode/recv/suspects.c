#include "diode/recv/suspects.h"

void suspects_init(struct suspects *s)
{
	*s = (struct suspects){0};
}

bool suspects_add(struct suspects *s, const struct frame_id *key, const struct frame_beat_object *named,
	int64_t now, struct suspect *displaced)
{
	struct suspect *place = &s->v[0];
	for (size_t i = 0; i < SUSPECTS_MAX; i++) {
		struct suspect *x = &s->v[i];
		if (x->since < place->since)
			place = x;
		if (x->since != 0 && frame_id_eq(&x->key, key))
			return false;
	}
	bool full = place->since != 0;
	if (full)
		*displaced = *place;
	*place = (struct suspect){.key = *key, .since = now, .named = *named};
	return full;
}

bool suspects_due(struct suspects *s, int64_t before, struct suspect *out)
{
	for (size_t i = 0; i < SUSPECTS_MAX; i++) {
		if (s->v[i].since == 0 || s->v[i].since >= before)
			continue;
		*out = s->v[i];
		s->v[i].since = 0;
		return true;
	}
	return false;
}
