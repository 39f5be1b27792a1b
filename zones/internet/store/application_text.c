/* The sealed texts of an application's row: the draft, the form, the form before a correction. */
#include "zones/internet/store/application_impl.h"
#include <string.h>

DB_STMT(application_select_text,
	"SELECT draft, form, before FROM application WHERE tenant = :tenant AND id = :id");

int application_seal_draft(struct vault *v, const char *id, const json_t *draft, struct buf *sealed)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = json_canon(draft, &text);
	if (rc == 0)
		rc = vault_seal(v, "application", "draft", id, buf_view(&text), sealed);
	buf_fini(&text);
	return rc;
}

static int text_unseal(
	struct db_tx *tx, struct vault *v, const char *id, int col, const char *column, struct buf *out)
{
	struct db_query *q = db_query(tx, &application_select_text);
	db_bind_text(q, "id", id);
	int rc = db_step(q);
	if (rc == 1)
		rc = db_null(q, col) ? 0 : vault_unseal(v, "application", column, id, db_text(q, col), out);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

int application_draft(struct db_tx *tx, struct vault *v, const char *id, json_t **out)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = text_unseal(tx, v, id, 0, "draft", &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, out, NULL);
	buf_fini(&text);
	return rc;
}

int application_form(struct db_tx *tx, struct vault *v, const char *id, struct buf *out)
{
	return text_unseal(tx, v, id, 1, "form", out);
}

int application_form_digest(struct db_tx *tx, struct vault *v, const struct suite *s, const char *id,
	struct buf *out, char hex[static DIGEST_HEX])
{
	int rc = application_form(tx, v, id, out);
	if (rc == 0)
		digest_hex_of(s, buf_view(out), hex);
	return rc;
}

int application_before(struct db_tx *tx, struct vault *v, const char *id, struct buf *out)
{
	return text_unseal(tx, v, id, 2, "before", out);
}

int application_standing(struct db_tx *tx, struct vault *v, const struct application *a, struct buf *out)
{
	/* An answer that was only begun, or refused, leaves the form before it. */
	bool begun = a->round && (strcmp(a->state, "correction") == 0 || strcmp(a->state, "signing") == 0);
	return begun ? application_before(tx, v, a->id, out) : application_form(tx, v, a->id, out);
}

/* One text of the row sealed for another column: `from` into `to`. */
static int text_move(struct db_tx *tx, struct vault *v, const char *id, int col, const char *from,
	const char *to, struct buf *sealed)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = text_unseal(tx, v, id, col, from, &text);
	if (rc == 0)
		rc = vault_seal(v, "application", to, id, buf_view(&text), sealed);
	buf_fini(&text);
	return rc;
}

int application_form_keep(struct db_tx *tx, struct vault *v, const char *id, struct buf *sealed)
{
	return text_move(tx, v, id, 1, "form", "before", sealed);
}

int application_form_back(struct db_tx *tx, struct vault *v, const char *id, struct buf *sealed)
{
	return text_move(tx, v, id, 2, "before", "form", sealed);
}
