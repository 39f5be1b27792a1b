/* Which keys of a zone are no longer good: one list per zone, signed by the zone's CA, each newer one in
 * place of the older. A file, and a message between zones, is canonical JSON:
 * {"ca":KEYID,"list":{"entries":[{"at":TIME,"good":[{"epoch":N,"identity":HEX?,"link":LINK,"seq":N},…],"key":KEYID,
 *  "reason":WORD},…],"format":1,"issued":TIME,"number":N,"suite":SUITE,"zone":ZONE},"signature":BASE64}
 * The signature is over the bytes of "list". Entries ascend by key, `good` by link. `good` names the last
 * bundle that the key still signed rightly on a link; on a link that is not named, none. */
#ifndef SW_CRYPTO_REVOCATION_H
#define SW_CRYPTO_REVOCATION_H
#include "common/base/limits.h"
#include "common/crypto/key.h"

#define REVOCATION_ENTRIES_MAX LIMIT_REVOCATIONS
#define REVOCATION_BYTES_MAX LIMIT_REVOCATIONS_BYTES

struct revocation_good {
	char link[16];
	int64_t epoch, seq;
	bool named; /* identity is given: no other bundle of this number is good */
	struct digest identity;
};
struct revocation {
	char key[KEY_ID];
	char at[TIME_TEXT];
	char reason[16]; /* retired, compromised, lost … */
	struct revocation_good good[CERT_LINKS_MAX];
	size_t ngood;
};
struct revocation_list {
	char zone[257], suite[8], issued[TIME_TEXT];
	int64_t number;
	struct revocation *v; /* owned */
	size_t n;
};
void revocation_init(struct revocation_list *l);
void revocation_fini(struct revocation_list *l);
/* Form alone; nobody vouches for it. out initialised by the caller. ERR_SYNTAX, ERR_SCHEMA, ERR_LIMIT,
 * ERR_FORMAT. */
SW_MUST_USE int revocation_decode(struct view file, struct revocation_list *out, struct err_note *note);
/* The same for the bytes of "list". */
SW_MUST_USE int revocation_decode_list(struct view list, struct revocation_list *out, struct err_note *note);
/* Adds or replaces the key's entry; its link's `good` is added to those it has. ERR_LIMIT. */
SW_MUST_USE int revocation_put(struct revocation_list *l, const struct revocation *r);
const struct revocation *revocation_find(const struct revocation_list *l, const char *key);
/* The whole file, signed by a CA's key. */
SW_MUST_USE int revocation_sign(
	const struct revocation_list *l, const struct sign_key *ca, struct buf *out, struct err_note *note);
/* The three members of a file, as they stand in it: list is canonical, signature decoded into sig (appended).
 */
SW_MUST_USE int revocation_split(
	struct view file, char ca[static KEY_ID], struct view *list, struct buf *sig, struct err_note *note);
/* The file of these members (a message brings them apart). */
SW_MUST_USE int revocation_join(
	const char *ca, struct view list, struct view sig, struct buf *out, struct err_note *note);
#endif
