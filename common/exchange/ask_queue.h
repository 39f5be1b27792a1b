/* Requests and replies that wait to be sent over a link, in memory only, oldest first. Any thread. */
#ifndef SW_EXCHANGE_ASK_QUEUE_H
#define SW_EXCHANGE_ASK_QUEUE_H
#include "common/exchange/ask_out.h"

SW_MUST_USE int ask_queue_new(struct ask_queue **out);
void ask_queue_free(struct ask_queue *a); /* NULL is a no-op */
/* Nothing more is taken in. */
void ask_queue_stop(struct ask_queue *a);
/* Takes the bytes of o when it answers 0, and wakes the sender. ERR_BUSY: too many wait, or it ends. */
SW_MUST_USE int ask_queue_add(struct ask_queue *a, const struct link_state *l, struct ask_out *o);
bool ask_queue_any(struct ask_queue *a, const struct link_state *l);
/* For the sender. What nobody waits for any more is left out and gone. */
size_t ask_queue_take(struct ask_queue *a, const struct link_state *l, struct ask_out *out, size_t max);
/* They were not sent after all: back to the front. Takes the bytes. */
void ask_queue_put_back(struct ask_queue *a, const struct link_state *l, struct ask_out *v, size_t n);
#endif
