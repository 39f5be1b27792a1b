/* The sender's socket: datagrams are sealed, gathered for segmentation offload and let out at the given rate.
 * Nothing can come in: a locked filter drops every arriving packet, and the program has no receive call. */
#ifndef SW_DIODE_EMIT_H
#define SW_DIODE_EMIT_H
#include "diode/frame/endpoint.h"
#include "diode/frame/frame.h"
#include "diode/frame/frame_key.h"

struct emit_options {
	struct endpoint to;
	int64_t rate;    /* bits a second on the IP level; 0 no limit */
	unsigned mtu;    /* of the link, 576..9216 */
	int stop_fd;     /* readable: stop; -1 none */
	bool no_offload; /* one datagram a call even where the kernel can segment */
};
struct emit_counts {
	uint64_t datagrams, bytes, held; /* held: times the link did not take a datagram at once */
};
struct emit;
/* Opens the socket and a new session. key must outlive it. Errors are in note. */
SW_MUST_USE int emit_open(
	const struct emit_options *o, struct frame_key *key, struct emit **out, struct err_note *note);
void emit_close(struct emit *e);
/* Largest body of a datagram on this link. */
unsigned emit_symbol_max(const struct emit *e);
/* Sends f (session and seq are set here) with a body of f->symbol bytes: n bytes of p, zeros behind. It may
 * wait for its turn. ERR_STOPPING when stop_fd turned readable, ERR_LIMIT when the link refuses the size. */
SW_MUST_USE int emit_frame(struct emit *e, const struct frame *f, const uint8_t *p, size_t n);
SW_MUST_USE int emit_flush(struct emit *e);
struct emit_counts emit_counts(const struct emit *e);
uint64_t emit_seq(const struct emit *e);
#endif
