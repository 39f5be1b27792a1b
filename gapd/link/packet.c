#include "gapd/link/packet.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAGIC 0x53574731u /* SWG1 */

struct wire {
	uint32_t magic, kind;
	uint64_t number;
	int32_t err;
	uint32_t zero;
	char text[200];
};
_Static_assert(sizeof(struct wire) == 224, "one fixed form");

int packet_send(int socket, const struct packet *p, int fd)
{
	struct wire w = {.magic = MAGIC, .kind = (uint32_t)p->kind, .number = p->number, .err = p->err};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.room = {0}};
	struct iovec v = {&w, sizeof w};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	memcpy(w.text, p->text, sizeof w.text);
	if (fd >= 0) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof control.room;
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
	}
	ssize_t n;
	do
		n = sendmsg(socket, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof w)
		return 0;
	if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
		return ERR_BUSY;
	return n < 0 && (errno == EPIPE || errno == ECONNRESET) ? ERR_STOPPING : ERR_IO;
}

/* The one descriptor, or -1; *wrong when there were others. */
static int descriptor(struct msghdr *m, bool *wrong)
{
	int found = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		int fds[4];
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
			*wrong = true;
			continue;
		}
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof fds[0];
		memcpy(fds, CMSG_DATA(c), (n < 4 ? n : 4) * sizeof fds[0]);
		for (size_t i = 0; i < n && i < 4; i++) {
			if (found < 0) {
				found = fds[i];
			} else {
				close(fds[i]);
				*wrong = true;
			}
		}
	}
	*wrong |= (m->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	return found;
}

static bool printable(const char *s, size_t max)
{
	size_t n = strnlen(s, max);
	for (size_t i = 0; i < n; i++)
		if (s[i] < ' ' || s[i] > '~')
			return false;
	for (size_t i = n; i < max; i++)
		if (s[i])
			return false;
	return n < max;
}

static bool wire_ok(const struct wire *w, bool with_fd)
{
	if (w->magic != MAGIC || w->zero != 0 || w->number == 0 || !printable(w->text, sizeof w->text))
		return false;
	switch (w->kind) {
	case PACKET_BUNDLE:
		return with_fd && w->err == 0 && !w->text[0];
	case PACKET_DONE:
		return !with_fd && w->err == 0 && !w->text[0];
	case PACKET_REFUSED:
		return !with_fd && w->err > ERR_BASE_ && w->err < ERR_END_;
	default:
		return false;
	}
}

int packet_recv(int socket, struct packet *out, int *fd)
{
	struct wire w;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct iovec v = {&w, sizeof w};
	struct msghdr m = {.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room};
	ssize_t n;
	do
		n = recvmsg(socket, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? ERR_BUSY : errno == ECONNRESET ? ERR_STOPPING : ERR_IO;
	if (n == 0)
		return ERR_STOPPING;
	bool wrong = n != (ssize_t)sizeof w;
	int got = descriptor(&m, &wrong);
	if (wrong || !wire_ok(&w, got >= 0)) {
		if (got >= 0)
			close(got);
		return ERR_FORMAT;
	}
	*out = (struct packet){.kind = (enum packet_kind)w.kind, .number = w.number, .err = w.err};
	memcpy(out->text, w.text, sizeof out->text);
	*fd = got;
	return 0;
}
