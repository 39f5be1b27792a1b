/* 集中申请: an organisation's agent hands in many applications of one business. Each row is an application of
 * its own (batch_rows.c), with materials and checks as every other; the agent signs once for all that are
 * ready, and each goes off by itself, so that a lost line or a refused row holds up no other. */
#include "zones/internet/api/record.h"
#include "zones/internet/domain/joint.h"
#include "zones/internet/store/batch.h"
#include "zones/internet/store/port.h"
#include "zones/internet/transfer/face.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch_work {
	struct portal *p;
	struct service *s;
	const struct http_account *who;
	const char *id;
	const json_t *body;
	const struct business *b;
	struct batch batch;
	bool found;
	json_t *out;
	struct err_note note;
};

static void work_init(struct http_request *r, struct batch_work *w, const char *id)
{
	*w = (struct batch_work){
		.p = api_portal(r), .s = http_arg(r), .who = http_user(r), .id = id, .body = http_body(r)};
}

static int reply(struct http_request *r, struct batch_work *w, int rc, int status)
{
	if (rc == 0)
		return http_reply_json(r, status, w->out);
	json_decref(w->out);
	return w->note.err == rc ? http_fail_note(r, &w->note) : rc;
}

/* ---- the batch */
static int start_run(struct db_tx *tx, void *arg)
{
	struct batch_work *w = arg;
	const char *key = json_str(w->body, "key");
	int rc = port_check(tx, w->who->id, &w->note);
	if (rc < 0)
		return rc;
	rc = batch_by_key(tx, w->who->id, key, &w->batch);
	w->found = rc == 0;
	if (rc != ERR_NOTFOUND)
		return rc;
	struct uuid id = uuid_new();
	struct batch *b = &w->batch;
	memset(b, 0, sizeof *b);
	snprintf(b->id, sizeof b->id, "%s", id.s);
	snprintf(b->owner, sizeof b->owner, "%s", w->who->id);
	snprintf(b->business, sizeof b->business, "%s", w->b->code);
	snprintf(b->division, sizeof b->division, "%s", w->id);
	b->business_version = w->b->version;
	b->count = json_int(w->body, "count");
	time_text(time_now_ms(), b->at);
	rc = batch_insert(tx, b, key);
	return rc == 0 ? audit_record(tx, w->who->user, "batch.start", b->id, NULL) : rc;
}

static int start_check(struct http_request *r, struct batch_work *w)
{
	int64_t count;
	const char *key = NULL;
	int rc = json_get_int(w->body, "count", 1, BATCH_ROWS_MAX, &count, &w->note);
	if (rc == 0)
		rc = json_get_str(w->body, "key", 64, &key, &w->note);
	if (rc == 0 && strlen(key) < 16)
		rc = err_set(&w->note, ERR_SCHEMA, "key: 16 to 64 bytes");
	w->b = offer_newest(w->p->offer, json_str(w->body, "business"));
	if (rc == 0 && (!w->b || !w->b->portal))
		rc = err_set(&w->note, ERR_SCHEMA, "business: unknown");
	if (rc == 0 && !(w->id = api_division(r, json_str(w->body, "division"))))
		rc = err_set(&w->note, ERR_SCHEMA, "division: of no office here");
	if (rc == 0 && face_demanded(w->p, w->b->code))
		rc = err_set(&w->note, ERR_REFUSED,
			"本业务签名前须逐件人脸比对，不能集中签名 the face is compared for each application "
			"of "
			"this business; it is not taken in batches");
	return rc;
}

int api_batch_start(struct http_request *r)
{
	static const struct limit_rule rule = {"batch", 10, 10000};
	struct batch_work w;
	int rc = api_limit(r, &rule);
	if (rc == 0)
		rc = offer_sync(api_portal(r)->offer);
	if (rc < 0)
		return rc;
	work_init(r, &w, NULL);
	rc = start_check(r, &w);
	if (rc == 0)
		rc = account_write(r, start_run, &w);
	if (rc == 0)
		w.out = json_pack("{s:s,s:b}", "id", w.batch.id, "resumed", w.found);
	return reply(r, &w, rc, w.found ? 200 : 201);
}

static int list_run(struct db_tx *tx, void *arg)
{
	struct batch_work *w = arg;
	return batch_list(tx, w->who->id, &w->out);
}

int api_batch_list(struct http_request *r)
{
	struct batch_work w;
	json_t *one;
	size_t i;
	work_init(r, &w, NULL);
	int rc = account_read(r, list_run, &w);
	json_array_foreach(w.out, i, one)
	{
		const struct business *b = offer_newest(w.p->offer, json_str(one, "business"));
		json_object_set_new(one, "business_zh", json_string(b ? b->zh : ""));
		json_object_set_new(one, "business_en", json_string(b ? b->en : ""));
	}
	if (rc == 0)
		w.out = json_pack("{s:o}", "rows", w.out);
	return reply(r, &w, rc, 200);
}

