/* Materials: held in memory within the limit until they are whole, judged by content, then encrypted at rest.
 * A spatial file never reaches a disk of this zone. */
#include "common/log/log.h"
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include "common/message/media_spatial.h"
#include "zones/internet/api/upload.h"
#include "zones/internet/transfer/added.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NOTICE                                                                                                                    \
	"空间图形数据涉及保密规定，不能在网上提交，请携带到登记窗口现场提交。 Spatial data cannot be " \
	"handed in online; please bring it to the registration window."

static int upload_begin(struct http_request *r, void **cookie)
{
	return http_upload_keep((size_t)api_portal(r)->config->material_max, cookie);
}

const struct http_upload api_material_upload = {upload_begin, http_upload_keep_data, http_upload_keep_drop};

/* The row is gone or never came to be: so goes the file. */
static void blob_drop(struct service *s, const struct blob_ref *ref)
{
	int rc = blob_remove(s->blobs, &ref->name);
	if (rc < 0)
		log_warn("material-file-left", "error=%s", err_name(rc));
}

static int upload_check(struct http_request *r, struct upload *u)
{
	const char *name = http_query(r, "name"), *code = http_query(r, "code");
	struct err_note note = {0};
	if (media_name_check(name, &note) < 0)
		return http_fail_note(r, &note);
	if (!code || !*code || strlen(code) >= sizeof u->m.code)
		return http_fail(r, ERR_SCHEMA, "code: which material of the list this is");
	struct uuid id = uuid_new();
	snprintf(u->m.id, sizeof u->m.id, "%s", id.s);
	snprintf(u->m.name, sizeof u->m.name, "%s", name);
	snprintf(u->m.code, sizeof u->m.code, "%s", code);
	return 0;
}

/* ---- pieces */
static void piece_key(struct upload *u)
{
	struct digest owner;
	digest_of2(u->s->suite, view_str(u->who->id), view_str(u->id), &owner);
	digest_of2(u->s->suite, view_of(owner.b, sizeof owner.b), view_str(u->m.code), &owner);
	digest_of2(u->s->suite, view_of(owner.b, sizeof owner.b), view_str(u->sum), &u->piece);
}

static int64_t number(const char *s)
{
	char *end = NULL;
	long long n = s && *s ? strtoll(s, &end, 10) : -1;
	return s && *s && !*end && n >= 0 ? n : -1;
}

static int pieces_check(struct http_request *r, struct upload *u)
{
	struct digest d;
	const char *sum = http_query(r, "digest");
	if (!sum)
		return 0;
	u->sum = sum;
	u->size = number(http_query(r, "size"));
	u->offset = number(http_query(r, "offset"));
	if (digest_parse(sum, &d) < 0 || u->size <= 0 || u->offset < 0)
		return http_fail(r, ERR_SCHEMA, "size, offset, digest: whole numbers and a SHA-256");
	piece_key(u);
	return 0;
}

/* 1: the whole content stands in *content (to be buf_fini'd); 0: answered, more is expected. */
static int whole(struct http_request *r, struct upload *u, const struct buf *piece, struct buf *content)
{
	struct pieces *p = u->p->pieces;
	char hex[DIGEST_HEX];
	int64_t have = 0;
	int rc = pieces_add(
		p, u->who->id, &u->piece, u->size, u->offset, buf_view(piece), time_now_ms(), &have);
	if (rc == ERR_LIMIT)
		return http_fail(r, rc, "too many files are being sent at once; finish one of them first");
	if (rc < 0)
		return rc;
	if (have < u->size)
		return http_reply_json(r, 202, json_pack("{s:I}", "offset", (json_int_t)have));
	rc = pieces_take(p, &u->piece, content);
	/* Another browser of the same person sent the last piece, too, and its copy is being judged: this one
	 * goes on from the start, and finds the file there at the end. */
	if (rc == ERR_NOTFOUND || rc == ERR_STATE)
		return http_reply_json(r, 202, json_pack("{s:I}", "offset", 0));
	if (rc < 0)
		return rc;
	digest_hex_of(suite_by_name("intl"), buf_view(content), hex);
	if (strcmp(hex, u->sum) == 0)
		return 1;
	buf_fini(content);
	return http_fail(r, ERR_DIGEST, "the file did not arrive as it was sent; send it again");
}

int api_material_have(struct http_request *r)
{
	struct upload u = {
		.p = api_portal(r), .s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r)};
	const char *code = http_query(r, "code");
	u.sum = http_param(r, "digest");
	snprintf(u.m.code, sizeof u.m.code, "%.47s", code ? code : "");
	piece_key(&u);
	return http_reply_json(r, 200,
		json_pack("{s:I}", "offset", (json_int_t)pieces_have(u.p->pieces, &u.piece, time_now_ms())));
}

