/* Where datagrams leave: numbered and sealed where they stand, gathered for segmentation offload, let out at
 * the given rate. One thread sends blocks; heartbeats may come from another one. */
#ifndef SW_DIODE_EMIT_H
#define SW_DIODE_EMIT_H
#include "diode/frame/endpoint.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_key.h"
#include "diode/send/block.h"

struct emit_options {
	struct endpoint to;
	int64_t rate;    /* bits a second on the IP level (of the frames' content without IP); 0 no limit */
	unsigned mtu;    /* of the link, 576..9216 */
	int stop_fd;     /* readable: stop; -1 none */
	bool no_offload; /* one datagram a message even where the kernel can segment */
};
struct emit_counts {
	uint64_t datagrams, bytes, held; /* held: times the link did not take a datagram at once */
};
struct emit;
/* Opens the sockets and a new session. key must outlive it. Errors are in note. */
SW_MUST_USE int emit_open(
	const struct emit_options *o, struct frame_key *key, struct emit **out, struct err_note *note);
void emit_close(struct emit *e);
/* Largest body of a datagram on this link; bytes of that datagram as the rate counts it. */
unsigned emit_symbol_max(const struct emit *e);
unsigned emit_datagram_max(const struct emit *e);
/* Makes datagrams of the block's symbols, in place: their numbers follow each other. ERR_CRYPTO. */
SW_MUST_USE int emit_seal(struct emit *e, const struct block *b);
/* Puts symbol i of a sealed block into the batch; it must stay until the flush. Not when emit_full. */
void emit_add(struct emit *e, const struct block *b, unsigned i);
bool emit_full(const struct emit *e);
/* Sends what was added; it may wait for its turn. ERR_STOPPING when stop_fd turned readable, ERR_LIMIT when
 * the link refuses the size. */
SW_MUST_USE int emit_flush(struct emit *e);
/* Waits until the rate lets the next batch out. ERR_STOPPING. */
SW_MUST_USE int emit_wait(struct emit *e);
int64_t emit_now(void); /* ns, monotonic */
/* Sends a heartbeat of n bytes at once, from a thread of its own. What the link does not take is dropped.
 * ERR_CRYPTO. */
SW_MUST_USE int emit_beat(struct emit *e, const uint8_t *body, size_t n);
struct emit_counts emit_counts(const struct emit *e);
uint64_t emit_seq(const struct emit *e);
#endif
