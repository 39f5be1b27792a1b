/* Materials: held in memory within the limit until they are whole, judged by content, then encrypted at rest.
 * A spatial file never reaches a disk of this zone. */
#include "common/log/log.h"
#include "common/message/media.h"
#include "common/message/media_inner.h"
#include "common/workflow/correction.h"
#include "zones/internet/api/api.h"
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

struct upload {
	struct portal *p;
	struct service *s;
	const char *id, *material_id;
	const struct http_account *who;
	struct material m;
	int64_t size, offset;
	const char *sum;     /* SHA-256 of the whole as hex; NULL: it comes in one piece */
	struct digest piece; /* its place among the files on their way */
	bool drop;           /* its file goes with it */
	bool late;           /* added after the submission */
	const char *note_text, *replaces;
	bool there; /* the same file is there already: nothing is added */
	struct err_note note;
};

static int own_draft(struct upload *u, struct db_tx *tx, struct application *a)
{
	int rc = application_get(tx, u->id, a);
	if (rc == 0 && strcmp(a->owner, u->who->id) != 0)
		rc = ERR_NOTFOUND;
	return rc == 0 && strcmp(a->state, "draft") != 0 && strcmp(a->state, "correction") != 0 ? ERR_STATE
												: rc;
}

/* In a correction only what is asked for is open. */
static int asked_for(struct upload *u, struct db_tx *tx, const struct application *a, const char *code)
{
	char note[601];
	json_t *items = NULL;
	if (!a->round)
		return 0;
	int rc = progress_correction(tx, a->id, &items, note);
	if (rc == 0 && !correction_opens_material(items, code))
		rc = err_set(&u->note, ERR_STATE, "materials.%s: not among the items to correct", code);
	json_decref(items);
	return rc;
}

static const struct business_material *material_of(const struct business *b, const char *code)
{
	return b ? business_material_find(b, code) : NULL;
}

#define ADDED_MAX 20 /* of one application */

/* After the submission and before the entry, by every party; a correction is answered in its own way. */
static int may_add_late(struct upload *u, struct db_tx *tx, struct application *a)
{
	static const char *const open[] = {"submitted", "accepted", "tax", "cadastral", "review"};
	int party;
	int64_t n = 0;
	bool good = false;
	int rc = application_get(tx, u->id, a);
	if (rc == 0)
		rc = api_may_see(u->s, tx, u->who, a, &party);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		good = good || strcmp(a->state, open[i]) == 0;
	/* The registry has said its number: the case is there. */
	if (!good || !a->number[0])
		return err_set(&u->note, ERR_STATE, "no document can be added while it is %s", a->state);
	rc = added_count(tx, a->id, &n);
	return rc == 0 && n >= ADDED_MAX
		       ? err_set(&u->note, ERR_LIMIT, "at most %d documents are added to one application",
				 ADDED_MAX)
		       : rc;
}

/* What the list does not name is taken by its content and size alone. */
static const struct business_material other_kind = {
	.code = "other", .formats = "pdf jpeg png ofd", .size_max = INT64_C(20) << 20};

