/* Named parameters become numbered ones, once for all connections. */
#include "common/db/db_impl.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536

static bool name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Place of the name, 1 …; 0 without memory. */
static size_t param_place(struct db_text *t, const char *name, size_t n)
{
	for (size_t i = 0; i < t->nparams; i++)
		if (strlen(t->params[i]) == n && memcmp(t->params[i], name, n) == 0)
			return i + 1;
	char **more = realloc(t->params, (t->nparams + 1) * sizeof *more);
	if (!more)
		return 0;
	t->params = more;
	if (!(more[t->nparams] = strndup(name, n)))
		return 0;
	t->nparams++;
	if (strcmp(more[t->nparams - 1], "tenant") == 0)
		t->tenant = t->nparams;
	return t->nparams;
}

static int text_make(struct db_text *t, const char *sql)
{
	struct buf out;
	char quote = '\0';
	int rc = 0;
	buf_init(&out, TEXT_MAX);
	for (const char *s = sql; rc == 0 && *s; s++) {
		if (quote ? *s == quote : *s == '\'' || *s == '"')
			quote = quote ? '\0' : *s;
		if (quote || *s != ':' || !name_char(s[1])) {
			rc = buf_add(&out, s, 1);
			continue;
		}
		size_t n = 1;
		while (name_char(s[1 + n]))
			n++;
		size_t place = param_place(t, s + 1, n);
		rc = place ? buf_addf(&out, "$%zu", place) : ERR_NOMEM;
		s += n;
	}
	if (rc == 0)
		t->sql = buf_take(&out);
	buf_fini(&out);
	return rc;
}

static size_t hash(const struct db *d, const struct db_stmt *s)
{
	return (size_t)(((uintptr_t)s >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (d->nplaces - 1);
}

size_t db_text_place(const struct db *d, const struct db_stmt *s)
{
	size_t h = hash(d, s);
	while (d->places[h] && d->texts[d->places[h] - 1].stmt != s)
		h = (h + 1) & (d->nplaces - 1);
	REQUIRE(d->places[h]); /* made by DB_STMT */
	return d->places[h] - 1U;
}

static int places_make(struct db *d)
{
	d->nplaces = 64;
	while (d->nplaces < 2 * d->ntexts)
		d->nplaces *= 2;
	REQUIRE(d->ntexts < UINT16_MAX);
	d->places = calloc(d->nplaces, sizeof *d->places);
	if (!d->places)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->ntexts; i++) {
		size_t h = hash(d, d->texts[i].stmt);
		while (d->places[h])
			h = (h + 1) & (d->nplaces - 1);
		d->places[h] = (uint16_t)(i + 1);
	}
	return 0;
}

int db_texts_make(struct db *d)
{
	d->ntexts = __start_db_stmts ? (size_t)(__stop_db_stmts - __start_db_stmts) : 0;
	d->texts = calloc(d->ntexts + 1, sizeof *d->texts);
	int rc = d->texts ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < d->ntexts; i++) {
		d->texts[i].stmt = __start_db_stmts[i];
		if (d->texts[i].stmt)
			rc = text_make(&d->texts[i], d->texts[i].stmt->sql);
	}
	return rc == 0 ? places_make(d) : rc;
}

void db_texts_free(struct db *d)
{
	for (size_t i = 0; d->texts && i < d->ntexts; i++) {
		for (size_t k = 0; k < d->texts[i].nparams; k++)
			free(d->texts[i].params[k]);
		free(d->texts[i].params);
		free(d->texts[i].sql);
	}
	free(d->texts);
	free(d->places);
}

int db_conn_init(struct db_conn *c, struct db *d, bool writer)
{
	c->db = d;
	c->writer = writer;
	c->queries = calloc(d->ntexts + 1, sizeof *c->queries);
	if (!c->queries)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->ntexts; i++)
		c->queries[i] = (struct db_query){.text = &d->texts[i], .i = i};
	return 0;
}

void db_conn_fini(struct db_conn *c)
{
	free(c->queries);
	c->queries = NULL;
}
