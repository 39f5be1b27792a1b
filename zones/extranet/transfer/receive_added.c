/* 补充材料: a document that came after the submission. No party signed for it, so it stands beside what they
 * signed for, marked, and the registrar judges it. */
#include "zones/extranet/store/case.h"
#include "zones/extranet/transfer/progress.h"
#include "zones/extranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

#define ADDED_MAX 40 /* of one case */

static bool is_open(enum case_state s)
{
	return s == CASE_SUBMITTED || s == CASE_ACCEPTED || s == CASE_TAX || s == CASE_CADASTRAL ||
	       s == CASE_REVIEW;
}

static int room(struct db_tx *tx, const char *case_id, struct err_note *note)
{
	json_t *rows = NULL, *one;
	size_t i, n = 0;
	int rc = case_materials(tx, case_id, &rows);
	json_array_foreach(rows, i, one) n += *json_str(one, "added") != '\0';
	json_decref(rows);
	return rc == 0 && n >= ADDED_MAX ? err_set(note, ERR_REFUSED, "attachments: %zu were added before", n)
					 : rc;
}

static int record(struct db_tx *tx, const struct case_row *c, const struct message *m)
{
	char hex[DIGEST_HEX];
	digest_hex(&m->attachments[0].digest, hex);
	json_t *detail = json_pack("{s:s,s:s,s:s}", "code", json_str(m->body, "code"), "digest", hex,
		"replaces", json_str(m->body, "replaces"));
	int rc = detail ? audit_record(tx, "portal", "material.added", c->number, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int receive_added(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	const char *replaces = json_str(m->body, "replaces");
	struct case_row c;
	struct digest old;
	struct case_material material = {.ref = attachments[0]};
	int rc = receive_case_of_portal(tx, m, &c, note);
	if (rc < 0)
		return rc;
	if (!is_open(c.state))
		return err_set(note, ERR_REFUSED, "case %s: takes no document while it is %s", c.number,
			case_state_code(c.state));
	if ((rc = room(tx, c.id, note)) < 0)
		return rc;
	if (*replaces && digest_parse(replaces, &old) < 0)
		return err_set(note, ERR_SCHEMA, "body.replaces: not a digest");
	snprintf(material.code, sizeof material.code, "%s", json_str(m->body, "code"));
	snprintf(material.name, sizeof material.name, "%s", m->attachments[0].name);
	snprintf(material.media, sizeof material.media, "%s", m->attachments[0].media);
	rc = case_add_late(tx, c.id, &material, json_str(m->body, "note"), *replaces ? &old : NULL);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_REFUSED, "body.replaces: no added document with this digest");
	if (rc == 0)
		rc = record(tx, &c, m);
	return rc == 0 ? progress_put_taken(registry_of(arg), tx, &c, json_str(m->body, "document")) : rc;
}
