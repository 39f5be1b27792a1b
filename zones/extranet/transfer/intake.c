#include "zones/extranet/transfer/intake.h"

#include "common/log/log.h"
#include "common/message/format.h"
#include "common/workflow/correction.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/graphics_plan.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/resubmission.h"
#include "zones/extranet/store/upload.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

#define FORM_MAX (1 << 20)
#define UPLOAD_AGE_MS (INT64_C(24) * 3600 * 1000)

void intake_init(
	struct intake *in, struct registry *r, const json_t *form, const char *channel, const char *who)
{
	memset(in, 0, sizeof *in);
	in->r = r;
	in->form = form;
	in->channel = channel;
	in->portal = "internet";
	in->who = who;
	in->note = in->claims = in->office = in->batch = "";
	buf_init(&in->canonical, FORM_MAX);
}

void intake_fini(struct intake *in)
{
	buf_fini(&in->canonical);
}

static bool channel_open(const struct business *b, const char *channel)
{
	return strcmp(channel, "portal") == 0   ? b->portal
	       : strcmp(channel, "window") == 0 ? b->window
						: b->department;
}

static int form_check(struct intake *in, struct db_tx *tx, struct err_note *note)
{
	if (!in->b || json_int(in->form, "business_version") != in->b->version)
		return err_set(
			note, ERR_REFUSED, "body.form.business: not offered by this office in this version");
	if (!channel_open(in->b, in->channel))
		return err_set(
			note, ERR_REFUSED, "body.form.business: not taken by this way (%s)", in->channel);
	if (strcmp(json_str(in->form, "division"), db_tx_tenant(tx)) != 0)
		return err_set(note, ERR_REFUSED, "body.form.division: another office's");
	int rc = office_owns_unit(in->r->offices, db_tx_tenant(tx), json_str(in->form, "unit_code"), note);
	if (rc == 0)
		rc = business_check_form(in->b, in->form, NULL, note);
	return rc < 0 ? rc : json_canon(in->form, &in->canonical);
}

/* What the row shows of the form. */
static int row_form(struct intake *in)
{
	struct case_row *c = &in->row;
	struct buf mask;
	snprintf(c->unit_code, sizeof c->unit_code, "%s", json_str(in->form, "unit_code"));
	snprintf(c->location, sizeof c->location, "%s",
		json_str(json_object_get(in->form, "fields"), "location"));
	buf_init(&mask, sizeof c->applicant_mask - 1);
	int rc = mask_name(json_str(json_array_get(json_object_get(in->form, "parties"), 0), "name"), &mask);
	if (rc == 0)
		snprintf(c->applicant_mask, sizeof c->applicant_mask, "%s", (const char *)mask.p);
	buf_fini(&mask);
	return rc;
}

/* Where the form does not say it, as the book has it. */
static int row_location(struct intake *in, struct db_tx *tx)
{
	json_t *rows = NULL;
	if (in->row.location[0])
		return 0;
	int rc = book_unit(tx, in->r->service->vault, in->row.unit_code, NULL, &rows);
	if (rc == 0)
		snprintf(in->row.location, sizeof in->row.location, "%s", facts_unit(rows).location);
	json_decref(rows);
	return rc;
}

static int row_make(struct intake *in, struct db_tx *tx)
{
	struct case_row *c = &in->row;
	char date[11];
	int64_t n;
	time_date_cst(time_now_ms(), date);
	int rc = book_series(tx, "case", date, 1, &n);
	if (rc < 0)
		return rc;
	number_case(db_tx_tenant(tx), date, n, c->number);
	snprintf(c->id, sizeof c->id, "%s", json_str(in->form, "application"));
	snprintf(c->business, sizeof c->business, "%s", in->b->code);
	snprintf(c->channel, sizeof c->channel, "%s", in->channel);
	snprintf(c->portal, sizeof c->portal, "%s", in->portal);
	snprintf(c->batch, sizeof c->batch, "%s", in->batch);
	snprintf(c->claims, sizeof c->claims, "%s", in->claims);
	snprintf(c->office, sizeof c->office, "%s", in->office);
	time_text(time_now_ms(), c->received_at);
	c->business_version = in->b->version;
	c->state = CASE_SUBMITTED;
	c->version = 1;
	rc = row_form(in);
	return rc == 0 ? row_location(in, tx) : rc;
}

static int case_store(struct intake *in, struct db_tx *tx, struct err_note *note)
{
	int rc = case_insert(tx, in->r->service->vault, &in->row, (const char *)in->canonical.p);
	if (rc == 0)
		rc = flows_begin(in->r, tx, &in->row, in->who, note);
	if (rc == 0)
		rc = case_move(tx, &in->row, -1, CASE_SUBMITTED, in->who, in->note);
	if (rc == 0)
		rc = progress_put(in->r, tx, &in->row, "", NULL);
	return rc == 0 ? audit_record(tx, strcmp(in->channel, "portal") == 0 ? "system" : in->who,
				 "case.submitted", in->row.number, NULL)
		       : rc;
}

/* What was begun under an earlier version is taken from the portal for some days after it was replaced. */
static int version_find(struct intake *in, struct err_note *note)
{
	const char *code = json_str(in->form, "business"), *replaced;
	const struct business *now = flows_offered(in->r->flows, code);
	int64_t version = json_int(in->form, "business_version"), at = 0;
	in->b = now && now->version != version ? flows_business(in->r->flows, code, version) : now;
	if (!now || !in->b || in->b == now)
		return 0;
	replaced = flows_replaced(in->r->flows, code, version);
	if (strcmp(in->channel, "portal") == 0 && replaced && time_parse(replaced, &at) == 0 &&
		time_now_ms() - at <= in->r->config->accept_days * INT64_C(86400000))
		return 0;
	return err_set(note, ERR_REFUSED,
		"body.form.business_version: %lld was replaced by a later one on %.10s and is taken no "
		"longer",
		(long long)version, replaced ? replaced : "");
}

