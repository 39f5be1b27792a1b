/* The registrars' signing keys that are open now: each belongs to one session and one person, is opened by
 * its passphrase, used by nobody else, and wiped when it was not used for a while, after twelve hours, when
 * it is given back or the program ends. Nothing of it is ever written. */
#ifndef REG_API_KEYRING_H
#define REG_API_KEYRING_H
#include "common/crypto/key.h"

#define KEYRING_IDLE_MS INT64_C(1800000)

struct keyring;
/* dir: NAME.person.pem, below the zone's authority (borrowed), and NAME.person.key (encrypted PKCS#8, mode
 * 0600) or NAME.person.token: a URI of a key on a token (key_token.h) without its PIN, which is the
 * passphrase. A person has a token of the own: who is logged in on one is so for the whole program.
 * idle_ms: how long a key may lie unused; a thread of its own looks for those. */
SW_MUST_USE int keyring_new(
	const char *dir, const struct trust *authority, int64_t idle_ms, struct keyring **out);
/* Nobody uses a key of it any more. */
void keyring_free(struct keyring *k);
/* session: the cookie. ERR_NOTFOUND: no key of this person; ERR_KEY: wrong passphrase; ERR_BUSY:
 * the token is being used (opened anew it is closed elsewhere); ERR_RATE: five wrong
 * ones within a quarter of an hour; ERR_CERT, ERR_REVOKED. */
SW_MUST_USE int keyring_open(struct keyring *k, const char *session, const char *user, const char *passphrase,
	struct err_note *note);
void keyring_close(struct keyring *k, const char *session);
/* The open key of this session and person, until keyring_give. ERR_LOCKED; ERR_CERT, ERR_REVOKED when it is
 * no longer good. */
struct keyring_key;
SW_MUST_USE int keyring_take(struct keyring *k, const char *session, const char *user,
	struct keyring_key **out, struct err_note *note);
const struct sign_key *keyring_key(const struct keyring_key *key);
const struct cert *keyring_cert(const struct keyring_key *key);
void keyring_give(struct keyring *k, struct keyring_key *key); /* NULL: nothing */
#endif
