#include "diode/frame/endpoint.h"
#include <linux/if_packet.h>
#include <math.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_MAX 256
#define RATE_MAX 1e12

static int split(const char *text, char host[static HOST_MAX], const char **port)
{
	const char *colon = strrchr(text, ':');
	if (colon == NULL || colon == text || colon[1] == 0)
		return ERR_USAGE;
	const char *from = text, *to = colon;
	if (*from == '[') {
		if (to[-1] != ']')
			return ERR_USAGE;
		from++;
		to--;
	} else if (memchr(from, ':', (size_t)(to - from)) != NULL) {
		return ERR_USAGE; /* an IPv6 address without brackets */
	}
	if (from >= to || to - from >= HOST_MAX)
		return ERR_USAGE;
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = 0;
	*port = colon + 1;
	return 0;
}

static bool parse_mac(const char *text, uint8_t mac[static 6])
{
	unsigned b[6];
	int end = 0;
	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &end) != 6 ||
		strlen(text) != 17 || end != 17)
		return false;
	for (size_t i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

/* CARD/MAC or CARD */
static int parse_ether(const char *text, bool listener, struct endpoint *out, struct err_note *note)
{
	char card[IF_NAMESIZE];
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ENDPOINT_ETHER_TYPE), .sll_halen = 6};
	size_t n = strcspn(text, "/");
	bool mac = text[n] != 0;
	if (n == 0 || n >= sizeof card || mac == listener || (mac && !parse_mac(text + n + 1, to.sll_addr)))
		return err_set(note, ERR_USAGE, "ether:%s: not ether:%s", text,
			listener ? "CARD" : "CARD/XX:XX:XX:XX:XX:XX");
	memcpy(card, text, n);
	card[n] = 0;
	unsigned at = if_nametoindex(card);
	if (at == 0)
		return err_set(note, ERR_USAGE, "%s: no such network card", card);
	to.sll_ifindex = (int)at;
	memset(out, 0, sizeof *out);
	memcpy(&out->addr, &to, sizeof to);
	out->len = sizeof to;
	return 0;
}

int endpoint_parse(const char *text, bool listener, struct endpoint *out, struct err_note *note)
{
	if (strncmp(text, "ether:", 6) == 0)
		return parse_ether(text + 6, listener, out, note);
	char host[HOST_MAX], *end = NULL;
	const char *port = NULL;
	if (split(text, host, &port) != 0)
		return err_set(note, ERR_USAGE, "%s: not HOST:PORT or [IPv6]:PORT", text);
	unsigned long n = strtoul(port, &end, 10);
	if (*end != 0 || port[0] < '0' || port[0] > '9' || n > UINT16_MAX || (n == 0 && !listener))
		return err_set(note, ERR_USAGE, "%s: not a port", port);
	struct addrinfo want = {.ai_family = AF_UNSPEC,
				.ai_socktype = SOCK_DGRAM,
				.ai_flags = AI_NUMERICSERV | (listener ? AI_NUMERICHOST : 0)},
			*got = NULL;
	int rc = getaddrinfo(host, port, &want, &got);
	if (rc != 0)
		return err_set(note, ERR_USAGE, "%s: %s", host, gai_strerror(rc));
	memcpy(&out->addr, got->ai_addr, got->ai_addrlen);
	out->len = got->ai_addrlen;
	freeaddrinfo(got);
	return 0;
}

uint16_t endpoint_port(const struct endpoint *e)
{
	struct sockaddr_in a4;
	struct sockaddr_in6 a6;
	if (e->addr.ss_family == AF_PACKET)
		return 0;
	if (e->addr.ss_family == AF_INET6) {
		memcpy(&a6, &e->addr, sizeof a6);
		return ntohs(a6.sin6_port);
	}
	memcpy(&a4, &e->addr, sizeof a4);
	return ntohs(a4.sin_port);
}

int endpoint_rate(const char *text, int64_t *bits, struct err_note *note)
{
	char *end = NULL;
	size_t digits = strspn(text, "0123456789.");
	double v = digits > 0 && text[0] != '.' ? strtod(text, &end) : -1;
	if (end != NULL && end != text + digits)
		v = -1; /* another notation than decimal */
	if (end != NULL && *end != 0) {
		static const char UNITS[] = "KMG";
		const char *u = strchr(UNITS, *end);
		if (u == NULL || end[1] != 0)
			v = -1;
		else
			v *= pow(1000, (double)(u - UNITS + 1));
	}
	if (!(v >= 0 && v <= RATE_MAX) || (v > 0 && v < 1000))
		return err_set(
			note, ERR_USAGE, "%s: not a rate such as 800K, 500M, 2.5G bits a second or 0", text);
	*bits = (int64_t)v;
	return 0;
}
