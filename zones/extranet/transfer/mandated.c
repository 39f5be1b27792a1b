#include "zones/extranet/transfer/mandated.h"

#include "common/workflow/agent.h"
#include "zones/extranet/domain/authority.h"
#include "zones/extranet/store/mandate.h"

int mandated_check(struct registry *r, struct db_tx *tx, const struct mandated *m, struct err_note *note)
{
	const json_t *o = json_object_get(m->signature, "mandate");
	struct authority_result result = {
		json_str(o, "statement"), json_str(o, "signature"), json_str(o, "certificate")};
	const struct authority_case c = {m->party, m->business, m->unit_code, m->text, m->at};
	struct mandate facts;
	json_t *statement = NULL;
	if (!agent_is(m->party, AGENT_POWER))
		return 0;
	if (!o || !r->authority)
		return err_set(note, ERR_SIGNATURE,
			"body.signatures: the agent of party %zu has no power of attorney", m->n);
	int rc = authority_check(r->authority, &result, &c, &statement, &facts, note);
	if (rc == 0)
		rc = mandate_add(tx, r->service->vault, m->case_id, (int)m->n, &result, &facts);
	json_decref(statement);
	return rc == ERR_EXISTS
		       ? err_set(note, ERR_REFUSED,
				 "body.signatures: power of attorney of party %zu was used before", m->n)
		       : rc;
}
