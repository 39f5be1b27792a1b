/* 提交回执: canonical JSON of what was handed in, signed with this portal's key; its digest is in the audit
 * log.
 * {"receipt","application","business","business_version","division","submitted_at","suite","form_digest","form",
 * "signatures":[{"party","certificate_digest","token_digest"}]}, and for an answer to a correction
 * "correction":{"round","receipt_before","replaced":[{"code","old","new"}]}; the form holds every answer and
 * every material with its digest. */
#ifndef INTAKE_TRANSFER_RECEIPT_H
#define INTAKE_TRANSFER_RECEIPT_H
#include "zones/internet/portal.h"
#include "zones/internet/store/application.h"

SW_MUST_USE int receipt_make(struct portal *p, struct db_tx *tx, const struct application *a,
	const json_t *form, const json_t *signatures);
#endif
