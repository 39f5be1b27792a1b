/* `registryd definitions`: what can be applied for, by hand. */
#include "common/log/log.h"
#include "common/workflow/flow_store.h"
#include "zones/extranet/store/design.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/transfer/publish_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct version {
	const struct business *b;
	struct business *own; /* NULL: of the configured set */
	bool designed;        /* in the browser */
	bool offerable;       /* the newest of these of a code is offered */
};
struct printing {
	struct business_set *set;
	struct offices *offices;
	const struct suite *suite;
	struct buf fees;
	int64_t fees_version;
	struct version *v;
	size_t n;
	json_t *designs;
	struct err_note note;
};

/* ---- every version there is: configured, or published before or from the browser */
static void versions_drop(struct printing *p)
{
	for (size_t i = 0; i < p->n; i++)
		business_one_free(p->v[i].own);
	free(p->v);
	p->v = NULL;
	p->n = 0;
}

/* `own` is taken. */
static int version_add(struct printing *p, struct version v)
{
	struct version *more = realloc(p->v, (p->n + 1) * sizeof *more);
	if (!more) {
		business_one_free(v.own);
		return ERR_NOMEM;
	}
	p->v = more;
	p->v[p->n++] = v;
	return 0;
}

static int published_add(void *arg, const struct flow_published *row)
{
	struct printing *p = arg;
	const struct business *now = business_find(p->set, row->business);
	struct version v = {.designed = strcmp(row->by, FLOWS_CONFIGURED) != 0};
	json_t *texts = NULL;
	if (now && now->version == row->version)
		return 0;
	v.offerable = v.designed;
	int rc = json_parse(view_str(row->content), PUBLISH_CONTENT_MAX, &texts, &p->note);
	if (rc == 0)
		rc = business_parse(texts, &v.own, &p->note);
	json_decref(texts);
	v.b = v.own;
	return rc == 0 ? version_add(p, v) : rc;
}

static int all_read(struct db_tx *tx, void *arg)
{
	struct printing *p = arg;
	int rc = 0;
	versions_drop(p);
	json_decref(p->designs);
	p->designs = NULL;
	for (size_t i = 0; rc == 0 && business_at(p->set, i); i++)
		rc = version_add(p, (struct version){.b = business_at(p->set, i), .offerable = true});
	if (rc == 0)
		rc = flow_store_published(tx, published_add, p);
	return rc == 0 ? design_list(tx, &p->designs) : rc;
}

static int sealed_read(struct db_tx *tx, void *arg)
{
	struct printing *p = arg;
	int rc = publish_fees_by_hand(tx, p->suite, buf_view(&p->fees), &p->fees_version);
	return rc == 0 ? all_read(tx, p) : rc;
}

static int by_code(const void *a, const void *b)
{
	const struct version *x = a, *y = b;
	int c = strcmp(x->b->code, y->b->code);
	return c ? c : x->b->version < y->b->version ? -1 : x->b->version > y->b->version;
}

/* ---- as the portal takes them */
static int line_print(
	const struct sign_key *key, const char *kind, const char *code, int64_t version, json_t *texts)
{
	json_t *body = NULL;
	struct buf text;
	buf_init(&text, 1 << 18);
	int rc = publish_seal(key, kind, code, version, texts, &body);
	if (rc == 0)
		rc = json_canon(body, &text);
	if (rc == 0 && printf("%s\n", (const char *)text.p) < 0)
		rc = ERR_IO;
	json_decref(body);
	buf_fini(&text);
	return rc;
}

static int sealed_print(struct printing *p)
{
	const struct sign_key *key = offices_at(p->offices, 0)->seal;
	int rc = line_print(key, "fees", "fees", p->fees_version,
		json_pack("{s:s#}", "fees.yaml", (const char *)p->fees.p, (int)p->fees.n));
	for (size_t i = 0; rc == 0 && i < p->n; i++)
		if (p->v[i].offerable)
			rc = line_print(key, "business", p->v[i].b->code, p->v[i].b->version,
				publish_texts(p->v[i].b));
	return rc;
}

/* ---- as people read them */
static bool offered(const struct printing *p, const struct version *v)
{
	bool newest = v->offerable;
	for (size_t i = 0; i < p->n; i++)
		newest &= !p->v[i].offerable || strcmp(p->v[i].b->code, v->b->code) != 0 ||
			  p->v[i].b->version <= v->b->version;
	return newest;
}

static int list_print(const struct printing *p)
{
	const json_t *d;
	size_t i;
	for (i = 0; i < p->n; i++)
		printf("%s\t%lld\t%s\t%s\t%s\n", p->v[i].b->code, (long long)p->v[i].b->version,
			offered(p, &p->v[i]) ? "offered" : "replaced",
			p->v[i].designed ? "designed" : "configured", p->v[i].b->zh);
	json_array_foreach(p->designs, i, d) if (strcmp(json_str(d, "state"), "active") != 0)
		printf("%s\t%lld\t%s\tdesigned\t%s\n", json_str(d, "code"), (long long)json_int(d, "version"),
			json_str(d, "state"), json_str(d, "zh"));
	return 0;
}

int publish_command(struct service *s, int argc, char **argv)
{
	const struct registry_config *c = s->config;
	struct printing p = {.suite = s->suite};
	if (argc > 1 || (argc == 1 && strcmp(argv[0], "list") != 0))
		return 2;
	buf_init(&p.fees, PUBLISH_FEES_MAX);
	int rc = business_load(c->businesses, &p.set, &p.note);
	if (rc == 0)
		rc = offices_load(s, c->office_files, &p.offices, &p.note);
	if (rc == 0)
		rc = publish_fees(c, &p.fees, &p.note);
	if (rc == 0)
		rc = argc ? db_read(s->db, s->tenant, all_read, &p)
			  : db_write(s->db, s->tenant, sealed_read, &p);
	if (rc == 0 && p.n)
		qsort(p.v, p.n, sizeof *p.v, by_code);
	if (rc == 0)
		rc = argc ? list_print(&p) : sealed_print(&p);
	versions_drop(&p);
	json_decref(p.designs);
	buf_fini(&p.fees);
	offices_free(p.offices);
	business_free(p.set);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = ERR_IO;
	if (rc < 0 && !p.note.err)
		err_set(&p.note, rc, "%s", err_text(rc));
	return rc < 0 ? log_refusal(&p.note) : 0;
}
