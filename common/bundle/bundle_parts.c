#include "common/bundle/bundle_parts.h"
#include "common/base/room.h"
#include <stdlib.h>

struct bundle_parts {
	const struct suite *suite;
	struct hasher *own, *second;
	const struct suite *second_suite;
	struct digest *sums;
	size_t nsums, cap;
};

int bundle_parts_new(const struct suite *own, struct bundle_parts **out)
{
	struct bundle_parts *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->suite = own;
	int err = hasher_new(own, &s->own);
	if (err) {
		free(s);
		return err;
	}
	*out = s;
	return 0;
}

void bundle_parts_free(struct bundle_parts *s)
{
	if (!s)
		return;
	hasher_free(s->own);
	hasher_free(s->second);
	free(s->sums);
	free(s);
}

static int sum_add(struct bundle_parts *s, const struct digest *d)
{
	int rc = ROOM(s->sums, s->nsums, s->cap);
	if (rc == 0)
		s->sums[s->nsums++] = *d;
	return rc;
}

static int second_begin(struct bundle_parts *s, const struct suite *other)
{
	if (s->second && s->second_suite == other) {
		hasher_reset(s->second);
		return 0;
	}
	hasher_free(s->second);
	s->second = NULL;
	s->second_suite = other;
	return hasher_new(other, &s->second);
}

static int digest_span(struct bundle_parts *s, const struct bundle_span *p, const uint8_t *in)
{
	struct view v = view_of(in + p->at, p->n);
	bool second = p->wanted && p->other != s->suite;
	int err = 0;
	if (p->first && p->last && !p->wanted) {
		struct digest d;
		digest_of(s->suite, v, &d);
		return sum_add(s, &d);
	}
	if (p->first) {
		hasher_reset(s->own);
		if (second)
			err = second_begin(s, p->other);
	}
	if (err)
		return err;
	hasher_add(s->own, v);
	if (second)
		hasher_add(s->second, v);
	if (p->last) {
		struct digest d;
		hasher_get(s->own, &d);
		err = sum_add(s, &d);
		if (second)
			hasher_get(s->second, &d);
		if (!err && p->wanted && !digest_eq(&d, &p->want))
			err = ERR_DIGEST;
	}
	return err;
}

int bundle_parts_add(struct bundle_parts *s, const struct bundle_spans *spans, const uint8_t *in)
{
	int err = 0;
	for (size_t i = 0; i < spans->n && !err; i++)
		err = digest_span(s, &spans->v[i], in);
	return err;
}

void bundle_parts_get(const struct bundle_parts *s, const struct digest **sums, size_t *n)
{
	*sums = s->sums;
	*n = s->nsums;
}
