/* What is recorded about the bundles of an incoming stream: identity under each number, evidence of forks,
 * what officers have to settle. */
#ifndef SW_EXCHANGE_STREAM_RECORD_H
#define SW_EXCHANGE_STREAM_RECORD_H
#include "common/exchange/exchange_impl.h"

/* Records beside a number, as stream_judge asks for them. */
struct stream_records {
	struct digest seen, before, named, stated;
	bool has_seen, has_before, has_named, has_stated;
	bool seen_refused;
};
SW_MUST_USE int stream_records(
	struct db_tx *tx, const char *link, const struct manifest *m, struct stream_records *out);
/* Identity under one number: 1 found, 0 not. */
SW_MUST_USE int stream_record_find(
	struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, struct digest *out);
/* The bundle itself; state received or refused. */
SW_MUST_USE int stream_record(struct db_tx *tx, const char *link, const struct manifest *m,
	const struct digest *identity, int64_t messages, const char *state, const char *reason);
/* A number that a void in bundle `by` closes. */
SW_MUST_USE int stream_record_void(
	struct db_tx *tx, const char *link, const struct manifest_void *v, const struct manifest *by);
SW_MUST_USE int stream_record_fork(
	struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, const struct digest *identity);
/* A statement was taken although more was here: voids that only bundles behind it said are taken back. */
SW_MUST_USE int stream_record_undo_voids(
	struct db_tx *tx, const char *link, struct stream *s, const struct manifest *statement, int64_t now);
/* The bundles that the sender of this statement does not know of: fills beyond_in. *n: how many. */
SW_MUST_USE int stream_record_beyond(
	struct db_tx *tx, const char *link, const struct manifest *statement, int64_t *n);
/* refused and safe of an ack: what was refused for good, forks, and numbers that only a void closed
 * (model_ack in the tests says why). */
SW_MUST_USE int stream_record_ack(struct db_tx *tx, const char *link, struct manifest_ack *a);
/* Forgets the oldest records, of all links, when they are older than `before` (text of a time): a few at a
 * time. */
SW_MUST_USE int stream_record_prune(struct db_tx *tx, const char *before);
#endif
