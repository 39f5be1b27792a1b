#include "burner/ferry/signature.h"
#include "burner/ledger/persons.h"

int signature_add(const struct ledger *l, struct approvals *signatures, struct view statement,
	const struct sign_key *k, struct err_note *note)
{
	struct trust *persons = NULL;
	struct buf sig;
	buf_init(&sig, APPROVAL_SIG_MAX);
	int rc = persons_trust(l, &persons, note);
	if (rc == 0)
		rc = sign_make(k, statement, &sig);
	if (rc == 0)
		rc = approvals_put(signatures, buf_view(&sig), sign_key_cert_pem(k), note);
	if (rc == 0)
		rc = approvals_verify(signatures, statement, persons, time_now_ms(), note);
	trust_free(persons);
	buf_fini(&sig);
	return rc;
}

int signature_keep(const struct approvals *signatures, json_t *list)
{
	const struct approval *a = &signatures->v[signatures->n - 1];
	struct buf sig, pem;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sig, 2 * APPROVAL_SIG_MAX);
	buf_init(&pem, 2 * APPROVAL_PEM_MAX);
	int rc = b64_add(&sig, buf_view(&a->sig));
	if (rc == 0)
		rc = b64_add(&pem, buf_view(&a->pem));
	if (rc == 0 &&
		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:s}", "at", at, "key", a->key, "pem",
						    (char *)pem.p, "sig", (char *)sig.p, "who", a->who)) < 0)
		rc = ERR_NOMEM;
	buf_fini(&sig);
	buf_fini(&pem);
	return rc;
}