/* ---- a whole file */
static int content_add(struct http_request *r, struct upload *u, struct buf *sent)
{
	const char *media = NULL;
	char hex[DIGEST_HEX];
	/* Where a photograph was taken, and what a camera hangs behind it, is nobody's business here; the
	 * applicant is told. */
	int removed = media_inner_clean(sent->p, &sent->n);
	const struct view content = buf_view(sent);
	int rc = media_check_material(content, &media, &u->note);
	const char *named = rc == ERR_MEDIA ? media_spatial_name(u->m.name) : NULL;
	if (rc == ERR_SPATIAL || named)
		return http_fail(r, ERR_SPATIAL, "%s (%.80s)", WINDOW_NOTICE, named ? named : u->note.text);
	if (rc < 0)
		return http_fail_note(r, &u->note);
	snprintf(u->m.media, sizeof u->m.media, "%s", media);
	rc = blob_save(u->s->blobs, content, &u->m.ref);
	if (rc == 0 && ((rc = account_write(r, upload_add, u)) < 0 || u->there))
		blob_drop(u->s, &u->m.ref);
	if (rc < 0)
		return u->note.err == rc ? http_fail_note(r, &u->note) : rc;
	digest_hex(&u->m.ref.digest, hex);
	return http_reply_json(r, u->there ? 200 : 201,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:b,s:b}", "id", u->m.id, "code", u->m.code, "name",
			u->m.name, "media", u->m.media, "size", (json_int_t)u->m.ref.size, "digest", hex,
			"place_removed", (removed & MEDIA_PLACE) != 0, "behind_removed",
			(removed & MEDIA_BEHIND) != 0));
}

static int material_take(struct http_request *r, bool late)
{
	struct buf *sent = http_upload_cookie(r), content;
	const char *note = http_query(r, "note"), *replaces = http_query(r, "replaces");
	struct upload u = {.p = api_portal(r),
		.s = http_arg(r),
		.id = http_param(r, "id"),
		.who = http_user(r),
		.late = late,
		.note_text = late && note ? note : "",
		.replaces = late && replaces ? replaces : ""};
	int rc = strlen(u.note_text) > 300 ? http_fail(r, ERR_SCHEMA, "note: at most 300 bytes")
					   : upload_check(r, &u);
	u.size = (int64_t)sent->n;
	if (rc == 0)
		rc = pieces_check(r, &u);
	if (rc < 0)
		return rc;
	if (sent->n == 0)
		return http_fail(r, ERR_SCHEMA, "the file is empty");
	/* Nothing is written for somebody who may not add it; the transaction asks again. */
	if ((rc = account_read(r, upload_may_add, &u)) < 0)
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	if (!u.sum)
		return content_add(r, &u, sent);
	rc = whole(r, &u, sent, &content);
	if (rc != 1)
		return rc;
	rc = content_add(r, &u, &content);
	buf_fini(&content);
	return rc;
}

int api_material_add(struct http_request *r)
{
	return material_take(r, false);
}

int api_material_add_late(struct http_request *r)
{
	return material_take(r, true);
}

static int remove_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct application a;
	int rc = upload_own_draft(u, tx, &a);
	if (rc == 0)
		rc = material_code(tx, u->id, u->material_id, u->m.code);
	if (rc == 0)
		rc = upload_asked_for(u, tx, &a, u->m.code);
	if (rc == 0)
		rc = material_remove(tx, u->id, u->material_id, a.round, &u->m.ref, &u->drop);
	return rc == 0 ? upload_record(tx, u, "material.remove", u->material_id) : rc;
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
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	if (u.drop)
		blob_drop(u.s, &u.m.ref);
	return http_reply_json(r, 200, json_pack("{s:b}", "removed", 1));
}

/* ---- a file that stands in another own application */
#define MATERIAL_COPY_MAX (20 << 20)
struct copying {
	struct upload *u;
	const char *from, *material;
	struct material m;
};

static int copy_find(struct db_tx *tx, void *arg)
{
	struct copying *c = arg;
	struct application a;
	int rc = application_get(tx, c->from, &a);
	if (rc == 0 && strcmp(a.owner, c->u->who->id) != 0)
		rc = ERR_NOTFOUND;
	for (int64_t n = 0; rc == 0 && (rc = material_at(tx, c->from, n, &c->m)) == 0; n++)
		if (strcmp(c->m.id, c->material) == 0)
			break;
	return rc;
}

int api_material_copy(struct http_request *r)
{
	struct upload u = {
		.p = api_portal(r), .s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r)};
	struct copying c = {.u = &u,
		.from = json_str(http_body(r), "application"),
		.material = json_str(http_body(r), "material")};
	struct uuid id = uuid_new();
	struct buf content;
	int rc = account_read(r, copy_find, &c);
	if (rc < 0)
		return rc;
	u.m = c.m;
	snprintf(u.m.id, sizeof u.m.id, "%s", id.s);
	u.size = c.m.ref.size;
	if ((rc = account_read(r, upload_may_add, &u)) < 0)
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	buf_init(&content, MATERIAL_COPY_MAX);
	rc = blob_load(u.s->blobs, &c.m.ref, MATERIAL_COPY_MAX, &content);
	if (rc == 0)
		rc = content_add(r, &u, &content);
	buf_fini(&content);
	return rc;
}
