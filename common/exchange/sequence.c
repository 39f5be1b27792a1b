#include "common/exchange/sequence.h"
#include "common/base/room.h"

#include <stdlib.h>
#include <string.h>

void sequence_fini(struct sequence *s)
{
	free(s->v);
	memset(s, 0, sizeof *s);
}

/* The first range that ends at or behind seq; n when there is none. */
static size_t range_at(const struct sequence *s, int64_t seq)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (s->v[mid].last < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool sequence_has(const struct sequence *s, int64_t seq)
{
	if (seq <= s->contiguous)
		return true;
	size_t i = range_at(s, seq);
	return i < s->n && s->v[i].first <= seq;
}

int64_t sequence_highest(const struct sequence *s)
{
	return s->n ? s->v[s->n - 1].last : s->contiguous;
}

bool sequence_fits(const struct sequence *s, int64_t seq)
{
	if (s->n < SEQUENCE_RANGES_MAX || seq == s->contiguous + 1 || sequence_has(s, seq))
		return true;
	size_t i = range_at(s, seq);
	return (i < s->n && s->v[i].first == seq + 1) || (i > 0 && s->v[i - 1].last == seq - 1);
}

static void range_drop(struct sequence *s, size_t i)
{
	s->n--;
	memmove(s->v + i, s->v + i + 1, (s->n - i) * sizeof *s->v);
}

static int range_insert(struct sequence *s, size_t i, struct sequence_range r)
{
	if (s->n == SEQUENCE_RANGES_MAX)
		return ERR_LIMIT;
	if (ROOM(s->v, s->n, s->cap) < 0)
		return ERR_NOMEM;
	memmove(s->v + i + 1, s->v + i, (s->n - i) * sizeof *s->v);
	s->v[i] = r;
	s->n++;
	return 0;
}

int sequence_take(struct sequence *s, int64_t seq, int64_t now)
{
	if (sequence_has(s, seq))
		return 0;
	size_t i = range_at(s, seq);
	bool left = i > 0 && s->v[i - 1].last == seq - 1, right = i < s->n && s->v[i].first == seq + 1;
	if (seq == s->contiguous + 1) {
		s->contiguous = right ? s->v[0].last : seq;
		if (right)
			range_drop(s, 0);
	} else if (left) {
		s->v[i - 1].last = right ? s->v[i].last : seq;
		if (right)
			range_drop(s, i);
	} else if (right) {
		s->v[i].first = seq;
	} else {
		/* The hole it falls into was noticed earlier, or is noticed by this number. */
		int64_t since = i < s->n                         ? s->v[i].since
				: s->known > sequence_highest(s) ? s->known_since
								 : now;
		int rc = range_insert(s, i, (struct sequence_range){seq, seq, since});
		if (rc < 0)
			return rc;
	}
	if (s->known < seq)
		s->known = seq;
	return 0;
}

int sequence_reopen(struct sequence *s, int64_t seq, int64_t now)
{
	size_t i = range_at(s, seq);
	if (!sequence_has(s, seq))
		return 0;
	if (seq <= s->contiguous) {
		struct sequence_range rest = {seq + 1, s->contiguous, now};
		int rc = rest.first <= rest.last ? range_insert(s, 0, rest) : 0;
		if (rc < 0)
			return rc;
		s->contiguous = seq - 1;
	} else {
		struct sequence_range *r = &s->v[i], rest = {seq + 1, r->last, now};
		if (r->first == r->last) {
			range_drop(s, i);
		} else if (r->last == seq) {
			r->last--;
		} else if (r->first == seq) {
			r->first++;
		} else {
			int rc = range_insert(s, i + 1, rest);
			if (rc < 0)
				return rc;
			s->v[i].last = seq - 1;
		}
	}
	if (sequence_highest(s) < seq)
		s->known_since = now;
	return 0;
}

void sequence_know(struct sequence *s, int64_t seq, int64_t now)
{
	if (seq <= s->known)
		return;
	if (s->known == sequence_highest(s))
		s->known_since = now;
	s->known = seq;
}

bool sequence_hole(const struct sequence *s, size_t i, struct sequence_range *out)
{
	if (i > s->n)
		return false;
	int64_t first = (i ? s->v[i - 1].last : s->contiguous) + 1;
	int64_t last = i < s->n ? s->v[i].first - 1 : s->known;
	if (last < first)
		return false;
	*out = (struct sequence_range){first, last, i < s->n ? s->v[i].since : s->known_since};
	return true;
}

int64_t sequence_missing(const struct sequence *s, int64_t last, int64_t before)
{
	struct sequence_range h;
	int64_t n = 0;
	for (size_t i = 0; sequence_hole(s, i, &h) && h.first <= last; i++)
		if (h.since <= before)
			n += (h.last < last ? h.last : last) - h.first + 1;
	return n;
}

static size_t longer(const struct sequence *s, int64_t limit)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->v[i].last - s->v[i].first + 1 > limit;
	return n;
}

/* The smallest length such that all longer ranges find room. */
static int64_t length_limit(const struct sequence *s)
{
	int64_t low = 0, high = sequence_highest(s);
	while (low < high) {
		int64_t mid = (low + high) / 2;
		if (longer(s, mid) <= MANIFEST_RANGES_MAX)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

void sequence_ack(const struct sequence *s, struct manifest_ack *out)
{
	int64_t limit = length_limit(s);
	size_t spare = MANIFEST_RANGES_MAX - longer(s, limit);
	out->contiguous = s->contiguous;
	out->known = s->known;
	out->nranges = 0;
	for (size_t i = 0; i < s->n; i++) {
		int64_t length = s->v[i].last - s->v[i].first + 1;
		if (length < limit || (length == limit && spare == 0))
			continue;
		if (length == limit)
			spare--;
		out->ranges[out->nranges++] = (struct manifest_range){s->v[i].first, s->v[i].last};
	}
}

size_t sequence_ack_holes(const struct manifest_ack *a, struct manifest_range *out)
{
	int64_t from = a->contiguous + 1;
	size_t n = 0;
	for (size_t i = 0; i <= a->nranges; i++) {
		int64_t to = i < a->nranges ? a->ranges[i].first - 1 : a->known;
		if (from <= to)
			out[n++] = (struct manifest_range){from, to};
		if (i < a->nranges)
			from = a->ranges[i].last + 1;
	}
	return n;
}
