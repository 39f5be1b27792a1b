/* The published versions of the businesses. */
#include "zones/extranet/store/flows_impl.h"

#include "zones/extranet/domain/process.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct flows_version *flows_version(const struct flows *f, const char *code, int64_t version)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].business->version == version && strcmp(f->v[i].business->code, code) == 0)
			return &f->v[i];
	return NULL;
}

const struct business *flows_business(const struct flows *f, const char *code, int64_t version)
{
	const struct flows_version *v = flows_version(f, code, version);
	return v ? v->business : NULL;
}

const struct business *flows_at(const struct flows *f, size_t i)
{
	return i < f->n ? f->v[i].business : NULL;
}

const char *flows_replaced(const struct flows *f, const char *code, int64_t version)
{
	const struct flows_version *next = NULL;
	for (size_t i = 0; i < f->n; i++) {
		const struct flows_version *v = &f->v[i];
		if (strcmp(v->business->code, code) == 0 && v->business->version > version &&
			(!next || v->business->version < next->business->version))
			next = v;
	}
	return next ? next->at : NULL;
}

struct jqbox *flows_box(const struct flows *f)
{
	return f->box;
}

/* ---- publishing and loading */
static int one_publish(struct flows *f, struct db_tx *tx, const struct business *b)
{
	char at[TIME_TEXT], hex[DIGEST_HEX];
	struct buf text;
	time_text(time_now_ms(), at);
	buf_init(&text, 4 << 20);
	int rc = json_canon(b->texts, &text);
	if (rc == 0) {
		digest_hex_of(f->r->service->suite, buf_view(&text), hex);
		rc = flow_store_publish(
			tx, b->code, b->version, (const char *)text.p, hex, at, "configuration");
	}
	if (rc == ERR_EXISTS)
		rc = err_set(&f->note, ERR_CONFIG,
			"business %s: version %lld was published with another content: give it a new number",
			b->code, (long long)b->version);
	buf_fini(&text);
	return rc;
}

static int publish(struct db_tx *tx, void *arg)
{
	struct flows *f = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && business_at(f->r->businesses, i); i++)
		rc = one_publish(f, tx, business_at(f->r->businesses, i));
	return rc;
}

/* All offices go by the same versions, also by those from before one was added. */
static int follow(struct db_tx *tx, void *arg)
{
	struct flows *f = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->n; i++)
		rc = one_publish(f, tx, f->v[i].business);
	return rc;
}

static int version_load(void *arg, const char *business, int64_t version, const char *content, const char *at)
{
	struct flows *f = arg;
	struct flows_version v = {NULL, NULL, ""};
	json_t *texts = NULL;
	struct err_note why = {0};
	if (f->n == FLOWS_VERSIONS_MAX)
		return ERR_LIMIT;
	snprintf(v.at, sizeof v.at, "%s", at);
	int rc = json_parse(view_str(content), 4 << 20, &texts, &why);
	if (rc == 0)
		rc = business_parse(texts, &v.business, &why);
	if (rc == 0)
		rc = flow_def_load(view_str(json_str(texts, "process.bpmn")), f->box, &v.def, &why);
	if (rc == 0)
		rc = process_fits(v.business, v.def->b, &why);
	json_decref(texts);
	if (rc < 0) {
		business_one_free(v.business);
		flow_def_free(v.def);
		return err_set(&f->note, ERR_CONFIG, "business %.40s %lld: %.180s", business,
			(long long)version, why.err ? why.text : err_text(rc));
	}
	f->v[f->n++] = v;
	return 0;
}

static int load(struct db_tx *tx, void *arg)
{
	return flow_store_published(tx, version_load, arg);
}

int flows_open(struct registry *r, struct flows **out, struct err_note *note)
{
	struct flows *f = calloc(1, sizeof *f);
	struct service *s = r->service;
	if (!f)
		return ERR_NOMEM;
	f->r = r;
	int rc = jqbox_start(&(struct jqbox_options){.workers = 2}, &f->box, note);
	if (rc == 0)
		rc = db_write(s->db, s->tenant, publish, f);
	if (rc == 0)
		rc = db_read(s->db, s->tenant, load, f);
	for (size_t i = 1; rc == 0 && s->tenants[i]; i++)
		rc = db_write(s->db, s->tenants[i], follow, f);
	if (rc < 0) {
		if (f->note.err)
			*note = f->note;
		flows_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

void flows_close(struct flows *f)
{
	if (!f)
		return;
	worker_free(f->clock);
	for (size_t i = 0; i < f->n; i++) {
		business_one_free(f->v[i].business);
		flow_def_free(f->v[i].def);
	}
	jqbox_stop(f->box);
	free(f);
}
