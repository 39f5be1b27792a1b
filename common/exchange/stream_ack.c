/* What is told to the sender of what has come. */
#include "common/exchange/stream.h"

#include <string.h>

int64_t stream_ack_turns(const struct stream *s)
{
	return s->n > 1 ? 2 * ((int64_t)s->n - 1) : (int64_t)s->n;
}

/* Nothing is said of what is behind the last number. */
static void ack_clip(struct manifest_ack *a, int64_t last)
{
	if (a->contiguous > last)
		a->contiguous = last;
	if (a->known > last)
		a->known = last;
	while (a->nranges && a->ranges[a->nranges - 1].first > last)
		a->nranges--;
	if (a->nranges && a->ranges[a->nranges - 1].last > last)
		a->ranges[a->nranges - 1].last = last;
}

int stream_ack(const struct stream *s, const char *peer, int64_t turn, struct manifest_ack *out)
{
	if (s->n == 0)
		return ERR_NOTFOUND;
	size_t back = turn % 2 == 0 || s->n == 1 ? 0 : 1 + (size_t)(turn / 2) % (s->n - 1);
	const struct stream_epoch *e = &s->v[s->n - 1 - back];
	memset(out, 0, sizeof *out);
	strncpy(out->peer, peer, sizeof out->peer - 1);
	out->epoch = e->epoch;
	sequence_ack(&e->s, out);
	if (e->last >= 0)
		ack_clip(out, e->last);
	out->safe = e->safe < out->contiguous ? e->safe : out->contiguous;
	return 0;
}
