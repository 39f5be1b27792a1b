/* disc.json as somebody else wrote it. */
#include "burner/disc/disc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int file_decode(const json_t *o, const char *before, struct disc_file *f, struct err_note *note)
{
	static const char *const keys[] = {"digest", "name", "size", NULL};
	const char *name = NULL, *digest = NULL;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "name", sizeof f->name - 1, &name, note);
	if (rc == 0)
		rc = json_get_str(o, "digest", 64, &digest, note);
	if (rc == 0)
		rc = json_get_int(o, "size", 1, INT64_C(1) << 40, &f->size, note);
	if (rc == 0 && digest_parse(digest, &f->digest) < 0)
		rc = err_set(note, ERR_SCHEMA, "disc.json: digest of a file");
	if (rc == 0 && (!disc_bundle_name_ok(name) || strcmp(before, name) >= 0))
		rc = err_set(note, ERR_SCHEMA, "disc.json: name of a file, or their order");
	if (rc == 0)
		snprintf(f->name, sizeof f->name, "%s", name);
	return rc;
}

static int head_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	static const char *const keys[] = {"blanks", "created", "disc", "files", "format", "mark", "policy",
		"prev", "revoked", "set", "suite", "use", "void", NULL};
	const char *id = "", *created = "", *prev = "", *suite = "", *mark = "", *use = "";
	int64_t format, at;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_int(o, "format", 1, 1, &format, note);
	if (rc == 0)
		rc = json_get_str(o, "disc", DISC_ID - 1, &id, note);
	if (rc == 0)
		rc = json_get_str(o, "created", 24, &created, note);
	if (rc == 0)
		rc = json_get_str(o, "prev", 64, &prev, note);
	if (rc == 0)
		rc = json_get_str(o, "suite", 8, &suite, note);
	if (rc == 0)
		rc = json_get_str(o, "mark", 16, &mark, note);
	if (rc == 0)
		rc = json_get_str(o, "use", DISC_USE_MAX, &use, note);
	if (rc == 0)
		rc = json_get_int(o, "policy", 0, INT64_C(1) << 31, &d->policy, note);
	if (rc == 0 && disc_mark_parse(mark, &d->mark) < 0)
		rc = err_set(note, ERR_SCHEMA, "disc.json: mark");
	if (rc == 0 && !disc_use_ok(use))
		rc = err_set(note, ERR_SCHEMA, "disc.json: use");
	if (rc < 0)
		return rc;
	d->suite = suite_by_name(suite);
	if (!d->suite)
		return err_set(note, ERR_SUITE, "disc.json: suite");
	if (!disc_id_ok(id) || time_parse(created, &at) < 0 || digest_parse(prev, &d->prev) < 0)
		return err_set(note, ERR_SCHEMA, "disc.json: disc, created or prev");
	snprintf(d->id, sizeof d->id, "%s", id);
	snprintf(d->use, sizeof d->use, "%s", use);
	snprintf(d->created, sizeof d->created, "%s", created);
	return 0;
}

static int void_decode(const json_t *o, const char *before, struct disc_void *v, struct err_note *note)
{
	static const char *const keys[] = {"disc", "identity", NULL};
	const char *id = "", *identity = "";
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "disc", DISC_ID - 1, &id, note);
	if (rc == 0)
		rc = json_get_str(o, "identity", 64, &identity, note);
	if (rc == 0 &&
		(!disc_id_ok(id) || strcmp(before, id) >= 0 || digest_parse(identity, &v->identity) < 0))
		rc = err_set(note, ERR_SCHEMA, "disc.json: a void disc, or their order");
	if (rc == 0)
		(void)snprintf(v->id, sizeof v->id, "%s", id);
	return rc;
}

static int voids_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	json_t *list = NULL;
	int rc = json_get_arr(o, "void", DISC_VOIDS_MAX, &list, note);
	if (rc == 0 && !(d->voids = calloc(json_array_size(list) + 1, sizeof *d->voids)))
		rc = ERR_NOMEM;
	for (; rc == 0 && d->nvoids < json_array_size(list); d->nvoids++)
		rc = void_decode(json_array_get(list, d->nvoids), d->nvoids ? d->voids[d->nvoids - 1].id : "",
			&d->voids[d->nvoids], note);
	return rc;
}

static int revoked_one_decode(
	const json_t *o, const char *before, struct disc_revoked *v, struct err_note *note)
{
	static const char *const keys[] = {"key", "last", NULL};
	const char *key = "", *last = "";
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "key", KEY_ID - 1, &key, note);
	if (rc == 0)
		rc = json_get_str(o, "last", DISC_ID - 1, &last, note);
	if (rc == 0 && (!disc_key_ok(key) || strcmp(before, key) >= 0 || (*last && !disc_id_ok(last))))
		rc = err_set(note, ERR_SCHEMA, "disc.json: a revoked key, or their order");
	if (rc == 0) {
		(void)snprintf(v->key, sizeof v->key, "%s", key);
		(void)snprintf(v->last, sizeof v->last, "%s", last);
	}
	return rc;
}

