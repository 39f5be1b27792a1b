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

const struct business *flows_offered(const struct flows *f, const char *code)
{
	const struct business *newest = NULL;
	for (size_t i = 0; i < f->n; i++) {
		const struct business *b = f->v[i].business;
		if (f->v[i].offered && strcmp(b->code, code) == 0 &&
			(!newest || newest->version < b->version))
			newest = b;
	}
	return newest;
}

bool flows_room(const struct flows *f)
{
	return f->n < FLOWS_VERSIONS_MAX - FLOWS_CONFIGURED_ROOM;
}

struct jqbox *flows_box(const struct flows *f)
{
	return f->box;
}

/* ---- publishing and loading */
struct loading {
	struct registry *r;
	struct flows *f;
	struct err_note note;
};

int flows_publish(struct registry *r, struct db_tx *tx, const struct business *b, const char *who,
	struct err_note *note)
{
	char at[TIME_TEXT], hex[DIGEST_HEX];
	struct buf text;
	time_text(time_now_ms(), at);
	buf_init(&text, 4 << 20);
	int rc = json_canon(b->texts, &text);
	if (rc == 0) {
		digest_hex_of(r->service->suite, buf_view(&text), hex);
		rc = flow_store_publish(tx, b->code, b->version, (const char *)text.p, hex, at, who);
	}
	if (rc == ERR_EXISTS)
		rc = err_set(note, ERR_CONFIG,
			"business %s: version %lld was published with another content: give it a new number",
			b->code, (long long)b->version);
	buf_fini(&text);
	return rc;
}

static int publish(struct db_tx *tx, void *arg)
{
	struct loading *l = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && business_at(l->r->businesses, i); i++)
		rc = flows_publish(l->r, tx, business_at(l->r->businesses, i), FLOWS_CONFIGURED, &l->note);
	return rc;
}

/* All offices go by the same versions, also by those from before one was added. */
static int follow(struct db_tx *tx, void *arg)
{
	struct loading *l = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < l->f->n; i++)
		rc = flows_publish(l->r, tx, l->f->v[i].business, l->f->v[i].by, &l->note);
	return rc;
}

static int version_make(const struct loading *l, const struct flow_published *p, struct flows_version *v,
	struct err_note *why)
{
	json_t *texts = NULL;
	const struct business *now = business_find(l->r->businesses, p->business);
	snprintf(v->at, sizeof v->at, "%s", p->at);
	snprintf(v->by, sizeof v->by, "%s", p->by);
	v->offered = strcmp(p->by, FLOWS_CONFIGURED) != 0 || (now && now->version == p->version);
	int rc = json_parse(view_str(p->content), 4 << 20, &texts, why);
	if (rc == 0)
		rc = business_parse(texts, &v->business, why);
	if (rc == 0)
		rc = flow_def_load(view_str(json_str(texts, "process.bpmn")), l->f->box, &v->def, why);
	if (rc == 0)
		rc = process_fits(v->business, v->def->b, why);
	json_decref(texts);
	return rc;
}

static int version_load(void *arg, const struct flow_published *p)
{
	struct loading *l = arg;
	struct flows_version v = {.business = NULL};
	struct err_note why = {0};
	if (flows_version(l->f, p->business, p->version))
		return 0;
	if (l->f->n == FLOWS_VERSIONS_MAX)
		return ERR_LIMIT;
	int rc = version_make(l, p, &v, &why);
	if (rc < 0) {
		business_one_free(v.business);
		flow_def_free(v.def);
		return err_set(&l->note, ERR_CONFIG, "business %.40s %lld: %.180s", p->business,
			(long long)p->version, why.err ? why.text : err_text(rc));
	}
	l->f->v[l->f->n] = v;
	l->f->n++; /* whoever sees the number sees the version */
	return 0;
}

static int load(struct db_tx *tx, void *arg)
{
	return flow_store_published(tx, version_load, arg);
}

static int take_in(struct loading *l)
{
	struct service *s = l->r->service;
	int rc = db_read(s->db, s->tenant, load, l);
	for (size_t i = 1; rc == 0 && s->tenants[i]; i++)
		rc = db_write(s->db, s->tenants[i], follow, l);
	return rc;
}

int flows_reload(struct registry *r, struct err_note *note)
{
	struct loading l = {.r = r, .f = r->flows};
	pthread_mutex_lock(&r->flows->lock);
	int rc = take_in(&l);
	pthread_mutex_unlock(&r->flows->lock);
	if (rc < 0 && l.note.err)
		*note = l.note;
	return rc;
}

int flows_open(struct registry *r, struct flows **out, struct err_note *note)
{
	struct flows *f = calloc(1, sizeof *f);
	struct loading l = {.r = r, .f = f};
	char tried[4200];
	if (!f)
		return ERR_NOMEM;
	f->r = r;
	pthread_mutex_init(&f->lock, NULL);
	snprintf(tried, sizeof tried, "%s/programs.tried", r->service->data_dir);
	int rc = jqbox_start(&(struct jqbox_options){.workers = 2, .tried = tried}, &f->box, note);
	if (rc == 0)
		rc = db_write(r->service->db, r->service->tenant, publish, &l);
	if (rc == 0)
		rc = take_in(&l);
	if (rc < 0) {
		if (l.note.err)
			*note = l.note;
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
	pthread_mutex_destroy(&f->lock);
	free(f);
}
