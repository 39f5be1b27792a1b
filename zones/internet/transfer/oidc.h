/* OpenID Connect client (authorization code with PKCE): the national or provincial identity platform
 * 统一身份认证 as provider. Its addresses come from its discovery document, its keys from its JWKS; both are
 * kept for an hour, and fetched anew at once when a token names a key that is not there. Safe from any
 * thread; redeeming waits for the provider, at most five seconds a request. */
#ifndef INTAKE_TRANSFER_OIDC_H
#define INTAKE_TRANSFER_OIDC_H
#include "zones/internet/domain/begun.h"
#include "zones/internet/domain/claims.h"

struct oidc_config {
	const char *issuer;      /* https://…, or http:// on loopback */
	const char *client;      /* client_id */
	const char *secret_file; /* NULL: a public client */
	const char *redirect;    /* redirect_uri: the portal's own address */
	const char *levels;      /* acr values that are enough, separated by spaces; NULL any */
	const char *number;      /* claim of the identity number */
	const char *scope;       /* beside openid */
	struct call_log *log;    /* may be NULL */
};
struct oidc;
/* Reads the secret; asks the provider for nothing yet. ERR_CONFIG. */
SW_MUST_USE int oidc_new(const struct oidc_config *c, struct oidc **out, struct err_note *note);
void oidc_free(struct oidc *o);

#define OIDC_WORD BEGUN_WORD
/* Begins, for who asks from this network: the address to send the browser to, appended; state (32 random
 * bytes as hex) comes back with it. */
SW_MUST_USE int oidc_begin(struct oidc *o, const char *network, char state[static OIDC_WORD], struct buf *url,
	struct err_note *note);
/* Ends: the code for the person. Each state is good once, for ten minutes. ERR_LOGIN: no such state;
 * ERR_REFUSED, ERR_SIGNATURE …: what the token lacks; ERR_TIMEOUT, ERR_IO: the provider does not answer. */
SW_MUST_USE int oidc_finish(struct oidc *o, const char *state, const char *code, struct claims_person *out,
	struct err_note *note);
#endif