static int revoked_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	json_t *list = NULL;
	int rc = json_get_arr(o, "revoked", DISC_REVOKED_MAX, &list, note);
	if (rc == 0 && !(d->revoked = calloc(json_array_size(list) + 1, sizeof *d->revoked)))
		rc = ERR_NOMEM;
	for (; rc == 0 && d->nrevoked < json_array_size(list); d->nrevoked++)
		rc = revoked_one_decode(json_array_get(list, d->nrevoked),
			d->nrevoked ? d->revoked[d->nrevoked - 1].key : "", &d->revoked[d->nrevoked], note);
	return rc;
}

static int blank_decode(const json_t *o, const char *before, struct disc_blank *v, struct err_note *note)
{
	static const char *const keys[] = {"disc", "serial", NULL};
	const char *disc = "", *serial = "";
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "disc", DISC_ID - 1, &disc, note);
	if (rc == 0)
		rc = json_get_str(o, "serial", DISC_SERIAL - 1, &serial, note);
	if (rc == 0 &&
		(!disc_serial_ok(serial) || strcmp(before, serial) >= 0 || (*disc && !disc_id_ok(disc))))
		rc = err_set(note, ERR_SCHEMA, "disc.json: a spent blank, or their order");
	if (rc == 0) {
		(void)snprintf(v->serial, sizeof v->serial, "%s", serial);
		(void)snprintf(v->disc, sizeof v->disc, "%s", disc);
	}
	return rc;
}

static int blanks_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	json_t *list = NULL;
	int rc = json_get_arr(o, "blanks", DISC_BLANKS_MAX, &list, note);
	if (rc == 0 && !(d->blanks = calloc(json_array_size(list) + 1, sizeof *d->blanks)))
		rc = ERR_NOMEM;
	for (; rc == 0 && d->nblanks < json_array_size(list); d->nblanks++)
		rc = blank_decode(json_array_get(list, d->nblanks),
			d->nblanks ? d->blanks[d->nblanks - 1].serial : "", &d->blanks[d->nblanks], note);
	return rc;
}

static int set_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	static const char *const keys[] = {"first", "n", "of", NULL};
	char want[DISC_ID];
	const char *first = "";
	json_t *set = NULL;
	int64_t n = 0, of = 0;
	int rc = json_get_obj(o, "set", &set, note);
	if (rc == 0)
		rc = json_only_keys(set, keys, note);
	if (rc == 0)
		rc = json_get_int(set, "of", 1, DISC_SET_MAX, &of, note);
	if (rc == 0)
		rc = json_get_int(set, "n", 1, of, &n, note);
	if (rc == 0)
		rc = json_get_str(set, "first", DISC_ID - 1, &first, note);
	if (rc == 0 && (disc_id_step(d->id, 1 - (int)n, want) < 0 || strcmp(first, want) != 0))
		rc = err_set(note, ERR_SCHEMA, "disc.json: set.first is not the disc %d before", (int)n - 1);
	if (rc == 0) {
		d->set_n = (int)n;
		d->set_of = (int)of;
	}
	return rc;
}

int disc_decode(struct view bytes, struct disc *out, struct err_note *note)
{
	struct disc d = {.n = 0};
	json_t *o = NULL, *files = NULL;
	int rc = json_parse(bytes, DISC_MANIFEST_MAX, &o, note);
	if (rc == 0 && !json_is_canon(bytes))
		rc = err_set(note, ERR_SYNTAX, "disc.json: not canonical");
	if (rc == 0)
		rc = head_decode(o, &d, note);
	if (rc == 0)
		rc = voids_decode(o, &d, note);
	if (rc == 0)
		rc = revoked_decode(o, &d, note);
	if (rc == 0)
		rc = blanks_decode(o, &d, note);
	if (rc == 0)
		rc = set_decode(o, &d, note);
	if (rc == 0)
		rc = json_get_arr(o, "files", DISC_FILES_MAX, &files, note);
	if (rc == 0 && json_array_size(files) == 0)
		rc = err_set(note, ERR_SCHEMA, "disc.json: no files");
	if (rc == 0 && !(d.files = calloc(json_array_size(files), sizeof *d.files)))
		rc = ERR_NOMEM;
	for (; rc == 0 && d.n < json_array_size(files); d.n++)
		rc = file_decode(
			json_array_get(files, d.n), d.n ? d.files[d.n - 1].name : "", &d.files[d.n], note);
	json_decref(o);
	if (rc < 0)
		disc_fini(&d);
	else
		*out = d;
	return rc;
}
