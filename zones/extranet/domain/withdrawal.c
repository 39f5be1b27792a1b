#include "zones/extranet/domain/withdrawal.h"

#include "common/workflow/agent.h"
#include <string.h>

static bool earlier(const struct withdrawal_signer *v, size_t n, const json_t *signature)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(json_str(v[i].signature, "token"), json_str(signature, "token")) == 0)
			return true;
	return false;
}

static int one_check(const struct withdrawal_case *c, const json_t *party, struct withdrawal_signer *s,
	struct err_note *note)
{
	const json_t *signer = agent_signer(party);
	const struct consent_person person = {
		json_str(signer, "name"), json_str(signer, "id_kind"), json_str(signer, "id_number")};
	const struct consent_signature sig = consent_signature_of(s->signature);
	struct digest cert;
	return consent_check(c->identity, c->text, &sig, &person, c->at, &s->nonce, &cert, note);
}

int withdrawal_check(const struct withdrawal_case *c, const json_t *signatures,
	struct withdrawal_signer out[static WITHDRAWAL_SIGNERS_MAX], size_t *n, struct err_note *note)
{
	size_t i, k = 0;
	const json_t *party;
	json_array_foreach(json_object_get(c->form, "parties"), i, party)
	{
		const struct business_role *role = business_role_find(c->business, json_str(party, "role"));
		const json_t *s = consent_find(signatures, i);
		if (!role || !role->signs)
			continue;
		if (!s || k == WITHDRAWAL_SIGNERS_MAX)
			return err_set(note, ERR_SIGNATURE,
				"body.signatures: party %zu has not signed the withdrawal "
				"撤回须由全体申请人签名",
				i);
		out[k] = (struct withdrawal_signer){i, s, {""}, earlier(out, k, s)};
		int rc = one_check(c, party, &out[k++], note);
		if (rc < 0)
			return rc;
	}
	if (k == 0 || json_array_size(signatures) != k)
		return err_set(note, ERR_SIGNATURE,
			"body.signatures: of somebody who did not sign the application, or twice");
	*n = k;
	return 0;
}
