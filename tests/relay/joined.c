#include "tests/relay/joined.h"
#include <netinet/udp.h>
#include <string.h>
#include <sys/uio.h>

bool joined_open(int fd)
{
	int on = 1;
	return setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on) == 0;
}

ssize_t joined_read(int fd, uint8_t *p, size_t room, uint16_t *segment)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec v = {.iov_base = p, .iov_len = room};
	struct msghdr h = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	ssize_t n = recvmsg(fd, &h, MSG_DONTWAIT);
	int size = n > 0 ? (int)n : 0;
	for (struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&h) : NULL; c != NULL; c = CMSG_NXTHDR(&h, c))
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
			memcpy(&size, CMSG_DATA(c), sizeof size);
	*segment = (uint16_t)size;
	return n;
}

ssize_t joined_write(
	int fd, const struct sockaddr_storage *to, socklen_t n, uint8_t *p, size_t size, uint16_t segment)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof segment)] = {0};
	struct sockaddr_storage a = *to;
	struct iovec v = {.iov_base = p, .iov_len = size};
	struct msghdr h = {.msg_name = &a, .msg_namelen = n, .msg_iov = &v, .msg_iovlen = 1};
	if (segment < size) {
		h.msg_control = control;
		h.msg_controllen = sizeof control;
		struct cmsghdr *c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_UDP;
		c->cmsg_type = UDP_SEGMENT;
		c->cmsg_len = CMSG_LEN(sizeof segment);
		memcpy(CMSG_DATA(c), &segment, sizeof segment);
	}
	return sendmsg(fd, &h, 0);
}
