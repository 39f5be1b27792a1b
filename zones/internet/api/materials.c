/* Materials: read whole into memory within the limit, judged by content, then encrypted at rest. A spatial
 * file never reaches a disk of this zone. */
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
};

static int own_draft(struct upload *u, struct db_tx *tx)
{
	struct application a;
	int rc = application_get(tx, u->id, &a);
	if (rc == 0 && strcmp(a.owner, u->who->id) != 0)
		rc = ERR_NOTFOUND;
	return rc == 0 && strcmp(a.state, "draft") != 0 ? ERR_STATE : rc;
}

static int add_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	int rc = own_draft(u, tx);
	return rc == 0 ? material_add(tx, u->id, &u->m) : rc;
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
	struct err_note note = {0};
	const char *media = NULL;
	char hex[DIGEST_HEX];
	int rc = upload_check(r, &u);
	if (rc < 0)
		return rc;
	if (content->n == 0)
		return http_fail(r, ERR_SCHEMA, "the file is empty");
	rc = media_check_material(buf_view(content), &media, &note);
	if (rc == ERR_SPATIAL)
		return http_fail(r, rc, "%s (%.80s)", WINDOW_NOTICE, note.text);
	if (rc < 0)
		return http_fail_note(r, &note);
	snprintf(u.m.media, sizeof u.m.media, "%s", media);
	rc = blob_put(u.s, buf_view(content), &u.m.ref);
	if (rc == 0)
		rc = account_write(r, add_run, &u);
	if (rc < 0)
		return rc;
	digest_hex(&u.m.ref.digest, hex);
	return http_reply_json(r, 201,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "id", u.m.id, "code", u.m.code, "name", u.m.name,
			"media", u.m.media, "size", (json_int_t)u.m.ref.size, "digest", hex));
}

static int remove_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	int rc = own_draft(u, tx);
	return rc == 0 ? material_remove(tx, u->id, u->material_id) : rc;
}

int api_material_remove(struct http_request *r)
{
	struct upload u = {.p = api_portal(r),
		.s = http_arg(r),
		.id = http_param(r, "id"),
		.material_id = http_param(r, "material"),
		.who = http_user(r)};
	int rc = account_write(r, remove_run, &u);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:b}", "removed", 1));
}
