/* The sender's rules about an ack, pure: what the peer's word means for the bundles of one outgoing link. */
#ifndef SW_EXCHANGE_ACKED_H
#define SW_EXCHANGE_ACKED_H
#include "common/bundle/manifest.h"

/* When the peer said it: epoch, number and time of the manifest that carries the ack, by the peer. */
struct acked_at {
	int64_t life, seq;
	char created[25];
};
struct acked_link { /* where the outgoing end stands */
	int64_t epoch, seq;
	int64_t ack_epoch;      /* newest epoch that the peer, in its present life, has taken something of */
	struct acked_at newest; /* the latest ack; life 0: none yet */
};
enum acked_verdict {
	ACKED_NEWS,
	ACKED_LATE,    /* a newer one was here before: what is missing is sent, nothing is let go */
	ACKED_OLD,     /* of a life that the peer has left: nothing is done with it */
	ACKED_FALSE,   /* it speaks of an epoch that no life of this sender can have reached: nothing is
			  done with it */
	ACKED_DIVERGED /* the peer knows of what this life of the sender never sent: a machine was rolled
			  back. A new epoch begins behind what both agree upon */
};
enum acked_verdict acked_judge(
	const struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at);
/* Notes it in l->ack_epoch and l->newest. */
void acked_note(struct acked_link *l, const struct manifest_ack *a, const struct acked_at *at);
/* After noting. The epoch to begin after ACKED_DIVERGED. */
int64_t acked_next_epoch(const struct acked_link *l, const struct manifest_ack *a);
/* After noting: the peer has not heard of the newest epoch, its statement is sent again. */
bool acked_statement_due(const struct acked_link *l);
/* After noting: what it calls safe may be let go. Before it has taken the newest statement it may speak of
 * numbers that this life of the sender knows differently. */
bool acked_lets_go(const struct acked_link *l, enum acked_verdict v);

/* A number in a hole of the ack is closed by the void in this bundle. True: the peer has that number and
 * still misses the one that it closes, so under it the peer has another content than ours: the lives have
 * parted, though no chain can tell of it behind a hole. Nothing is concluded from an ack that may have left
 * ranges out. */
bool acked_void_parted(const struct manifest_ack *a, int64_t void_epoch, int64_t void_seq);

/* A number that the peer reports missing. */
enum acked_state { ACKED_SENT, ACKED_LOST, ACKED_VOID, ACKED_SAFE };
enum acked_action {
	ACKED_NOTHING,    /* closed by a void already, or about to be */
	ACKED_SEND_AGAIN, /* byte by byte the same */
	ACKED_LOSE, /* its file is gone, damaged or past its deadline: the number is voided, what it carried
		       travels under a new one */
	ACKED_GONE  /* let go when the peer had it in a backup, which it then lost: only a rebuild helps */
};
/* safe_life: life of the peer in which it said that it had it in a backup; an ack of the same life that
 * reports the hole is merely older. void_again: see below. */
enum acked_action acked_hole(enum acked_state state, bool kept_whole, bool expired, bool void_again,
	int64_t safe_life, int64_t life);
/* A void that was said in an epoch before the newest, which the peer has begun: a statement in between may
 * have taken it back there. It is said again. */
bool acked_void_again(const struct acked_link *l, enum acked_verdict v, int64_t void_epoch);
#endif