static int text_json(struct batch_work *w, struct db_tx *tx, json_t **out)
{
	struct buf text;
	int64_t part = 0;
	bool is_signed = false;
	char hex[DIGEST_HEX];
	buf_init(&text, 4096);
	int rc = batch_text_get(tx, w->batch.id, &part, &text, &is_signed);
	if (rc == 0) {
		digest_hex_of(w->s->suite, buf_view(&text), hex);
		*out = json_pack("{s:I,s:s,s:s,s:b}", "part", (json_int_t)part, "canonical",
			(const char *)text.p, "digest", hex, "signed", is_signed);
	}
	buf_fini(&text);
	if (rc == ERR_NOTFOUND) {
		*out = json_null();
		rc = 0;
	}
	return rc == 0 && !*out ? ERR_NOMEM : rc;
}

static int get_run(struct db_tx *tx, void *arg)
{
	struct batch_work *w = arg;
	json_t *rows = NULL, *text = NULL;
	int rc = batch_get(tx, w->id, w->who->id, &w->batch);
	if (rc == 0)
		rc = batch_rows(tx, w->id, &rows);
	if (rc == 0)
		rc = text_json(w, tx, &text);
	if (rc == 0 &&
		!(w->out = json_pack("{s:s,s:s,s:I,s:s,s:I,s:s,s:O,s:O}", "id", w->batch.id, "business",
			  w->batch.business, "business_version", (json_int_t)w->batch.business_version,
			  "division", w->batch.division, "count", (json_int_t)w->batch.count, "at",
			  w->batch.at, "rows", rows, "text", text)))
		rc = ERR_NOMEM;
	json_decref(rows);
	json_decref(text);
	return rc;
}

int api_batch_get(struct http_request *r)
{
	struct batch_work w;
	work_init(r, &w, http_param(r, "id"));
	int rc = account_read(r, get_run, &w);
	return reply(r, &w, rc, 200);
}

/* ---- what is signed */
static int leaves_read(struct batch_work *w, struct db_tx *tx, const json_t *ready,
	struct digest leaves[static BATCH_ROWS_MAX])
{
	const json_t *one;
	size_t i;
	json_array_foreach(ready, i, one)
	{
		struct api_asked asked = {.b = NULL};
		struct application a;
		struct buf text;
		bool answered = false;
		buf_init(&text, 2 << 20);
		int rc = application_get(tx, json_string_value(one), &a);
		if (rc == 0)
			rc = api_asked_load(w->p, tx, &a, w->who, &asked);
		if (rc == 0)
			rc = api_asked_check(&asked, NULL, &answered);
		if (rc == 0 && !answered)
			rc = err_set(&w->note, ERR_STATE,
				"%s: the questions are to be answered before signing", a.id);
		if (rc == 0)
			rc = api_asked_text(&asked, &text);
		if (rc == 0)
			merkle_leaf(w->s->suite, buf_view(&text), &leaves[i]);
		api_asked_fini(&asked);
		buf_fini(&text);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void path_text(const struct digest *path, size_t n, char out[static BATCH_PATH_MAX * DIGEST_HEX])
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char hex[DIGEST_HEX];
		digest_hex(&path[i], hex);
		at += (size_t)snprintf(out + at, BATCH_PATH_MAX * DIGEST_HEX - at, "%s%s", i ? " " : "", hex);
	}
}

static int places_set(struct batch_work *w, struct db_tx *tx, const json_t *ready,
	const struct digest *leaves, int64_t part)
{
	const json_t *one;
	size_t i, n = json_array_size(ready);
	int rc = 0;
	json_array_foreach(ready, i, one)
	{
		struct digest path[MERKLE_PATH_MAX];
		char text[BATCH_PATH_MAX * DIGEST_HEX];
		path_text(path, merkle_path(w->s->suite, leaves, n, i, path), text);
		if (rc == 0)
			rc = batch_row_place(tx, w->id, json_string_value(one), part, (int64_t)i, text);
	}
	return rc;
}

static int text_run(struct db_tx *tx, void *arg)
{
	struct batch_work *w = arg;
	json_t *ready = NULL;
	struct buf text;
	int64_t part = 0;
	struct digest *leaves = calloc(BATCH_ROWS_MAX, sizeof *leaves);
	buf_init(&text, 4096);
	json_decref(w->out);
	w->out = NULL;
	int rc = leaves ? batch_get(tx, w->id, w->who->id, &w->batch) : ERR_NOMEM;
	if (rc == 0)
		rc = port_check(tx, w->who->id, &w->note);
	if (rc == 0)
		rc = batch_ready(tx, w->id, &ready);
	const size_t n = json_array_size(ready);
	const struct joint j = {w->id, w->batch.business, w->batch.business_version};
	if (rc == 0 && n == 0)
		rc = err_set(&w->note, ERR_STATE, "no row is ready to be signed");
	if (rc == 0)
		rc = leaves_read(w, tx, ready, leaves);
	if (rc == 0)
		rc = joint_text(w->s->suite, &j, leaves, n, &text);
	if (rc == 0)
		rc = batch_text_put(tx, w->id, (const char *)text.p, &part);
	if (rc == 0)
		rc = places_set(w, tx, ready, leaves, part);
	if (rc == 0)
		rc = text_json(w, tx, &w->out);
	if (rc == 0)
		rc = audit_record(tx, w->who->user, "batch.text", w->id, NULL);
	json_decref(ready);
	buf_fini(&text);
	free(leaves);
	return rc;
}

int api_batch_text(struct http_request *r)
{
	struct batch_work w;
	work_init(r, &w, http_param(r, "id"));
	int rc = account_write(r, text_run, &w);
	return reply(r, &w, rc, 200);
}
