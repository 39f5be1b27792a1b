#include "common/exchange/acked.h"

#include "common/exchange/stream.h"

#include <string.h>

static int compare(const struct acked_at *a, const struct acked_at *b)
{
	if (a->life != b->life)
		return a->life < b->life ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	/* Text of one form: its order is that of time. */
	return strcmp(a->created, b->created);
}

enum acked_verdict acked_judge(
	const struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at)
{
	if (at->life < l->newest.life)
		return ACKED_OLD;
	if (a->epoch > l->epoch + STREAM_EPOCH_JUMP)
		return ACKED_FALSE;
	if (a->known > 0 && (a->epoch > l->epoch || (a->epoch == l->epoch && a->known > l->seq)))
		return ACKED_DIVERGED;
	return compare(at, &l->newest) < 0 ? ACKED_LATE : ACKED_NEWS;
}

void acked_note(struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at)
{
	/* An epoch whose statement it has not taken is not one it knows. */
	int64_t epoch = a->contiguous > 0 ? a->epoch : a->epoch - 1;
	if (at->life > l->newest.life || epoch > l->ack_epoch)
		l->ack_epoch = epoch;
	if (compare(at, &l->newest) > 0)
		l->newest = *at;
}

int64_t acked_next_epoch(const struct acked_link *l, const struct manifest_ack *a)
{
	return (a->epoch > l->epoch ? a->epoch : l->epoch) + 1;
}

bool acked_statement_due(const struct acked_link *l)
{
	return l->epoch > 1 && l->seq > 0 && l->ack_epoch < l->epoch;
}

bool acked_lets_go(const struct acked_link *l, enum acked_verdict v)
{
	return v == ACKED_NEWS && l->ack_epoch == l->epoch;
}

bool acked_void_parted(const struct manifest_ack *a, int64_t void_epoch, int64_t void_seq)
{
	if (void_epoch != a->epoch || a->nranges == MANIFEST_RANGES_MAX)
		return false;
	bool has = void_seq <= a->contiguous;
	for (size_t i = 0; i < a->nranges; i++)
		has |= void_seq >= a->ranges[i].first && void_seq <= a->ranges[i].last;
	return has;
}

bool acked_void_again(const struct acked_link *l, enum acked_verdict v, int64_t void_epoch)
{
	return acked_lets_go(l, v) && void_epoch > 0 && void_epoch < l->epoch;
}

enum acked_action acked_hole(enum acked_state state, bool kept_whole, bool expired, bool void_again,
	int64_t safe_life, int64_t life)
{
	switch (state) {
	case ACKED_SENT:
		return kept_whole && !expired ? ACKED_SEND_AGAIN : ACKED_LOSE;
	case ACKED_VOID:
		return void_again ? ACKED_LOSE : ACKED_NOTHING;
	case ACKED_SAFE:
		return void_again ? ACKED_LOSE : life > safe_life ? ACKED_GONE : ACKED_NOTHING;
	case ACKED_LOST:
		break;
	}
	return ACKED_NOTHING;
}
