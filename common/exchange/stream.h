/* The receiver's rules on one incoming link, pure: no clock, file, database or thread. A stream is the
 * numbers of each epoch of its sender. What an arrived bundle may do is decided here from its manifest, from
 * what is recorded about the numbers beside it, and from the numbers received so far; the caller keeps the
 * stream and the records in one transaction with the effect. Source of the rules: README.md. */
#ifndef SW_EXCHANGE_STREAM_H
#define SW_EXCHANGE_STREAM_H
#include "common/exchange/sequence.h"

struct stream_epoch {
	int64_t epoch;
	struct sequence s;
	/* What this epoch's statement calls the epoch before and that one's last number; previous -1: the
	 * statement is not here. */
	int64_t previous, previous_last;
	/* By the newest statement, that of the epoch it names, and so on: the last number; 0 when they pass
	 * the epoch over; -1 when they do not reach back to it. Follows from the others (stream_link). */
	int64_t last;
	int64_t safe, safe_next; /* up to where our newest backup, the one being made, hold it */
	/* The caller's: digest over the identities 1 … head, zeros with head > 0 when it is not known; and
	 * what it needs to see whether the epoch changed. */
	int64_t head;
	struct digest chain;
	uint64_t stored;
};
/* Further ahead of the newest one that is known no epoch begins: each life begins the next. Who has a stolen
 * key could else use up the numbers that the zone needs after it. */
#define STREAM_EPOCH_JUMP 1024

/* So many epochs begin by themselves; the next one waits for an officer (HELD_BEYOND, with nothing to settle:
 * it is released), who sees that a sender began so many, and can have its key revoked before they are used
 * up. */
#define STREAM_EPOCHS_FREE 64
#define STREAM_EPOCHS_MAX 1024

enum stream_held {
	STREAM_RUNS,
	STREAM_HELD_FORK,  /* one number, two contents */
	STREAM_HELD_BEYOND /* the sender's statement knows of less than is here, or began one epoch too many
			    */
};
struct stream {
	struct stream_epoch *v; /* ascending, the sender's current one last; never forgotten */
	size_t n, cap;
	enum stream_held held;
	int64_t held_epoch; /* HELD_BEYOND: the epoch that waits to begin */
	int64_t settled;    /* an officer has settled what is beyond the statement of this epoch */
};
void stream_fini(struct stream *s);
/* A stream of which nothing was received: epoch 1 needs no statement. */
SW_MUST_USE int stream_begin(struct stream *s);
/* For loading. *out is zeroed but for epoch, last and previous (-1), and valid until the next add. */
SW_MUST_USE int stream_add(struct stream *s, int64_t epoch, struct stream_epoch **out);
/* After loading: sets `last` of all epochs. */
void stream_link(struct stream *s, int64_t now);
struct stream_epoch *stream_find(const struct stream *s, int64_t epoch); /* NULL: never heard of */

enum stream_verdict {
	STREAM_TAKE,      /* record it; its voids and messages have their effect now */
	STREAM_DUPLICATE, /* same number, same identity, or a number closed long ago: count and drop */
	STREAM_FORK,      /* the stream is held from now on; the file is evidence */
	STREAM_BEYOND,    /* a statement that knows less than is here: held from now on, the file waits */
	STREAM_OVER,      /* behind the last number of its closed epoch: refused for good */
	STREAM_REVOKED,   /* signed by a revoked key behind that key's last good number: refused for good */
	STREAM_WAIT, /* held, no room for one more hole, or its epoch has not begun here: the file waits */
	STREAM_FAR   /* of an epoch that no honest sender can have reached: refused for good */
};
struct stream_arrival {
	const struct manifest *m; /* of the end-to-end stream; not a tick */
	const struct digest *identity;
	/* What is recorded; NULL: nothing. */
	const struct digest *seen;   /* identity under its own number */
	const struct digest *before; /* identity under the number before */
	const struct digest *named;  /* what the bundle of the next number calls its predecessor */
	const struct digest *stated; /* kind epoch: identity under the number its statement calls the last */
	/* Its signing key is revoked, and this was its last good number; revoked_epoch 0: it is not. */
	int64_t revoked_epoch, revoked_seq;
	int64_t now;
};
/* Changes the stream only with TAKE, FORK and BEYOND. ERR_NOMEM, ERR_LIMIT: the stream is
 * to be loaded again. */
SW_MUST_USE int stream_judge(struct stream *s, const struct stream_arrival *a, enum stream_verdict *out);
/* One void of a bundle that was taken: TAKE (the number is closed), DUPLICATE (it was received all the same)
 * or FORK (it was received with another identity; held from now on). seen: identity recorded under its
 * number. */
SW_MUST_USE int stream_void(struct stream *s, const struct manifest_void *v, const struct digest *seen,
	int64_t now, enum stream_verdict *out);
/* Its epoch has not begun here, or there is no room for one more hole: whatever it is, it waits. Nothing is
 * recorded of it before: no ack could tell of it. */
bool stream_waits(const struct stream *s, const struct manifest *m);
/* The number of a bundle whose manifest is authentic, but whose payload was damaged on the way, exists. */
void stream_exists(struct stream *s, const struct manifest *m, int64_t now);
/* A tick names the newest number and its identity. seen: identity recorded under that number. False: fork,
 * held from now on. */
bool stream_tick(struct stream *s, const struct manifest *m, const struct digest *seen, int64_t now);

/* A statement was taken although more was here: a number that only a bundle beyond it had closed by a void is
 * missing again; its sender does not know of that void. */
SW_MUST_USE int stream_reopen(struct stream *s, int64_t epoch, int64_t seq, int64_t now);
/* What closed the number is another void than the one that is in the backups: it is not called safe by them.
 */
void stream_unsafe(struct stream *s, int64_t epoch, int64_t seq);

/* Numbers that are missing since before this time, in all epochs. */
int64_t stream_missing(const struct stream *s, int64_t before);
/* All numbers of this epoch are here, and there will be no more. */
bool stream_complete(const struct stream_epoch *e);
/* All numbers up to this one, and all of the epochs before, are here. */
bool stream_holds(const struct stream *s, int64_t epoch, int64_t seq);
/* An ack speaks about one epoch. Every other turn about the newest; in between about each earlier one, so
 * that the sender hears of all in stream_ack_turns turns. ERR_NOTFOUND when the stream is empty. The caller
 * adds head and refused. */
SW_MUST_USE int stream_ack(const struct stream *s, const char *peer, int64_t turn, struct manifest_ack *out);
int64_t stream_ack_turns(const struct stream *s);
/* Officer's decisions: a fork is released, what is beyond a statement is settled. ERR_STATE when not held. */
SW_MUST_USE int stream_release(struct stream *s);
#endif
