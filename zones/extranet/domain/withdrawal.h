/* 撤回: whether everybody who signed an application signs that it is taken back. Pure but for cryptography.
 * Sources: 不动产登记暂行条例 第十五条 (before the entry), 不动产登记暂行条例实施细则 第十三条 (全体申请人).
 */
#ifndef REG_DOMAIN_WITHDRAWAL_H
#define REG_DOMAIN_WITHDRAWAL_H
#include "common/workflow/business.h"
#include "zones/extranet/domain/consent.h"

#define WITHDRAWAL_SIGNERS_MAX 20
struct withdrawal_case {
	const struct trust *identity;
	const struct business *business;
	const json_t *form; /* that stands */
	struct view text;   /* withdrawal_text of it (common/message/withdrawal.h) */
	const char *at;     /* when the message was made */
};
struct withdrawal_signer {
	size_t party;
	const json_t *signature; /* of the list */
	struct uuid nonce;
	bool again; /* the signature of an earlier party stands for this one too: one person, one token */
};
/* signatures: [{"party","signature","certificate","token","token_signature","token_certificate",…}]. Each
 * party whose role signs has one, of who signs for it, over the text; there is no other. Out: *n of them.
 * ERR_SIGNATURE, ERR_CERT, ERR_SCHEMA with the reason. */
SW_MUST_USE int withdrawal_check(const struct withdrawal_case *c, const json_t *signatures,
	struct withdrawal_signer out[static WITHDRAWAL_SIGNERS_MAX], size_t *n, struct err_note *note);
#endif
