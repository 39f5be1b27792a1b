#include "zones/internet/transfer/face.h"

#include "common/call/call.h"
#include <string.h>

bool face_demanded(const struct portal *p, const char *business)
{
	const struct config_list *l = &p->config->face_businesses;
	for (size_t i = 0; p->config->face_url && i < l->n; i++)
		if (strcmp(l->v[i], "*") == 0 || strcmp(l->v[i], business) == 0)
			return true;
	return false;
}

static int statement_read(
	const json_t *reply, const struct face_question *q, bool *matches, struct err_note *note)
{
	static const char *const keys[] = {"statement", "signature", "certificate", NULL};
	const char *text = NULL;
	json_t *o = NULL;
	int rc = json_only_keys(reply, keys, note);
	for (size_t i = 0; rc == 0 && keys[i]; i++)
		rc = json_get_str(reply, keys[i], 8192, &text, note);
	if (rc == 0)
		rc = json_parse(view_str(json_str(reply, "statement")), 2048, &o, note);
	if (rc == 0 && (strcmp(json_str(o, "id_number"), q->id_number) != 0 ||
			       strcmp(json_str(o, "form_digest"), q->form_digest) != 0))
		rc = err_set(note, ERR_SIGNATURE, "face comparison: of another person or another form");
	if (rc == 0)
		*matches = strcmp(json_str(o, "result"), "match") == 0;
	json_decref(o);
	return rc;
}

int face_compare(const struct portal *p, const struct face_question *q, json_t **result, bool *matches,
	struct err_note *note)
{
	json_t *reply = NULL,
	       *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", q->name, "id_kind", "1", "id_number",
		       q->id_number, "form_digest", q->form_digest, "image", q->image);
	const struct call c = {.what = "face comparison",
		.url = p->config->face_url,
		.json = body,
		.secret = p->face_token,
		.timeout_ms = 8000,
		.log = p->calls};
	int rc = body ? call_json(&c, &reply, note) : ERR_NOMEM;
	if (rc == 0)
		rc = statement_read(reply, q, matches, note);
	if (rc == 0)
		*result = json_incref(reply);
	json_decref(reply);
	json_decref(body);
	return rc;
}