int intake_store(struct intake *in, struct db_tx *tx, struct err_note *note)
{
	struct case_row before;
	int rc = version_find(in, note);
	if (rc == 0)
		rc = form_check(in, tx, note);
	if (rc == 0)
		rc = row_make(in, tx);
	if (rc == 0 && case_get(tx, in->row.id, &before) == 0)
		rc = err_set(note, ERR_REFUSED,
			"body.form.application: there is a case of this application already");
	return rc == 0 ? case_store(in, tx, note) : rc;
}

/* What the intranet is asked of a form, or was. */
static int plan_of(const struct intake *in, const json_t *form, json_t **out, struct err_note *note)
{
	return graphics_plan(in->b->entry, form, json_str(form, "unit_code"), false,
		json_int(json_object_get(form, "fields"), "parcel_area_cm2"), out, note);
}

/* A review of the graphics that has passed was of these parcels: an answer leaves them as they are. */
static int reviewed_check(const struct intake *in, const json_t *before, struct err_note *note)
{
	json_t *was = NULL, *is = NULL;
	if (!in->row.has_cadastral)
		return 0;
	int rc = plan_of(in, before, &was, note);
	if (rc == 0)
		rc = plan_of(in, in->form, &is, note);
	if (rc == 0 && !json_equal(was, is))
		rc = err_set(note, ERR_REFUSED, "body.form: the cadastral review was of other parcels");
	json_decref(was);
	json_decref(is);
	return rc;
}

/* The form that stood, and what the answer may change of it. */
static int again_check(
	struct intake *in, struct db_tx *tx, int64_t *round, struct buf *before, struct err_note *note)
{
	json_t *items = NULL, *form = NULL;
	int rc = resubmission_open(tx, in->row.id, round, &items);
	if (rc == ERR_NOTFOUND)
		return err_set(note, ERR_REFUSED, "no correction is asked for");
	if (rc == 0)
		rc = case_get_form(tx, in->r->service->vault, in->row.id, before);
	if (rc == 0)
		rc = json_parse(buf_view(before), FORM_MAX, &form, NULL);
	if (rc == 0 && (rc = correction_fits(form, in->form, items, note)) == ERR_STATE)
		rc = note ? (note->err = ERR_REFUSED) : ERR_REFUSED;
	if (rc == 0)
		rc = reviewed_check(in, form, note);
	json_decref(items);
	json_decref(form);
	return rc;
}

int intake_again(struct intake *in, struct db_tx *tx, int64_t *round, struct err_note *note)
{
	struct buf before;
	buf_init(&before, FORM_MAX);
	int rc = case_get(tx, json_str(in->form, "application"), &in->row);
	if (rc == 0 && (strcmp(in->row.channel, in->channel) != 0 || strcmp(in->row.portal, in->portal) != 0))
		rc = err_set(note, ERR_REFUSED, "case %s: did not come this way", in->row.number);
	if (rc == 0) {
		in->b = flows_business(in->r->flows, in->row.business, in->row.business_version);
		rc = form_check(in, tx, note);
	}
	if (rc == 0)
		rc = again_check(in, tx, round, &before, note);
	if (rc == 0)
		rc = row_form(in);
	if (rc == 0)
		rc = resubmission_take(tx, in->r->service->vault, &in->row, *round, buf_view(&before),
			buf_view(&in->canonical));
	buf_fini(&before);
	return rc;
}

void intake_party(const json_t *p, const char *at, struct case_party *out)
{
	memset(out, 0, sizeof *out);
	snprintf(out->role, sizeof out->role, "%s", json_str(p, "role"));
	snprintf(out->name, sizeof out->name, "%s", json_str(p, "name"));
	snprintf(out->id_kind, sizeof out->id_kind, "%s", json_str(p, "id_kind"));
	snprintf(out->id_number, sizeof out->id_number, "%s", json_str(p, "id_number"));
	out->share_num = json_int(p, "share_num");
	out->share_den = json_int(p, "share_den");
	snprintf(out->signed_at, sizeof out->signed_at, "%s", at);
}

/* ---- uploads nobody took */
struct sweep {
	char before[TIME_TEXT];
	json_t *blobs;
};

static int sweep_rows(struct db_tx *tx, void *arg)
{
	struct sweep *s = arg;
	json_array_clear(s->blobs);
	return upload_expire(tx, s->before, s->blobs);
}

void intake_sweep(struct registry *r, const struct office *o)
{
	struct sweep s = {.blobs = json_array()};
	size_t i;
	const json_t *one;
	time_text(time_now_ms() - UPLOAD_AGE_MS, s.before);
	int rc = s.blobs ? db_write(r->service->db, o->division, sweep_rows, &s) : ERR_NOMEM;
	/* The rows are gone: a file that stays behind is counted by the nightly sweep. */
	json_array_foreach(s.blobs, i, one)
	{
		struct digest name;
		if (rc == 0 && digest_parse(json_string_value(one), &name) == 0 &&
			blob_remove(r->service->blobs, &name) < 0)
			log_warn("upload-file-left", "blob=%.16s", json_string_value(one));
	}
	json_decref(s.blobs);
	if (rc < 0)
		log_error("upload-sweep", "error=%s", err_name(rc));
}
