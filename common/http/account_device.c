/* The mark of a browser in which somebody signed in: "NONCE+MAC" each, the newest first, at most three
 * people. The MAC is under the vault's index key, over account, nonce and the stored password hash: a new
 * password ends every mark. */
#include "common/http/account_impl.h"

#include <string.h>

#define NONCE 32
#define MARK 64
#define MARKS 3
#define LIFE_S (INT64_C(180) * 86400)

static bool mac_is(const char *index, const char *mac)
{
	const char *hex = strchr(index, ':');
	unsigned char differ = 0;
	if (!hex || strlen(hex + 1) < MARK - NONCE)
		return false;
	for (size_t i = 0; i < MARK - NONCE; i++)
		differ |= (unsigned char)(hex[1 + i] ^ mac[i]);
	return differ == 0;
}

static int mac_find(
	struct account_service *s, const struct account_row *row, const char *nonce, struct vault_lookup *out)
{
	char text[sizeof row->id + NONCE + DIGEST_HEX + 3], hash[DIGEST_HEX];
	struct digest d;
	digest_of(suite_by_name("gm"), view_str(row->password), &d);
	digest_hex(&d, hash);
	snprintf(text, sizeof text, "%s.%.*s.%s", row->id, NONCE, nonce, hash);
	return vault_find(s->vault, "device", text, out);
}

/* The i-th mark of the cookie, NULL behind the last. */
static const char *mark_at(const char *cookie, size_t i)
{
	if (!cookie || i >= MARKS || strlen(cookie) < (i + 1) * (MARK + 1) - 1)
		return NULL;
	const char *m = cookie + i * (MARK + 1);
	return strspn(m, "0123456789abcdef") == MARK && (m[MARK] == 0 || m[MARK] == '-') ? m : NULL;
}

bool account_device_find(struct account_service *s, const char *cookie, const struct account_row *row,
	char nonce[static ACCOUNT_DEVICE])
{
	const char *m;
	for (size_t i = 0; (m = mark_at(cookie, i)); i++) {
		struct vault_lookup l;
		if (mac_find(s, row, m, &l) == 0 &&
			(mac_is(l.now, m + NONCE) || mac_is(l.before, m + NONCE))) {
			snprintf(nonce, ACCOUNT_DEVICE, "%.*s", NONCE, m);
			return true;
		}
	}
	return false;
}

int account_device_mark(struct account_service *s, struct http_request *r, const struct account_row *row)
{
	const char *cookie = http_cookie(r, ACCOUNT_DEVICE_COOKIE), *m;
	char value[MARKS * (MARK + 1)], nonce[ACCOUNT_DEVICE];
	struct vault_lookup l;
	if (!account_device_find(s, cookie, row, nonce)) {
		struct digest raw;
		char hex[DIGEST_HEX];
		random_bytes(&raw, sizeof raw);
		digest_hex(&raw, hex);
		snprintf(nonce, sizeof nonce, "%.*s", NONCE, hex);
	}
	int rc = mac_find(s, row, nonce, &l);
	if (rc < 0)
		return rc;
	size_t n =
		(size_t)snprintf(value, sizeof value, "%s%.*s", nonce, MARK - NONCE, strchr(l.now, ':') + 1);
	size_t kept = 1;
	for (size_t i = 0; (m = mark_at(cookie, i)) && kept < MARKS; i++)
		if (strncmp(m, nonce, NONCE) != 0) {
			n += (size_t)snprintf(value + n, sizeof value - n, "-%.*s", MARK, m);
			kept++;
		}
	return http_set_cookie(r, ACCOUNT_DEVICE_COOKIE, value, LIFE_S);
}
