/* Inside common/exchange only. */
#ifndef SW_EXCHANGE_EXCHANGE_IMPL_H
#define SW_EXCHANGE_EXCHANGE_IMPL_H
#include "common/exchange/acked.h"
#include "common/exchange/exchange.h"
#include "common/exchange/order.h"
#include "common/exchange/settle.h"
#include "common/exchange/stream.h"
#include <pthread.h>
#include <stdatomic.h>

#define EXCHANGE_LINKS_MAX 4
#define LINK_ACKS 8
#define LINK_UNDER_WAY 8

/* Why a link does not do what it is asked; shown to officers, told to producers. */
enum link_trouble {
	LINK_RUNS,
	LINK_STORE_FULL,  /* sent/ holds all it may: the peer has not said what is in its backup */
	LINK_DISK_FULL,   /* no space left on the device */
	LINK_QUEUE_FULL,  /* more messages wait than may */
	LINK_PEER_SLOW,   /* nothing was acknowledged for long although something is under way */
	LINK_PEER_REFUSES /* what the peer gets it refuses for good, again and again */
};
extern const char *const link_trouble_names[];

struct link_ack { /* an ack whose holes are still to be filled */
	struct manifest_ack a;
	enum acked_verdict verdict;
	int64_t life;
};
struct link_state {
	struct exchange *x;
	struct exchange_link c;
	struct spool *spool;
	pthread_t sender, receiver;
	bool sending, receiving;
	int send_wake, receive_wake; /* eventfd */
	pthread_mutex_t lock;        /* of what follows */
	pthread_cond_t sealed;
	int seal_asked, seal_done; /* exchange_seal */
	int64_t ack_due_ms;        /* 0: no ack is owed */
	int64_t tick_at_ms;
	struct link_ack *acks; /* newest of each epoch, LINK_ACKS at most */
	size_t nacks;
	/* sender's own */
	int64_t ack_turn, sent_at_ms;
	char tick_file[128]; /* the newest tick in out/, replaced by the next one */
	struct settle *settle;
	bool behind;                         /* a bundle that has its number is not published yet */
	char under_way[LINK_UNDER_WAY][128]; /* the newest bundles; "" when the next station has taken it */
	int64_t tidy_at_ms, tidied_ms, close_at_ms;
	struct order_key close_key, close_next; /* closing_out.c: keys up to here are looked at */
	unsigned bundles;                       /* since the start, for taking turns among priorities */
	/* read by others */
	atomic_int trouble;  /* the sender's */
	atomic_bool in_full; /* the receiver has no space for what lies in in/ */
	atomic_llong trouble_since, queued;
	/* receiver's own: files that wait, with the stream's version at which they were looked at */
	struct parked *parked;
	size_t nparked;
	uint64_t version;
	int64_t held_epoch, held_seq; /* all bundles up to here are known to be here */
	atomic_llong clock_ahead;     /* the peer's clock minus ours, at least */
	int64_t clock_at;             /* when that was seen */
	struct noted *noted;          /* requests and replies of the running transaction (ask_in.c) */
	size_t nnoted;
};
struct exchange {
	struct exchange_options o;
	struct link_state links[EXCHANGE_LINKS_MAX];
	size_t nlinks;
	const struct open_key *keys[4];
	struct asks *asks;
	struct ask_queue *ask_queue;
	struct bundle_pool *pool; /* of all links' bundles */
	atomic_llong mark_epoch;  /* highest epoch that an outgoing link ever used, as written beside the boot
				     mark */
	pthread_mutex_t mark_lock;
	atomic_bool stop;
};

/* exchange.c */
void exchange_wake(int fd);
struct link_state *exchange_link_out(struct exchange *x, const char *dest); /* NULL none */
struct link_state *exchange_link_named(struct exchange *x, const char *link);
/* An ack is owed to the peer of this incoming link: the outgoing link to it sends one soon. */
void exchange_owe_ack(struct link_state *in);
void exchange_trouble(struct link_state *l, enum link_trouble t);
void exchange_in_full(struct link_state *l, bool full);
/* The digest over the identities of an epoch goes on by one: chain = H(chain ‖ identity), from zeros. */
void exchange_chain(const struct suite *s, struct digest *chain, const struct digest *identity);

/* sender.c */
void *sender_run(void *arg);
/* Hands an ack to the sender thread; the newest of an epoch replaces the one before. */
void sender_acked(struct link_state *l, const struct manifest_ack *a, enum acked_verdict v, int64_t life);

/* receiver.c */
void *receiver_run(void *arg);

/* boot_mark.c: *same is false when database and outside mark disagree. Sets x->mark_epoch. */
SW_MUST_USE int boot_mark_check(struct exchange *x, bool *same);
/* Durably notes outside the database that this epoch is used: before the first bundle of it can be seen. */
SW_MUST_USE int boot_mark_epoch(struct exchange *x, int64_t epoch);
#endif
