#include "zones/internet/store/offer.h"

#include "common/log/log.h"
#include "zones/internet/store/definition.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFINITION_MAX 131072
#define BUSINESSES_MAX 1024 /* versions of all */
#define FEES_MAX 256

struct offer {
	struct db *db;
	const char *tenant;
	atomic_bool stale;
	pthread_mutex_t syncing; /* one at a time; held around reads of the database */
	pthread_mutex_t lock;    /* of what follows; never held around them */
	struct business *v[BUSINESSES_MAX];
	size_t n;
	struct fee_table *fees[FEES_MAX]; /* the last one is in force */
	size_t nfees;
	int64_t fees_version;
};

int offer_new(struct db *d, const char *tenant, struct offer **out)
{
	struct offer *o = calloc(1, sizeof *o);
	if (!o)
		return ERR_NOMEM;
	o->db = d;
	o->tenant = tenant;
	pthread_mutex_init(&o->syncing, NULL);
	pthread_mutex_init(&o->lock, NULL);
	atomic_init(&o->stale, true);
	int rc = offer_sync(o);
	if (rc < 0)
		offer_free(o);
	else
		*out = o;
	return rc;
}

void offer_free(struct offer *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++)
		business_one_free(o->v[i]);
	for (size_t i = 0; i < o->nfees; i++)
		fee_free(o->fees[i]);
	pthread_mutex_destroy(&o->syncing);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

struct parsed {
	struct business *business; /* one of the two */
	struct fee_table *fees;
	char code[48];
	int64_t version;
};

static int parse(const char *kind, const char *definition, struct parsed *out, struct err_note *note)
{
	static const char *const keys[] = {"kind", "code", "version", "texts", NULL};
	json_t *d = NULL;
	memset(out, 0, sizeof *out);
	int rc = json_parse(view_str(definition), DEFINITION_MAX, &d, note);
	if (rc == 0)
		rc = json_only_keys(d, keys, note);
	const json_t *texts = json_object_get(d, "texts");
	if (rc == 0 && (strcmp(json_str(d, "kind"), kind) != 0 || !json_is_object(texts)))
		rc = err_set(note, ERR_SCHEMA, "definition: not one of kind %s", kind);
	if (rc == 0 && strcmp(kind, "business") == 0)
		rc = business_parse(texts, &out->business, note);
	else if (rc == 0)
		rc = fee_parse("fees", json_str(texts, "fees.yaml"), &out->fees, note);
	if (rc == 0) {
		snprintf(out->code, sizeof out->code, "%s", json_str(d, "code"));
		out->version = json_int(d, "version");
	}
	if (rc == 0 && out->business &&
		(strcmp(out->code, out->business->code) != 0 || out->version != out->business->version))
		rc = err_set(note, ERR_SCHEMA, "definition: of another business or version");
	if (rc < 0) {
		business_one_free(out->business);
		fee_free(out->fees);
	}
	json_decref(d);
	return rc;
}

int offer_check(
	const char *kind, const char *code, int64_t version, const char *definition, struct err_note *note)
{
	struct parsed p;
	int rc = parse(kind, definition, &p, note);
	if (rc < 0)
		return rc;
	if (strcmp(p.code, code) != 0 || p.version != version)
		rc = err_set(note, ERR_SCHEMA, "definition: says %.47s %lld", p.code, (long long)p.version);
	business_one_free(p.business);
	fee_free(p.fees);
	return rc;
}

/* ---- taking in */
static bool known(const struct offer *o, const struct business *b)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i]->version == b->version && strcmp(o->v[i]->code, b->code) == 0)
			return true;
	return false;
}

static int keep(struct offer *o, const struct parsed *p)
{
	bool fees = p->fees && p->version > o->fees_version, business = p->business && !known(o, p->business);
	if (fees && o->nfees < FEES_MAX) {
		o->fees[o->nfees++] = p->fees;
		o->fees_version = p->version;
		return 0;
	}
	if (business && o->n < BUSINESSES_MAX) {
		o->v[o->n++] = p->business;
		return 0;
	}
	business_one_free(p->business);
	fee_free(p->fees);
	return fees || business ? ERR_LIMIT : 0;
}

/* Rows come by kind, code and version. What this version of the program cannot read is left out, not lost. */
static int take(void *arg, const char *kind, const char *definition)
{
	struct offer *o = arg;
	struct parsed p;
	struct err_note note = {0};
	int rc = parse(kind, definition, &p, &note);
	if (rc == ERR_NOMEM)
		return rc;
	if (rc < 0) {
		log_warn("definition", "kind=%s error=%s text=\"%s\"", kind, err_name(rc), note.text);
		return 0;
	}
	pthread_mutex_lock(&o->lock);
	rc = keep(o, &p);
	pthread_mutex_unlock(&o->lock);
	return rc;
}

static int by_code(const void *a, const void *b)
{
	const struct business *x, *y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	int c = strcmp(x->code, y->code);
	return c ? c : x->version > y->version ? -1 : x->version < y->version;
}

static int sync_run(struct db_tx *tx, void *arg)
{
	return definition_each(tx, take, arg);
}

int offer_sync(struct offer *o)
{
	int rc = 0;
	if (!atomic_load(&o->stale))
		return 0;
	pthread_mutex_lock(&o->syncing);
	if (atomic_exchange(&o->stale, false)) {
		rc = db_read(o->db, o->tenant, sync_run, o);
		pthread_mutex_lock(&o->lock);
		qsort(o->v, o->n, sizeof o->v[0], by_code);
		pthread_mutex_unlock(&o->lock);
		if (rc < 0)
			atomic_store(&o->stale, true);
	}
	pthread_mutex_unlock(&o->syncing);
	return rc;
}

void offer_stale(void *o)
{
	atomic_store(&((struct offer *)o)->stale, true);
}

/* ---- looking up; the newest version stands first */
static const struct business *find(struct offer *o, const char *code, int64_t version)
{
	const struct business *found = NULL;
	pthread_mutex_lock(&o->lock);
	for (size_t i = 0; i < o->n && !found; i++)
		if (strcmp(o->v[i]->code, code) == 0 && (version == 0 || o->v[i]->version == version))
			found = o->v[i];
	pthread_mutex_unlock(&o->lock);
	return found;
}

const struct business *offer_find(struct offer *o, const char *code, int64_t version)
{
	return find(o, code, version);
}

const struct business *offer_newest(struct offer *o, const char *code)
{
	return find(o, code, 0);
}

const struct business *offer_at(struct offer *o, size_t i)
{
	const struct business *found = NULL;
	pthread_mutex_lock(&o->lock);
	for (size_t k = 0; k < o->n; k++)
		if ((k == 0 || strcmp(o->v[k]->code, o->v[k - 1]->code) != 0) && i-- == 0) {
			found = o->v[k];
			break;
		}
	pthread_mutex_unlock(&o->lock);
	return found;
}

const struct fee_table *offer_fees(struct offer *o)
{
	pthread_mutex_lock(&o->lock);
	const struct fee_table *t = o->nfees ? o->fees[o->nfees - 1] : NULL;
	pthread_mutex_unlock(&o->lock);
	return t;
}
