/* What goes over the socketpair between one half and the switch: packets of one fixed form, a bundle's
 * records beside them as one sealed memfd. Nothing of variable length is ever parsed here. */
#ifndef SW_GAPD_PACKET_H
#define SW_GAPD_PACKET_H
#include "common/base/err.h"
#include <stdint.h>

enum packet_kind {
	PACKET_BUNDLE = 1, /* a descriptor comes with it */
	PACKET_DONE,       /* bundle `number` is durable on the other side */
	PACKET_REFUSED     /* bundle `number` is refused there: err, text */
};
struct packet {
	enum packet_kind kind;
	uint64_t number; /* of the half that sent the bundle: 1, 2, … since its start */
	int err;         /* REFUSED: ERR_* */
	char text[200];  /* REFUSED: printable ASCII */
};
/* Never waits. fd: ≥ 0 only for PACKET_BUNDLE (borrowed). ERR_BUSY when the queue is full, ERR_STOPPING when
 * the other end is gone. */
SW_MUST_USE int packet_send(int socket, const struct packet *p, int fd);
/* Never waits. *fd (caller closes) is -1 unless PACKET_BUNDLE. ERR_BUSY: nothing there; ERR_STOPPING: the
 * other end is gone; ERR_FORMAT: anything that is not exactly one such packet (its descriptors are closed).
 */
SW_MUST_USE int packet_recv(int socket, struct packet *out, int *fd);
#endif
