#include "zones/extranet/domain/authority.h"

#include "zones/extranet/domain/statement.h"
#include <string.h>

#define CLOCK_MS INT64_C(600000) /* of difference between authority and portal is no fault */
#define LIFE_MS INT64_C(86400000)

static int times_check(const struct mandate *m, int64_t at, struct err_note *note)
{
	int64_t issued;
	if (time_parse(m->issued, &issued) < 0 || at < issued - CLOCK_MS || at > issued + LIFE_MS)
		return err_set(note, ERR_SIGNATURE,
			"power of attorney: the statement is not of the day of the application");
	return 0;
}

int authority_check(const struct trust *authority, const struct authority_result *r,
	const struct authority_case *c, json_t **json, struct mandate *out, struct err_note *note)
{
	struct cert *by = NULL;
	json_t *o = NULL;
	struct mandate m;
	char hex[DIGEST_HEX], day[11];
	int64_t at_ms;
	int rc = time_parse(c->at, &at_ms);
	if (rc < 0)
		return err_set(note, ERR_SCHEMA, "created: not a time");
	rc = cert_check_service(authority, view_str(r->certificate), "authority", at_ms, &by, note);
	if (rc == 0)
		rc = statement_verify(by, view_str(r->statement), r->signature,
			"the authority's signature over the power of attorney", note);
	if (rc == 0)
		rc = json_parse(view_str(r->statement), MANDATE_STATEMENT_MAX, &o, note);
	if (rc == 0) {
		digest_hex_of(cert_suite(by), c->form, hex);
		rc = mandate_read(o, c->party, hex, &m, note);
	}
	if (rc == 0)
		rc = times_check(&m, at_ms, note);
	time_date_cst(at_ms, day);
	if (rc == 0)
		rc = mandate_covers(&m, c->business, c->unit, day, note);
	if (rc == 0) {
		*json = json_incref(o);
		*out = m;
	}
	json_decref(o);
	cert_free(by);
	return rc;
}
