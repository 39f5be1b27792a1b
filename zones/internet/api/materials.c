/* Materials: read whole into memory within the limit, judged by content, then encrypted at rest. A spatial
 * file never reaches a disk of this zone. */
#include "common/log/log.h"
#include "common/message/media.h"
#include "zones/internet/api/api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NOTICE                                                                                                                    \
	"空间图形数据涉及保密规定，不能在网上提交，请携带到登记窗口现场提交。 Spatial data cannot be " \
	"handed in online; please bring it to the registration window."

static int upload_begin(struct http_request *r, void **cookie)
{
	struct buf *b = malloc(sizeof *b);
	if (!b)
		return ERR_NOMEM;
	buf_init(b, (size_t)api_portal(r)->config->material_max);
	*cookie = b;
	return 0;
}

static int upload_data(void *cookie, struct view v)
{
	return buf_add_view(cookie, v);
}

static void upload_drop(void *cookie)
{
	struct buf *b = cookie;
	if (!b)
		return;
	buf_fini(b);
	free(b);
}

const struct http_upload api_material_upload = {upload_begin, upload_data, upload_drop};

struct upload {
	struct portal *p;
	struct service *s;
	const char *id, *material_id;
	const struct http_account *who;
	struct material m;
	int64_t size;
	struct err_note note;
};

static int own_draft(struct upload *u, struct db_tx *tx, struct application *a)
{
	int rc = application_get(tx, u->id, a);
	if (rc == 0 && strcmp(a->owner, u->who->id) != 0)
		rc = ERR_NOTFOUND;
	return rc == 0 && strcmp(a->state, "draft") != 0 ? ERR_STATE : rc;
}

static const struct business_material *material_of(const struct business *b, const char *code)
{
	for (size_t i = 0; b && i < b->nmaterials; i++)
		if (strcmp(b->materials[i].code, code) == 0)
			return &b->materials[i];
	return NULL;
}

/* Own draft, a material of its list, within its size, and not more files than one message carries. */
static int may_add(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct application a;
	struct material beyond;
	int rc = own_draft(u, tx, &a);
	if (rc < 0)
		return rc;
	const struct business_material *kind =
		material_of(offer_find(u->p->offer, a.business, a.business_version), u->m.code);
	if (!kind)
		return err_set(&u->note, ERR_SCHEMA, "code: a material that is not on the list");
	if (u->size > kind->size_max)
		return err_set(&u->note, ERR_LIMIT, "%s: larger than %lld bytes", kind->code,
			(long long)kind->size_max);
	rc = material_at(tx, u->id, MESSAGE_ATTACHMENTS_MAX - 1, &beyond);
	return rc == ERR_NOTFOUND ? 0
	       : rc == 0          ? err_set(&u->note, ERR_LIMIT, "at most %d files in one application",
					    MESSAGE_ATTACHMENTS_MAX)
				  : rc;
}

static int material_record(struct db_tx *tx, struct upload *u, const char *action, const char *material)
{
	json_t *detail = json_pack("{s:s}", "material", material);
	int rc = detail ? audit_record(tx, u->who->user, action, u->id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int add_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	int rc = may_add(tx, u);
	if (rc == 0)
		rc = material_add(tx, u->id, &u->m);
	return rc == 0 ? material_record(tx, u, "material.add", u->m.id) : rc;
}

static int blob_put(struct service *s, struct view content, struct blob_ref *ref)
{
	struct blob_writer *w = NULL;
	int rc = blob_writer_new(s->blobs, false, &w);
	if (rc == 0)
		rc = blob_write(w, content);
	if (rc == 0)
		rc = blob_finish(w, ref);
	blob_writer_free(w);
	return rc;
}

/* The row is gone or never came to be: so goes the file. */
static void blob_drop(struct service *s, const struct blob_ref *ref)
{
	int rc = blob_remove(s->blobs, &ref->name);
	if (rc < 0)
		log_warn("material-file-left", "error=%s", err_name(rc));
}

/* A name for people: no path, no control characters. */
static int name_check(struct http_request *r, const char *name)
{
	if (!name || !*name || strlen(name) > 150)
		return http_fail(r, ERR_SCHEMA, "name: 1 to 150 bytes");
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == '/' || *p == '\\' || *p == 0x7f)
			return http_fail(r, ERR_SCHEMA, "name: no slashes or control characters");
	return 0;
}

static int upload_check(struct http_request *r, struct upload *u)
{
	const char *name = http_query(r, "name"), *code = http_query(r, "code");
	int rc = name_check(r, name);
	if (rc < 0)
		return rc;
	if (!code || !*code || strlen(code) >= sizeof u->m.code)
		return http_fail(r, ERR_SCHEMA, "code: which material of the list this is");
	struct uuid id = uuid_new();
	snprintf(u->m.id, sizeof u->m.id, "%s", id.s);
	snprintf(u->m.name, sizeof u->m.name, "%s", name);
	snprintf(u->m.code, sizeof u->m.code, "%s", code);
	return 0;
}

int api_material_add(struct http_request *r)
{
	struct buf *content = http_upload_cookie(r);
	struct upload u = {
		.p = api_portal(r), .s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r)};
	const char *media = NULL;
	char hex[DIGEST_HEX];
	int rc = upload_check(r, &u);
	if (rc < 0)
		return rc;
	u.size = (int64_t)content->n;
	if (content->n == 0)
		return http_fail(r, ERR_SCHEMA, "the file is empty");
	/* Nothing is written for somebody who may not add it; the transaction asks again. */
	if ((rc = account_read(r, may_add, &u)) < 0)
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	rc = media_check_material(buf_view(content), &media, &u.note);
	if (rc == ERR_SPATIAL)
		return http_fail(r, rc, "%s (%.80s)", WINDOW_NOTICE, u.note.text);
	if (rc < 0)
		return http_fail_note(r, &u.note);
	snprintf(u.m.media, sizeof u.m.media, "%s", media);
	rc = blob_put(u.s, buf_view(content), &u.m.ref);
	if (rc == 0 && (rc = account_write(r, add_run, &u)) < 0)
		blob_drop(u.s, &u.m.ref);
	if (rc < 0)
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	digest_hex(&u.m.ref.digest, hex);
	return http_reply_json(r, 201,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "id", u.m.id, "code", u.m.code, "name", u.m.name,
			"media", u.m.media, "size", (json_int_t)u.m.ref.size, "digest", hex));
}

static int remove_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct application a;
	int rc = own_draft(u, tx, &a);
	if (rc == 0)
		rc = material_remove(tx, u->id, u->material_id, &u->m.ref);
	return rc == 0 ? material_record(tx, u, "material.remove", u->material_id) : rc;
}

int api_material_remove(struct http_request *r)
{
	struct upload u = {.p = api_portal(r),
		.s = http_arg(r),
		.id = http_param(r, "id"),
		.material_id = http_param(r, "material"),
		.who = http_user(r)};
	int rc = account_write(r, remove_run, &u);
	if (rc < 0)
		return rc;
	blob_drop(u.s, &u.m.ref);
	return http_reply_json(r, 200, json_pack("{s:b}", "removed", 1));
}
