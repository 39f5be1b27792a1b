#include "burner/ledger/revoked.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1 << 20)

int revoked_list(const struct ledger *l, json_t **out, struct err_note *note)
{
	struct buf b;
	json_t *o = NULL, *list = NULL;
	buf_init(&b, FILE_MAX);
	int rc = file_read(ledger_root(l), "trust/revoked.json", FILE_MAX, &b);
	if (rc == ERR_NOTFOUND) {
		buf_fini(&b);
		*out = json_array();
		return *out ? 0 : ERR_NOMEM;
	}
	if (rc == 0)
		rc = json_parse(buf_view(&b), FILE_MAX, &o, note);
	if (rc == 0)
		rc = json_get_arr(o, "revoked", DISC_REVOKED_MAX, &list, note);
	if (rc == 0)
		*out = json_incref(list);
	json_decref(o);
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "trust/revoked.json of the ledger cannot be used") : 0;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct disc_revoked *)a)->key, ((const struct disc_revoked *)b)->key);
}

int revoked_read(const struct ledger *l, struct revoked *out, struct err_note *note)
{
	json_t *list = NULL, *o;
	struct revoked r = {.v = calloc(DISC_REVOKED_MAX, sizeof *r.v)};
	size_t i;
	int rc = r.v ? revoked_list(l, &list, note) : ERR_NOMEM;
	json_array_foreach(list, i, o)
	{
		const char *key = json_str(o, "key"), *last = json_str(o, "last");
		if (rc == 0 && (!disc_key_ok(key) || (*last && !disc_id_ok(last))))
			rc = err_set(note, ERR_SCHEMA, "trust/revoked.json of the ledger cannot be used");
		if (rc < 0)
			break;
		(void)snprintf(r.v[r.n].key, KEY_ID, "%s", key);
		(void)snprintf(r.v[r.n++].last, DISC_ID, "%s", last);
	}
	json_decref(list);
	if (rc < 0) {
		revoked_fini(&r);
		return rc;
	}
	qsort(r.v, r.n, sizeof *r.v, by_key);
	*out = r;
	return 0;
}

void revoked_fini(struct revoked *r)
{
	free(r->v);
	*r = (struct revoked){.v = NULL};
}

static int list_write(const struct ledger *l, json_t *list, struct err_note *note)
{
	struct buf b;
	json_t *o = json_pack("{s:O}", "revoked", list);
	int dir = -1, rc = o ? 0 : ERR_NOMEM;
	buf_init(&b, FILE_MAX);
	if (rc == 0)
		rc = json_canon(o, &b);
	if (rc == 0 && mkdirat(ledger_root(l), "trust", 0750) < 0 && errno != EEXIST)
		rc = err_from_errno(errno);
	if (rc == 0 && (dir = openat(ledger_root(l), "trust", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		rc = err_from_errno(errno);
	if (rc == 0)
		rc = file_write(dir, "revoked.json", 0640, buf_view(&b), "ledger.revoked");
	if (dir >= 0)
		close(dir);
	json_decref(o);
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "trust/revoked.json of the ledger cannot be written") : 0;
}

static json_t *entry_of(const json_t *list, const char *key, size_t *at)
{
	size_t i;
	json_t *o;
	json_array_foreach(list, i, o)
	{
		if (strcmp(json_str(o, "key"), key) == 0) {
			*at = i;
			return o;
		}
	}
	return NULL;
}

struct telling {
	const char *last, *reason, *by, *from;
};

/* 1: it is known so already. */
static int put(
	struct ledger *l, json_t *list, const char *key, const struct telling *t, struct err_note *note)
{
	char at[TIME_TEXT];
	size_t where = 0;
	const json_t *was = entry_of(list, key, &where);
	if (was && strcmp(json_str(was, "last"), t->last) <= 0)
		return 1;
	if (!was && json_array_size(list) == DISC_REVOKED_MAX)
		return err_set(note, ERR_LIMIT, "more than %d revoked keys", DISC_REVOKED_MAX);
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "at", at, "by", t->by, "from", t->from, "key", key,
		"last", t->last, "reason", t->reason);
	int rc = o ? ledger_audit(l, "person.revoke", key,
			     json_pack("{s:s,s:s,s:s,s:s}", "by", t->by, "from", t->from, "last", t->last,
				     "reason", t->reason),
			     note)
		   : ERR_NOMEM;
	if (rc < 0) {
		json_decref(o);
		return rc;
	}
	rc = was ? json_array_set_new(list, where, o) : json_array_append_new(list, o);
	return rc < 0 ? ERR_NOMEM : 0;
}

int revoked_add(struct ledger *l, const char *key, const char *last, const char *reason, const char *by,
	json_t **out, struct err_note *note)
{
	const struct telling t = {.last = last, .reason = reason, .by = by, .from = ""};
	json_t *list = NULL;
	size_t where = 0;
	if (!disc_key_ok(key))
		return err_set(
			note, ERR_SCHEMA, "%.40s: not the number of a key (16 hexadecimal digits)", key);
	if (*last && !disc_id_ok(last))
		return err_set(note, ERR_SCHEMA, "--last %.40s: a disc, or none", last);
	int rc = revoked_list(l, &list, note);
	if (rc == 0)
		rc = put(l, list, key, &t, note);
	if (rc == 1)
		rc = err_set(note, ERR_EXISTS, "key %s is revoked already, from an earlier disc on", key);
	if (rc == 0)
		rc = list_write(l, list, note);
	if (rc == 0)
		*out = json_incref(entry_of(list, key, &where));
	json_decref(list);
	return rc;
}

int revoked_take(struct ledger *l, const struct disc *d, const char *by, struct err_note *note)
{
	json_t *list = NULL;
	bool changed = false;
	int rc = d->nrevoked ? revoked_list(l, &list, note) : 0;
	for (size_t i = 0; rc >= 0 && i < d->nrevoked; i++) {
		const struct telling t = {.last = d->revoked[i].last, .reason = "", .by = by, .from = d->id};
		rc = put(l, list, d->revoked[i].key, &t, note);
		changed |= rc == 0;
	}
	if (rc >= 0)
		rc = changed ? list_write(l, list, note) : 0;
	json_decref(list);
	return rc;
}