/* Own draft, a material of its list, within its size, and not more files than one message carries. */
static int may_add(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	struct application a;
	struct material beyond;
	int rc = u->late ? may_add_late(u, tx, &a) : own_draft(u, tx, &a);
	if (rc < 0)
		return rc;
	const struct business_material *kind =
		material_of(offer_find(u->p->offer, a.business, a.business_version), u->m.code);
	if (!kind && u->late && strcmp(u->m.code, other_kind.code) == 0)
		kind = &other_kind;
	if (!kind)
		return err_set(&u->note, ERR_SCHEMA, "code: a material that is not on the list");
	if (!u->late && (rc = asked_for(u, tx, &a, kind->code)) < 0)
		return rc;
	u->m.round = a.round;
	if (u->size > kind->size_max)
		return err_set(&u->note, ERR_LIMIT, "%s: larger than %lld bytes", kind->code,
			(long long)kind->size_max);
	if (u->m.media[0] && !business_material_takes(kind, u->m.media))
		return err_set(&u->note, ERR_MEDIA, "%s: one of %s is expected", kind->code, kind->formats);
	if (u->late)
		return 0;
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

/* The same file under the same material: its upload was repeated because the answer was lost. */
static int same_find(struct upload *u, struct db_tx *tx)
{
	struct material m;
	int rc = 0;
	for (int64_t n = 0; (rc = material_at(tx, u->id, n, &m)) == 0; n++)
		if (strcmp(m.code, u->m.code) == 0 && strcmp(m.name, u->m.name) == 0 &&
			digest_eq(&m.ref.digest, &u->m.ref.digest)) {
			struct blob_ref mine = u->m.ref;
			u->there = true;
			u->m = m;
			u->m.ref.name = mine.name; /* the new copy, to be dropped */
			return 0;
		}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* The same upload again, whose answer was lost: it was added. */
static int late_same(struct upload *u, struct db_tx *tx)
{
	json_t *rows = NULL, *one;
	char hex[DIGEST_HEX];
	size_t i;
	int rc = added_list(tx, u->id, &rows);
	digest_hex(&u->m.ref.digest, hex);
	json_array_foreach(rows, i, one) if (strcmp(json_str(one, "digest"), hex) == 0 &&
					     strcmp(json_str(one, "code"), u->m.code) == 0 &&
					     !json_is_true(json_object_get(one, "replaced")))
	{
		u->there = true;
		snprintf(u->m.id, sizeof u->m.id, "%s", json_str(one, "id"));
	}
	json_decref(rows);
	return rc;
}

static int late_run(struct upload *u, struct db_tx *tx)
{
	struct added a = {.m = u->m, .note = u->note_text, .replaces = u->replaces, .message = ""};
	json_t *detail = NULL;
	char hex[DIGEST_HEX];
	int rc = late_same(u, tx);
	if (rc < 0 || u->there)
		return rc;
	rc = added_send(u->p, tx, u->id, &a, &u->note);
	if (rc == ERR_NOTFOUND)
		rc = err_set(&u->note, ERR_SCHEMA, "replaces: no added document that stands");
	digest_hex(&u->m.ref.digest, hex);
	if (rc == 0 && !(detail = json_pack("{s:s,s:s,s:s}", "material", u->m.id, "digest", hex, "replaces",
				 u->replaces)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(tx, u->who->user, "material.added", u->id, detail);
	json_decref(detail);
	return rc;
}

static int add_run(struct db_tx *tx, void *arg)
{
	struct upload *u = arg;
	int rc = may_add(tx, u);
	if (rc == 0 && u->late)
		return late_run(u, tx);
	if (rc == 0)
		rc = same_find(u, tx);
	if (rc < 0 || u->there)
		return rc;
	rc = material_add(tx, u->id, &u->m);
	return rc == 0 ? material_record(tx, u, "material.add", u->m.id) : rc;
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
	if ((rc = pieces_take(p, &u->piece, content)) < 0)
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
	struct view content = buf_view(sent);
	const char *media = NULL;
	char hex[DIGEST_HEX];
	int rc = media_check_material(content, &media, &u->note);
	if (rc == ERR_SPATIAL)
		return http_fail(r, rc, "%s (%.80s)", WINDOW_NOTICE, u->note.text);
	if (rc < 0)
		return http_fail_note(r, &u->note);
	/* Where a photograph was taken is nobody's business here; the applicant is told. */
	bool cleaned = media_inner_clean(sent->p, sent->n, media);
	snprintf(u->m.media, sizeof u->m.media, "%s", media);
	rc = blob_save(u->s->blobs, content, &u->m.ref);
	if (rc == 0 && ((rc = account_write(r, add_run, u)) < 0 || u->there))
		blob_drop(u->s, &u->m.ref);
	if (rc < 0)
		return u->note.err == rc ? http_fail_note(r, &u->note) : rc;
	digest_hex(&u->m.ref.digest, hex);
	return http_reply_json(r, u->there ? 200 : 201,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:b}", "id", u->m.id, "code", u->m.code, "name",
			u->m.name, "media", u->m.media, "size", (json_int_t)u->m.ref.size, "digest", hex,
			"place_removed", cleaned));
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
	if ((rc = account_read(r, may_add, &u)) < 0)
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
	int rc = own_draft(u, tx, &a);
	if (rc == 0)
		rc = material_code(tx, u->id, u->material_id, u->m.code);
	if (rc == 0)
		rc = asked_for(u, tx, &a, u->m.code);
	if (rc == 0)
		rc = material_remove(tx, u->id, u->material_id, a.round, &u->m.ref, &u->drop);
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
	if ((rc = account_read(r, may_add, &u)) < 0)
		return u.note.err == rc ? http_fail_note(r, &u.note) : rc;
	buf_init(&content, MATERIAL_COPY_MAX);
	rc = blob_load(u.s->blobs, &c.m.ref, MATERIAL_COPY_MAX, &content);
	if (rc == 0)
		rc = content_add(r, &u, &content);
	buf_fini(&content);
	return rc;
}
