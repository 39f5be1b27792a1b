#include "zones/extranet/store/case.h"

#define FORM_MAX (4 << 20)

int case_form_read(struct db_tx *tx, struct vault *v, const struct suite *s, const struct case_row *c,
	struct case_form *out, struct err_note *note)
{
	struct case_form f = {.version = c->version};
	struct buf text;
	buf_init(&text, FORM_MAX);
	int rc = case_get_form(tx, v, c->id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), FORM_MAX, &f.json, note);
	if (rc == 0) {
		digest_hex_of(s, buf_view(&text), f.digest);
		*out = f;
	}
	buf_fini(&text);
	return rc;
}

int case_form_of(struct db_tx *tx, struct vault *v, const struct suite *s, const struct case_row *c,
	struct case_form *own, const struct case_form **out)
{
	int rc = c->form ? 0 : case_form_read(tx, v, s, c, own, NULL);
	*out = c->form ? c->form : own;
	return rc;
}

void case_form_fini(struct case_form *f)
{
	json_decref(f->json);
	f->json = NULL;
}
