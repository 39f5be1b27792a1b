/* Window intake 窗口收件: applications of persons, organisations, courts and departments that a registrar
 * takes in, into the same queue as those of the portal. Materials are uploaded first, then named by the form.
 */
#include "common/log/log.h"
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include "common/workflow/agent.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/window_agent.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/upload.h"
#include "zones/extranet/transfer/intake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UPLOAD_MAX (20 << 20)
/* Whom the parties told that it is true: the registrar saw papers and signatures. */
static const char statement[] =
	"登记窗口收件:申请人身份证明经核对,申请书当面签名盖章;申请人承诺所填内容和所交材料真实、合法、有效。";
static const char statement_department[] =
	"登记窗口收件:依嘱托文件、协助执行文书收件,送达人员工作证件经核对。";

static int upload_begin(struct http_request *r, void **cookie)
{
	(void)r;
	return http_upload_keep(UPLOAD_MAX, cookie);
}

const struct http_upload api_window_upload = {upload_begin, http_upload_keep_data, http_upload_keep_drop};

/* ---- a scanned material */
struct scan {
	struct service *s;
	const char *who;
	struct uuid id;
	struct case_material m;
};

static int scan_store(struct db_tx *tx, void *arg)
{
	struct scan *x = arg;
	int rc = upload_put(tx, x->id.s, &x->m, x->who);
	return rc == 0 ? audit_record(tx, x->who, "material.scan", x->id.s, NULL) : rc;
}

int api_window_scan(struct http_request *r)
{
	struct scan x = {.s = http_arg(r), .who = http_user(r)->user, .id = uuid_new()};
	struct buf *content = http_upload_cookie(r);
	const char *name = http_query(r, "name"), *media = NULL;
	char hex[DIGEST_HEX];
	struct err_note note = {0};
	if (media_name_check(name, &note) < 0)
		return http_fail_note(r, &note);
	if (content->n == 0)
		return http_fail(r, ERR_SCHEMA, "the file is empty");
	media_inner_clean(content->p, &content->n);
	if (media_check_material(buf_view(content), &media, &note) < 0)
		return http_fail_note(r, &note);
	snprintf(x.m.name, sizeof x.m.name, "%s", name);
	snprintf(x.m.media, sizeof x.m.media, "%s", media);
	int rc = blob_save(x.s->blobs, buf_view(content), &x.m.ref);
	if (rc < 0)
		return rc;
	rc = account_act(r, scan_store, &x);
	if (rc < 0) {
		if (blob_remove(x.s->blobs, &x.m.ref.name) < 0)
			log_warn("upload-file-left", "upload=%s", x.id.s);
		return rc;
	}
	digest_hex(&x.m.ref.digest, hex);
	return http_reply_json(r, 201,
		json_pack("{s:s,s:s,s:s,s:I,s:s}", "upload", x.id.s, "name", x.m.name, "media", x.m.media,
			"size", (json_int_t)x.m.ref.size, "digest", hex));
}

/* ---- the case */
struct taking {
	struct registry *r;
	const json_t *body;
	json_t *parties; /* cleaned */
	const char *who, *office, *channel, *claims;
	struct err_note note;
	struct case_row after;
};

/* Takes the uploads the body names; *form: {"code","name","digest","size"} each, *taken with them in order.
 */
static int materials_take(struct taking *t, struct db_tx *tx, const struct business *b,
	struct case_material *taken, json_t *form)
{
	const json_t *list = json_object_get(t->body, "materials"), *one;
	size_t i;
	json_array_foreach(list, i, one)
	{
		struct case_material *m = &taken[i];
		char hex[DIGEST_HEX];
		const char *code = json_str(one, "code");
		const struct business_material *k = business_material_find(b, code);
		/* What lets somebody act is of any business. */
		if (!k && strcmp(code, AGENT_POWER_MATERIAL) != 0)
			return err_set(&t->note, ERR_SCHEMA, "materials[%zu].code: not on the list", i);
		int rc = upload_take(tx, json_str(one, "upload"), t->who, m);
		if (rc == ERR_NOTFOUND)
			return err_set(
				&t->note, ERR_SCHEMA, "materials[%zu].upload: none of yours that is free", i);
		if (rc < 0)
			return rc;
		if (k && m->ref.size > k->size_max)
			return err_set(&t->note, ERR_LIMIT, "materials[%zu]: larger than %lld bytes", i,
				(long long)k->size_max);
		if (k && !business_material_takes(k, m->media))
			return err_set(&t->note, ERR_MEDIA, "materials[%zu]: %s, taken are %s", i, m->media,
				k->formats);
		snprintf(m->code, sizeof m->code, "%s", code);
		digest_hex(&m->ref.digest, hex);
		json_array_append_new(form, json_pack("{s:s,s:s,s:s,s:I}", "code", m->code, "name", m->name,
						    "digest", hex, "size", (json_int_t)m->ref.size));
	}
	return 0;
}

