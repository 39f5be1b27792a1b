/* Sign-ins at the identity platform that were begun and not yet ended: what each was begun with, found by its
 * state, once. There is always a place: who begins many takes the places of his own network's oldest, and
 * only when all are taken the oldest of all goes. Not locked: the caller is. */
#ifndef INTAKE_DOMAIN_BEGUN_H
#define INTAKE_DOMAIN_BEGUN_H
#include "common/base/buf.h"
#include <stdint.h>

#define BEGUN_WORD 65
#define BEGUN_NETWORK 46 /* as text */
#define BEGUN_MAX 4096
#define BEGUN_OF_ONE 512 /* of one network: many people share an address */
#define BEGUN_MS INT64_C(600000)

struct begun {
	char state[BEGUN_WORD], nonce[BEGUN_WORD], verifier[BEGUN_WORD], network[BEGUN_NETWORK];
	int64_t at_ms; /* 0: free */
};
struct begun_table {
	struct begun v[BEGUN_MAX];
};

void begun_keep(struct begun_table *t, const struct begun *b);
/* 0: it was begun within BEGUN_MS before now_ms, and is now ended. ERR_LOGIN. */
SW_MUST_USE int begun_take(struct begun_table *t, const char *state, int64_t now_ms, struct begun *out);
#endif
