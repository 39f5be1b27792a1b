#include "burner/ledger/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *record_new(const struct disc *d, const struct digest *identity, const char *state, const char *by,
	const char *reason, int64_t n)
{
	char id[DIGEST_HEX], prev[DIGEST_HEX];
	digest_hex(identity, id);
	digest_hex(&d->prev, prev);
	json_t *r = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I,s:[],s:[]}", "disc", d->id, "state",
		state, "created", d->created, "reason", reason, "bundles", (json_int_t)d->n, "size",
		(json_int_t)disc_size(d), "digest", id, "prev", prev, "n", (json_int_t)n, "approvals",
		"steps");
	if (r && record_step(r, state, by, "") < 0) {
		json_decref(r);
		return NULL;
	}
	return r;
}

int record_step(json_t *record, const char *state, const char *by, const char *text)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	json_t *step = json_pack("{s:s,s:s,s:s,s:s}", "state", state, "at", at, "by", by, "note", text);
	if (!step || json_array_append_new(json_object_get(record, "steps"), step) < 0 ||
		json_object_set_new(record, "state", json_string(state)) < 0)
		return ERR_NOMEM;
	return 0;
}

struct rows {
	json_t **v;
	size_t n, cap;
};

static int rows_add(struct rows *r, json_t *record)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 64;
		json_t **v = realloc(r->v, cap * sizeof(json_t *));
		if (!v) {
			json_decref(record);
			return ERR_NOMEM;
		}
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = record;
	return 0;
}

static int read_side(const struct ledger *l, enum ledger_side side, struct rows *rows, struct err_note *note)
{
	int fd = openat(ledger_dir(l, side), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		rc = err_set(note, err_from_errno(errno), "ledger: cannot be listed");
		if (fd >= 0)
			close(fd);
		return rc;
	}
	for (struct dirent *e; rc == 0 && (e = readdir(d));) {
		char id[DISC_ID];
		json_t *record = NULL;
		snprintf(id, sizeof id, "%.15s", e->d_name);
		if (!disc_id_ok(id) || (e->d_name[15] && strcmp(e->d_name + 15, ".json") != 0))
			continue;
		rc = ledger_read(l, side, id, &record, note);
		if (rc == 0)
			rc = rows_add(rows, record);
	}
	closedir(d);
	return rc;
}

static int by_count(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int64_t m = json_int(x, "n"), n = json_int(y, "n");
	return m != n ? (m < n ? -1 : 1) : strcmp(json_str(x, "disc"), json_str(y, "disc"));
}

static int by_identity(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Predecessors named by imported discs that were not imported themselves. */
static json_t *missing_of(const struct rows *in)
{
	static const char first[] = "0000000000000000000000000000000000000000000000000000000000000000";
	json_t *out = json_array();
	const char **known = calloc(in->n + 1, sizeof *known);
	for (size_t i = 0; known && i < in->n; i++)
		known[i] = json_str(in->v[i], "digest");
	if (known)
		qsort(known, in->n, sizeof *known, by_identity);
	for (size_t i = 0; known && out && i < in->n; i++) {
		const char *prev = json_str(in->v[i], "prev");
		if (strcmp(prev, first) != 0 && !bsearch(&prev, known, in->n, sizeof *known, by_identity))
			json_array_append_new(out, json_pack("{s:s,s:s}", "identity", prev, "before",
							   json_str(in->v[i], "disc")));
	}
	if (!known) {
		json_decref(out);
		out = NULL;
	}
	free(known);
	return out;
}

int ledger_list(const struct ledger *l, json_t **out, struct err_note *note)
{
	struct rows own = {0}, in = {0};
	json_t *rows = json_array(), *missing = NULL;
	int rc = read_side(l, LEDGER_OUT, &own, note);
	if (rc == 0)
		rc = read_side(l, LEDGER_IN, &in, note);
	if (own.n)
		qsort(own.v, own.n, sizeof *own.v, by_count);
	if (in.n)
		qsort(in.v, in.n, sizeof *in.v, by_count);
	if (rc == 0)
		missing = missing_of(&in);
	for (size_t i = 0; rows && i < own.n; i++)
		json_array_append(rows, own.v[i]);
	for (size_t i = 0; rows && i < in.n; i++)
		json_array_append(rows, in.v[i]);
	for (size_t i = 0; i < own.n; i++)
		json_decref(own.v[i]);
	for (size_t i = 0; i < in.n; i++)
		json_decref(in.v[i]);
	free(own.v);
	free(in.v);
	if (rc == 0 &&
		!(*out = rows && missing ? json_pack("{s:O,s:O}", "rows", rows, "missing", missing) : NULL))
		rc = ERR_NOMEM;
	json_decref(rows);
	json_decref(missing);
	return rc;
}