static int people_store(struct taking *t, struct db_tx *tx, const struct intake *in)
{
	size_t n;
	const json_t *p;
	json_array_foreach(json_object_get(in->form, "parties"), n, p)
	{
		struct case_party party;
		intake_party(p, in->row.received_at, &party);
		int rc = case_add_party(tx, t->r->service->vault, in->row.id, (int)n, &party);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int case_take(
	struct taking *t, struct db_tx *tx, const json_t *form, const struct case_material *m, size_t nm)
{
	struct intake in;
	intake_init(&in, t->r, form, t->channel, t->who);
	in.note = "窗口收件";
	in.claims = t->claims;
	in.office = t->office;
	int rc = intake_store(&in, tx, &t->note);
	if (rc == 0)
		rc = people_store(t, tx, &in);
	for (size_t i = 0; rc == 0 && i < nm; i++)
		rc = case_add_material(tx, in.row.id, (int)i, &m[i]);
	t->after = in.row;
	intake_fini(&in);
	return rc;
}

/* What a form says of parties, each within its bounds, and nothing else. */
static int parties_clean(const json_t *list, json_t **out, struct err_note *note)
{
	size_t i;
	const json_t *p;
	json_t *clean = json_array();
	char day[11];
	time_date_cst(time_now_ms(), day);
	int rc = clean ? 0 : ERR_NOMEM;
	json_array_foreach(list, i, p)
	{
		const char *role, *name, *kind, *number;
		int64_t num = 1, den = 1;
		if (rc == 0)
			rc = json_get_str(p, "role", 23, &role, note);
		if (rc == 0)
			rc = json_get_str(p, "name", 95, &name, note);
		if (rc == 0)
			rc = json_get_str(p, "id_kind", 3, &kind, note);
		if (rc == 0)
			rc = json_get_str(p, "id_number", 31, &number, note);
		if (rc == 0 && json_object_get(p, "share_num"))
			rc = json_get_int(p, "share_num", 1, 1000000, &num, note);
		if (rc == 0 && json_object_get(p, "share_den"))
			rc = json_get_int(p, "share_den", num, 1000000, &den, note);
		json_t *agent = NULL;
		if (rc == 0 && json_object_get(p, "agent"))
			rc = window_agent_check(json_object_get(p, "agent"), p, day, &agent, note);
		if (rc == 0)
			json_array_append_new(
				clean, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "role", role, "name", name,
					       "id_kind", kind, "id_number", number, "share_num",
					       (json_int_t)num, "share_den", (json_int_t)den));
		if (rc == 0 && agent)
			rc = json_object_set_new(json_array_get(clean, i), "agent", agent) ? ERR_NOMEM : 0;
	}
	if (rc < 0)
		json_decref(clean);
	else
		*out = clean;
	return rc;
}

static bool agents_any(const json_t *parties)
{
	size_t i;
	const json_t *p;
	json_array_foreach(parties, i, p) if (json_object_get(p, "agent")) return true;
	return false;
}

static int taking_run(struct db_tx *tx, void *arg)
{
	struct taking *t = arg;
	struct case_material taken[BUSINESS_LIST_MAX];
	const struct business *b = flows_offered(t->r->flows, json_str(t->body, "business"));
	struct uuid id = uuid_new();
	json_t *materials = json_array();
	if (!b) {
		json_decref(materials);
		return err_set(&t->note, ERR_REFUSED, "business: not offered by this office");
	}
	int rc = materials_take(t, tx, b, taken, materials);
	json_t *form = json_pack("{s:s,s:s,s:I,s:s,s:O,s:O,s:O,s:O,s:s}", "application", id.s, "business",
		b->code, "business_version", (json_int_t)b->version, "division", db_tx_tenant(tx),
		"unit_code", json_object_get(t->body, "unit_code"), "parties", t->parties, "fields",
		json_object_get(t->body, "fields"), "materials", materials, "statement",
		strcmp(t->channel, "window") == 0 ? statement : statement_department);
	if (rc == 0 && !form)
		rc = ERR_NOMEM;
	if (rc == 0 && agent_power_seen(form) && !json_find(materials, "code", AGENT_POWER_MATERIAL))
		rc = err_set(&t->note, ERR_SCHEMA,
			"materials: the power of attorney is not scanned (缺授权委托书扫描件)");
	if (rc == 0)
		rc = case_take(t, tx, form, taken, json_array_size(materials));
	json_decref(form);
	json_decref(materials);
	return rc;
}

/* Claimed reductions: codes of the fee table, joined. */
static int claims_join(
	const struct fee_table *t, const json_t *list, char *out, size_t size, struct err_note *note)
{
	size_t i, n = 0;
	const json_t *one;
	out[0] = '\0';
	json_array_foreach(list, i, one)
	{
		const char *code = json_string_value(one);
		if (!code || !fee_relief_known(t, code) || n + strlen(code) + 2 > size)
			return err_set(note, ERR_SCHEMA, "claims[%zu]: not a code of the fee table", i);
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", code);
	}
	return 0;
}

static int body_check(struct http_request *r, struct taking *t, char *claims, size_t size)
{
	json_t *list = NULL, *fields = NULL;
	const char *text;
	int rc = json_get_str(t->body, "business", 47, &text, &t->note);
	if (rc == 0)
		rc = json_get_str(t->body, "channel", 15, &t->channel, &t->note);
	if (rc == 0 && strcmp(t->channel, "window") != 0 && strcmp(t->channel, "department") != 0)
		rc = err_set(&t->note, ERR_SCHEMA, "channel: window or department");
	/* Nobody else vouches for the persons at a window. */
	if (rc == 0 && !json_is_true(json_object_get(t->body, "attested")))
		rc = err_set(&t->note, ERR_SIGNATURE,
			"attested: say that you compared the papers of identity and saw the signatures");
	if (rc == 0)
		rc = json_get_str(t->body, "unit_code", 28, &text, &t->note);
	if (rc == 0)
		rc = json_get_arr(t->body, "parties", 32, &list, &t->note);
	if (rc == 0)
		rc = json_get_obj(t->body, "fields", &fields, &t->note);
	if (rc == 0)
		rc = json_get_arr(t->body, "materials", BUSINESS_LIST_MAX, &list, &t->note);
	if (rc == 0)
		rc = claims_join(business_fees(t->r->businesses), json_object_get(t->body, "claims"), claims,
			size, &t->note);
	if (rc == 0)
		rc = parties_clean(json_object_get(t->body, "parties"), &t->parties, &t->note);
	if (rc == 0 && strcmp(t->channel, "department") == 0 && agents_any(t->parties))
		rc = err_set(
			&t->note, ERR_SCHEMA, "parties: nobody acts for another where a department asks");
	return rc < 0 ? http_fail_note(r, &t->note) : 0;
}

int api_window_case(struct http_request *r)
{
	struct taking t = {.r = api_registry(r),
		.body = http_body(r),
		.who = http_user(r)->user,
		.office = http_user(r)->organisation};
	char claims[sizeof t.after.claims];
	json_t *out = NULL;
	int rc = body_check(r, &t, claims, sizeof claims);
	if (rc < 0)
		return rc;
	t.claims = claims;
	rc = account_act(r, taking_run, &t);
	json_decref(t.parties);
	if (rc < 0)
		return t.note.err == rc ? http_fail_note(r, &t.note) : rc;
	rc = case_json(&t.after, &out);
	return rc < 0 ? rc : http_reply_json(r, 201, out);
}
