#include "common/exchange/sequence.h"

#include <string.h>

enum sequence_verdict sequence_judge(const struct sequence *s, const struct manifest *m,
	const struct digest *identity, const struct digest *seen)
{
	if (seen)
		return digest_eq(seen, identity) ? SEQUENCE_DUPLICATE : SEQUENCE_FORK;
	if (m->epoch < s->epoch)
		return SEQUENCE_OLD_EPOCH;
	if (m->epoch > s->epoch)
		return SEQUENCE_NEW_EPOCH;
	if (m->seq == s->contiguous + 1)
		return SEQUENCE_NEXT;
	/* Below the contiguous number without a record: a closed (void) number that comes after all. */
	if (m->seq <= s->contiguous)
		return SEQUENCE_DUPLICATE;
	for (size_t i = 0; i < s->nranges; i++) {
		if (m->seq >= s->ranges[i].first && m->seq <= s->ranges[i].last)
			return SEQUENCE_DUPLICATE;
		if (m->seq + 1 == s->ranges[i].first || m->seq - 1 == s->ranges[i].last)
			return SEQUENCE_AHEAD;
	}
	return s->nranges < MANIFEST_RANGES_MAX ? SEQUENCE_AHEAD : SEQUENCE_FULL;
}

static void absorb(struct sequence *s)
{
	while (s->nranges && s->ranges[0].first <= s->contiguous + 1) {
		if (s->ranges[0].last > s->contiguous)
			s->contiguous = s->ranges[0].last;
		s->nranges--;
		memmove(s->ranges, s->ranges + 1, s->nranges * sizeof s->ranges[0]);
	}
}

int sequence_take(struct sequence *s, int64_t seq)
{
	size_t i = 0;
	sequence_know(s, seq);
	if (seq <= s->contiguous)
		return 0;
	if (seq == s->contiguous + 1) {
		s->contiguous = seq;
		absorb(s);
		return 0;
	}
	while (i < s->nranges && s->ranges[i].last < seq - 1)
		i++;
	if (i < s->nranges && seq >= s->ranges[i].first - 1) {
		struct manifest_range *r = &s->ranges[i];
		r->first = seq < r->first ? seq : r->first;
		r->last = seq > r->last ? seq : r->last;
		if (i + 1 < s->nranges && r->last + 1 == r[1].first) {
			r->last = r[1].last;
			s->nranges--;
			memmove(r + 1, r + 2, (s->nranges - i - 1) * sizeof *r);
		}
		return 0;
	}
	if (s->nranges == MANIFEST_RANGES_MAX)
		return ERR_LIMIT;
	memmove(s->ranges + i + 1, s->ranges + i, (s->nranges - i) * sizeof s->ranges[0]);
	s->ranges[i] = (struct manifest_range){seq, seq};
	s->nranges++;
	return 0;
}

void sequence_know(struct sequence *s, int64_t seq)
{
	if (seq > s->known)
		s->known = seq;
}

size_t sequence_holes(const struct sequence *s, struct manifest_range *out, size_t max)
{
	size_t n = 0;
	int64_t from = s->contiguous + 1;
	for (size_t i = 0; i <= s->nranges && n < max; i++) {
		int64_t to = i < s->nranges ? s->ranges[i].first - 1 : s->known;
		if (from <= to)
			out[n++] = (struct manifest_range){from, to};
		if (i < s->nranges)
			from = s->ranges[i].last + 1;
	}
	return n;
}

void sequence_ack(const struct sequence *s, const char *peer, int64_t safe, struct manifest_ack *out)
{
	memset(out, 0, sizeof *out);
	strncpy(out->peer, peer, sizeof out->peer - 1);
	out->epoch = s->epoch;
	out->contiguous = s->contiguous;
	out->known = s->known;
	out->safe = safe < s->contiguous ? safe : s->contiguous;
	out->nranges = s->nranges;
	memcpy(out->ranges, s->ranges, s->nranges * sizeof s->ranges[0]);
}
