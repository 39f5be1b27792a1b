/* Datagrams that arrive joined (UDP_GRO) and leave joined (UDP_SEGMENT): a relay that looks at none of them
 * one by one keeps up with a fast line. */
#ifndef SW_TESTS_RELAY_JOINED_H
#define SW_TESTS_RELAY_JOINED_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* False where the kernel cannot. */
bool joined_open(int fd);
/* One message of at most `room` bytes into p; *segment is the size of its datagrams. As recv(2). */
ssize_t joined_read(int fd, uint8_t *p, size_t room, uint16_t *segment);
/* The same message on to `to`. As sendmsg(2). */
ssize_t joined_write(
	int fd, const struct sockaddr_storage *to, socklen_t n, uint8_t *p, size_t size, uint16_t segment);
#endif
