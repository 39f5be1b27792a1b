/* Who asks: the peer itself, or whom a trusted front proxy names. */
#include "common/http/http_impl.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static bool is_proxy(const struct http_server *s, const char *address)
{
	for (size_t i = 0; i < s->o.nproxies; i++)
		if (strcmp(s->o.proxies[i], address) == 0)
			return true;
	return false;
}

/* An address as a number, written in one way. */
static bool address_clean(const char *text, char out[static INET6_ADDRSTRLEN])
{
	unsigned char raw[16];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(family, text, raw) == 1 && inet_ntop(family, raw, out, INET6_ADDRSTRLEN) != NULL;
}

/* A household has 2^64 addresses of IPv6: they are one. */
void http_network_of(const char *address, char out[static HTTP_NETWORK])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned char raw[16];
	snprintf(out, HTTP_NETWORK, "%.*s", HTTP_NETWORK - 1, address);
	if (inet_pton(AF_INET6, address, raw) != 1)
		return;
	if (memcmp(raw, mapped, sizeof mapped) == 0) {
		(void)inet_ntop(AF_INET, raw + sizeof mapped, out, HTTP_NETWORK);
		return;
	}
	memset(raw + 8, 0, 8);
	(void)inet_ntop(AF_INET6, raw, out, HTTP_NETWORK);
}

const char *http_network(struct http_request *r)
{
	http_network_of(r->address, r->network);
	return r->network;
}

/* From the right: each proxy wrote down whom it heard; the first that is none of ours is who asks. What
 * stands further to the left anybody may have written. */
static void forwarded(struct http_request *r, const char *list)
{
	const char *end = list + strlen(list);
	while (end > list) {
		char one[64], clean[INET6_ADDRSTRLEN];
		const char *from = end;
		while (from > list && from[-1] != ',')
			from--;
		const char *p = from;
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		size_t n = strcspn(p, " ,\t");
		if (n == 0 || n >= sizeof one)
			return;
		memcpy(one, p, n);
		one[n] = 0;
		if (!address_clean(one, clean))
			return;
		snprintf(r->address, sizeof r->address, "%s", clean);
		if (!is_proxy(r->s, clean))
			return;
		end = from > list ? from - 1 : list;
	}
}

/* Every proxy appends, some as a header of its own: the last one counts. */
static enum MHD_Result last_value(void *into, enum MHD_ValueKind kind, const char *key, const char *value)
{
	(void)kind;
	if (value && strcasecmp(key, "X-Forwarded-For") == 0)
		*(const char **)into = value;
	return MHD_YES;
}

void http_peer_set(struct http_request *r)
{
	snprintf(r->address, sizeof r->address, "%s", r->tcp->address);
	r->secure = r->s->tls != NULL;
	if (!is_proxy(r->s, r->address))
		return;
	const char *list = NULL, *proto = http_header(r, "X-Forwarded-Proto");
	MHD_get_connection_values(r->conn, MHD_HEADER_KIND, last_value, &list);
	if (list)
		forwarded(r, list);
	if (proto)
		r->secure = strcasecmp(proto, "https") == 0;
}
