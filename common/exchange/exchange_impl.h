/* Inside common/exchange only. */
#ifndef SW_EXCHANGE_EXCHANGE_IMPL_H
#define SW_EXCHANGE_EXCHANGE_IMPL_H
#include "common/exchange/exchange.h"
#include "common/exchange/sequence.h"
#include <pthread.h>

struct link_state {
	struct exchange *x;
	struct exchange_link c;
	struct spool *spool;
	pthread_t sender, receiver;
	bool sending, receiving;
	int send_wake, receive_wake; /* eventfd */
	pthread_mutex_t lock;
	pthread_cond_t sealed;
	int seal_asked, seal_done; /* exchange_seal */
	int64_t ack_due_ms;        /* 0: no ack is owed */
	int64_t tick_at_ms;
};
#define EXCHANGE_LINKS_MAX 4
struct exchange {
	struct exchange_options o;
	struct link_state links[EXCHANGE_LINKS_MAX];
	size_t nlinks;
	const struct open_key *keys[4];
	volatile bool stop;
};

/* exchange.c */
void exchange_wake(int fd);
struct link_state *exchange_link_out(struct exchange *x, const char *dest); /* NULL none */
struct link_state *exchange_link_named(struct exchange *x, const char *link);
/* An ack is owed to the peer of this incoming link: the outgoing link to it sends one soon. */
void exchange_owe_ack(struct link_state *in);

/* streams.c: rows of link_out, stream_in */
struct link_out {
	int64_t epoch, seq, ack_contiguous, ack_safe, checkpoint;
	struct digest prev;
};
struct stream_in {
	struct sequence s;
	char held[16];
	int64_t settled, safe, safe_next;
	char newest_tick[25];
};
SW_MUST_USE int streams_init(struct exchange *x, struct db_tx *tx);
SW_MUST_USE int streams_out(struct db_tx *tx, const char *link, struct link_out *out);
SW_MUST_USE int streams_in(struct db_tx *tx, const char *link, struct stream_in *out);
SW_MUST_USE int streams_save(struct db_tx *tx, const char *link, const struct stream_in *s);
enum streams_count { STREAMS_DUPLICATED, STREAMS_QUARANTINED, STREAMS_MISSING };
SW_MUST_USE int streams_count(struct db_tx *tx, const char *link, enum streams_count what, int64_t n);
/* Identity recorded for a number; 1 found, 0 not. */
SW_MUST_USE int streams_seen(
	struct db_tx *tx, const char *link, int64_t epoch, int64_t seq, struct digest *out);
SW_MUST_USE int streams_record(struct db_tx *tx, const char *link, const struct manifest *m,
	const struct digest *identity, int64_t messages, const char *state, const char *reason);
/* The ack that an outgoing manifest to `dest` carries; peer "" when nothing comes from there. */
SW_MUST_USE int streams_ack(struct exchange *x, struct db_tx *tx, const char *dest, struct manifest_ack *out);
/* Takes in the ack of zone `peer` about our bundles to it; what is to be done afterwards is written to the
 * rows. */
SW_MUST_USE int streams_acked(
	struct exchange *x, struct db_tx *tx, const char *peer, const struct manifest *m);
SW_MUST_USE int streams_new_epoch(struct exchange *x, struct db_tx *tx, const char *link);

/* inbox.c */
struct incoming { /* one message with its stored attachments */
	const struct message *m;
	struct view bytes;
	struct blob_ref *refs;
};
SW_MUST_USE int inbox_take(struct link_state *l, struct db_tx *tx, const struct incoming *in, int64_t seq);

/* sender.c, receiver.c */
void *sender_run(void *arg);
void *receiver_run(void *arg);
/* Before the threads start: publishes exactly the committed file, or marks the number lost. */
SW_MUST_USE int sender_recover(struct link_state *l);
/* Fills reported holes from sent/, lets go what is safe. */
SW_MUST_USE int sender_after_ack(struct link_state *l, const struct manifest_ack *a);

/* boot_mark.c: *fresh is false when database and outside mark disagree. */
SW_MUST_USE int boot_mark_check(struct exchange *x, bool *same);
#endif
