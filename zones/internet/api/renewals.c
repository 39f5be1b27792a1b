/* A draft whose business the office has published anew, or no longer takes at the portal: the applicant is
 * told, and may go on with the new version; what was entered stays as far as the new one asks for it. */
#include "zones/internet/api/api.h"

#include "common/log/log.h"
#include "zones/internet/domain/form.h"
#include "zones/internet/store/material.h"
#include <string.h>

const char *api_offer_state(struct offer *o, const struct application *a)
{
	const struct business *newest = offer_newest(o, a->business);
	if (!newest || !newest->portal)
		return "closed";
	return newest->version == a->business_version ? "current" : "replaced";
}

struct renewing {
	struct portal *p;
	const struct http_account *who;
	const char *id;
	int64_t version;
	json_t *dropped;
	struct digest files[MESSAGE_ATTACHMENTS_MAX]; /* that went with a material */
	size_t nfiles;
	struct err_note note;
};

/* Materials that the new version does not ask for go with the draft's old version. */
static int materials_drop(struct renewing *r, struct db_tx *tx, const struct application *a)
{
	struct material m;
	int rc = 0;
	for (int64_t n = 0; rc == 0 && (rc = material_at(tx, a->id, n, &m)) == 0;) {
		struct blob_ref was;
		bool drop = false, gone = false;
		const json_t *one;
		size_t i;
		json_array_foreach(r->dropped, i, one) gone =
			gone || (strcmp(json_str(one, "kind"), "material") == 0 &&
					strcmp(json_str(one, "code"), m.code) == 0);
		n += !gone;
		if (gone)
			rc = material_remove(tx, a->id, m.id, a->round, &was, &drop);
		if (rc == 0 && drop && r->nfiles < MESSAGE_ATTACHMENTS_MAX)
			r->files[r->nfiles++] = was.name;
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int materials_codes(struct db_tx *tx, const char *id, json_t *codes)
{
	struct material m;
	int rc;
	for (int64_t n = 0; (rc = material_at(tx, id, n, &m)) == 0; n++)
		json_array_append_new(codes, json_string(m.code));
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int renew_run(struct db_tx *tx, void *arg)
{
	struct renewing *r = arg;
	struct vault *v = r->p->service->vault;
	struct application a;
	json_t *draft = NULL, *renewed = NULL, *codes = json_array();
	json_decref(r->dropped);
	r->dropped = NULL;
	r->nfiles = 0;
	int rc = codes ? application_get(tx, r->id, &a) : ERR_NOMEM;
	if (rc == 0 && strcmp(a.owner, r->who->id) != 0)
		rc = ERR_NOTFOUND;
	const struct business *to = rc == 0 ? offer_newest(r->p->offer, a.business) : NULL;
	if (rc == 0 && (!to || !to->portal || to->version == a.business_version))
		rc = err_set(&r->note, ERR_STATE, "there is no newer version to go on with");
	if (rc == 0 && (strcmp(a.state, "draft") != 0 || a.round))
		rc = err_set(&r->note, ERR_STATE, "only a draft goes on with a newer version");
	if (rc == 0)
		rc = application_draft(tx, v, a.id, &draft);
	if (rc == 0)
		rc = materials_codes(tx, a.id, codes);
	if (rc == 0)
		rc = form_renew(to, draft, codes, &renewed, &r->dropped);
	if (rc == 0)
		rc = materials_drop(r, tx, &a);
	if (rc == 0)
		rc = application_renew(tx, v, &a, r->version, to->version, renewed);
	if (rc == 0)
		rc = audit_record(tx, r->who->user, "application.renew", a.id, NULL);
	json_decref(draft);
	json_decref(renewed);
	json_decref(codes);
	return rc;
}

int api_application_renew(struct http_request *r)
{
	struct renewing n = {.p = api_portal(r), .who = http_user(r), .id = http_param(r, "id")};
	int rc = json_get_int(http_body(r), "version", 1, INT64_MAX, &n.version, &n.note);
	if (rc == 0)
		rc = offer_sync(n.p->offer);
	if (rc == 0)
		rc = account_write(r, renew_run, &n);
	for (size_t i = 0; rc == 0 && i < n.nfiles; i++)
		if (blob_remove(n.p->service->blobs, &n.files[i]) < 0)
			log_warn("material-file-left", "application=%s", n.id);
	if (rc < 0) {
		json_decref(n.dropped);
		if (rc == ERR_CONFLICT)
			return http_fail(r, rc, "the application was changed elsewhere; load it again");
		return n.note.err == rc ? http_fail_note(r, &n.note) : rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "dropped", n.dropped));
}
