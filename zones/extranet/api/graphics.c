/* Graphics handed in at the window: encrypted to cadastred in the receive callback, before any byte reaches a
 * disk; registryd cannot open them. */
#include "common/crypto/envelope.h"
#include "common/message/media.h"
#include "zones/extranet/api/case_act.h"
#include "zones/extranet/domain/graphics_plan.h"
#include "zones/extranet/store/claim.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct upload {
	struct envelope_writer *envelope;
	struct blob_writer *blob;
	int64_t plain;
};

static int to_blob(void *cookie, struct view v)
{
	struct upload *u = cookie;
	return blob_write(u->blob, v);
}

static void upload_drop(void *cookie)
{
	struct upload *u = cookie;
	if (!u)
		return;
	envelope_writer_free(u->envelope);
	blob_writer_free(u->blob);
	free(u);
}

static int upload_begin(struct http_request *r, void **cookie)
{
	struct registry *g = api_registry(r);
	struct upload *u = calloc(1, sizeof *u);
	if (!u)
		return ERR_NOMEM;
	int rc = blob_writer_new(g->service->blobs, true, &u->blob);
	if (rc == 0)
		rc = envelope_writer_new(cert_suite(g->graphics_recipient), g->graphics_recipient, NULL,
			to_blob, u, &u->envelope);
	if (rc < 0) {
		upload_drop(u);
		return rc;
	}
	*cookie = u;
	return 0;
}

static int upload_data(void *cookie, struct view v)
{
	struct upload *u = cookie;
	u->plain += (int64_t)v.n;
	return envelope_write(u->envelope, v);
}

const struct http_upload api_graphics_upload = {upload_begin, upload_data, upload_drop};

struct graphics {
	struct registry *r;
	const char *id, *who, *name;
	const struct http_account *user;
	struct blob_ref ref;
	struct err_note note;
	struct case_row after;
};

/* What the book says of the parcel; 0 when it is not there. */
static int booked_area(struct graphics *g, struct db_tx *tx, const char *unit_code, int64_t *out)
{
	json_t *rows = NULL;
	int rc = book_unit(tx, g->r->service->vault, unit_code, NULL, &rows);
	if (rc < 0)
		return rc;
	const json_t *land = json_object_get(rows, "land");
	*out = json_int(json_array_get(json_object_get(land ? land : rows, "zdjbxx"), 0), "zdmj");
	json_decref(rows);
	return 0;
}

/* What the intranet is asked; the parcel's area as the form claims it, else as the book has it. */
static int plan_make(struct graphics *g, struct db_tx *tx, const struct case_row *c, const struct business *b,
	json_t **out)
{
	struct buf text;
	json_t *form = NULL;
	int64_t area = 0, booked = 0;
	buf_init(&text, 4 << 20);
	int rc = case_get_form(tx, g->r->service->vault, c->id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 4 << 20, &form, NULL);
	if (rc == 0)
		area = json_int(json_object_get(form, "fields"), "parcel_area_cm2");
	if (rc == 0)
		rc = booked_area(g, tx, c->unit_code, &booked);
	if (rc == 0)
		rc = graphics_plan(
			b->entry, form, c->unit_code, booked > 0, area ? area : booked, out, &g->note);
	json_decref(form);
	buf_fini(&text);
	return rc;
}

static int graphics_store(struct db_tx *tx, void *arg)
{
	struct graphics *g = arg;
	struct case_row c;
	enum case_state to;
	json_t *plan = NULL;
	int rc = case_get(tx, g->id, &c);
	if (rc < 0)
		return rc;
	const struct business *b = flows_business(g->r->flows, c.business, c.business_version);
	REQUIRE(b);
	rc = claim_guard(tx, c.id, g->who, &g->note);
	if (rc == 0)
		rc = case_state_next(c.state, CASE_DO_GRAPHICS,
			(struct case_needs){b->needs_tax, b->needs_cadastral},
			(struct case_has){c.has_tax, c.has_cadastral, false}, &to, &g->note);
	if (rc == 0)
		rc = case_act_permit(g->r, tx, &c, "graphics", g->user, &g->note);
	/* Once: the intranet reviews one file of a case, and what went there cannot be taken back. */
	if (rc == 0)
		rc = flows_act(g->r, tx, &c, "graphics", g->who, &g->note);
	if (rc == 0)
		rc = plan_make(g, tx, &c, b, &plan);
	if (rc == 0)
		rc = case_add_graphics(tx, c.id, g->name, &g->ref);
	if (rc == 0)
		rc = case_move(tx, &c, -1, to, g->who, "");
	if (rc == 0)
		rc = progress_put(g->r, tx, &c, "", NULL);
	if (rc == 0)
		rc = progress_put_graphics(g->r, tx, &c, plan, g->name, &g->ref);
	if (rc == 0)
		rc = audit_record(tx, g->who, "graphics.received", c.number, NULL);
	json_decref(plan);
	g->after = c;
	return rc;
}

int api_graphics_add(struct http_request *r)
{
	struct upload *u = http_upload_cookie(r);
	const char *name = http_query(r, "name");
	struct graphics g = {.r = api_registry(r),
		.id = http_param(r, "id"),
		.user = http_user(r),
		.who = http_user(r)->user};
	json_t *out = NULL;
	if (u->plain == 0)
		return http_fail(r, ERR_SCHEMA, "the file is empty");
	if (media_name_check(name, &g.note) < 0)
		return http_fail_note(r, &g.note);
	g.name = name;
	int rc = envelope_finish(u->envelope);
	if (rc == 0)
		rc = blob_finish(u->blob, &g.ref);
	if (rc == 0)
		rc = account_act(r, graphics_store, &g);
	if (rc < 0)
		return g.note.err == rc ? http_fail_note(r, &g.note) : rc;
	rc = case_json(&g.after, &out);
	return rc < 0 ? rc : http_reply_json(r, 201, out);
}
