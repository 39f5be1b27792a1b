/* 撤回 of what was handed in, as it waits for signatures: they are given where those of the form are
 * (signing.c, mandates.c, invitations.c). */
#ifndef INTAKE_API_WITHDRAWAL_H
#define INTAKE_API_WITHDRAWAL_H
#include "zones/internet/api/api.h"
#include "zones/internet/store/withdrawal.h"

struct api_withdrawal {
	struct withdrawal w;
	char digest[DIGEST_HEX]; /* of its text */
	json_t *form;            /* that stands at the registry */
	json_t *marks;           /* withdrawal_marks */
};
/* ERR_NOTFOUND: none was begun. Free with api_withdrawal_fini, also after an error. */
SW_MUST_USE int api_withdrawal_load(
	struct portal *p, struct db_tx *tx, const struct application *a, struct api_withdrawal *out);
void api_withdrawal_fini(struct api_withdrawal *w);

struct api_signer {
	const struct http_account *who;
	const json_t *signature; /* what the platform gave */
	const char *text;        /* canonical JSON of it */
	const int *own;          /* parties that the person signs for */
	size_t nown;
};
/* Takes the signature; the last one sends the withdrawal. ERR_NOTFOUND: none waits for signatures. */
SW_MUST_USE int api_withdrawal_sign(struct portal *p, struct db_tx *tx, const struct application *a,
	const struct api_signer *by, int64_t *remaining, struct err_note *note);
#endif
