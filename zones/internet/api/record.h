/* What a person is asked before signing an application that stands to be signed. */
#ifndef INTAKE_API_RECORD_H
#define INTAKE_API_RECORD_H
#include "zones/internet/api/api.h"
#include "zones/internet/store/party.h"

struct api_asked {
	const struct business *b; /* NULL: no longer offered; then nothing is asked */
	json_t *form;             /* that stands to be signed */
	char digest[DIGEST_HEX];  /* of it */
	int own[PARTIES_MAX];     /* parties for which the person signs */
	size_t nown;
	json_t *record; /* what was answered last; NULL none */
	bool same;      /* and for this form */
};
/* Free with api_asked_fini, also after an error. */
SW_MUST_USE int api_asked_load(struct portal *p, struct db_tx *tx, const struct application *a,
	const struct http_account *who, struct api_asked *out);
void api_asked_fini(struct api_asked *a);
/* Whether the i-th own party is asked anything. */
bool api_asked_of(const struct api_asked *a, size_t i);
/* The text that the person signs, appended. */
SW_MUST_USE int api_asked_text(const struct api_asked *a, struct buf *out);
/* *ready: everything is answered for this form and nothing stops it; findings of what is not are added. */
SW_MUST_USE int api_asked_check(const struct api_asked *a, json_t *findings, bool *ready);
#endif
