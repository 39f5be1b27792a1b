#include "burner/disc/disc.h"

#include "common/spool/spool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *zh;
} MARKS[DISC_MARKS] = {{"public", "公开"}, {"internal", "内部"}, {"work-secret", "工作秘密"},
	{"secret", "秘密"}, {"confidential", "机密"}};

const char *disc_mark_name(enum disc_mark m)
{
	return MARKS[m].name;
}

const char *disc_mark_zh(enum disc_mark m)
{
	return MARKS[m].zh;
}

int disc_mark_parse(const char *name, enum disc_mark *out)
{
	for (enum disc_mark m = 0; m < DISC_MARKS; m++)
		if (strcmp(name, MARKS[m].name) == 0) {
			*out = m;
			return 0;
		}
	return ERR_SCHEMA;
}

void disc_fini(struct disc *d)
{
	free(d->files);
	free(d->voids);
	free(d->revoked);
	free(d->blanks);
	d->blanks = NULL;
	d->nblanks = 0;
	d->files = NULL;
	d->voids = NULL;
	d->revoked = NULL;
	d->n = d->nvoids = d->nrevoked = 0;
}

bool disc_id_ok(const char *id)
{
	/* D-YYYYMMDD-NNNN */
	if (strlen(id) != 15 || memcmp(id, "D-", 2) != 0 || id[10] != '-')
		return false;
	return strspn(id + 2, "0123456789") == 8 && strspn(id + 11, "0123456789") == 4;
}

int disc_id_step(const char *id, int step, char out[static DISC_ID])
{
	int serial = atoi(id + 11) + step;
	if (serial < 1 || serial > 9999)
		return ERR_LIMIT;
	(void)snprintf(out, DISC_ID, "%.11s%04d", id, serial);
	return 0;
}

bool disc_serial_ok(const char *serial)
{
	size_t n = strspn(serial, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");
	return n > 0 && n < DISC_SERIAL && !serial[n] && serial[0] != '.' && serial[0] != '-';
}

bool disc_key_ok(const char *key)
{
	return strlen(key) == KEY_ID - 1 && strspn(key, "0123456789abcdef") == KEY_ID - 1;
}

/* ---- encoding */
static json_t *files_json(const struct disc *d)
{
	char hex[DIGEST_HEX];
	json_t *files = json_array();
	for (size_t i = 0; files && i < d->n; i++) {
		digest_hex(&d->files[i].digest, hex);
		json_array_append_new(files, json_pack("{s:s,s:s,s:I}", "digest", hex, "name",
						     d->files[i].name, "size", (json_int_t)d->files[i].size));
	}
	return files;
}

json_t *disc_voids_json(const struct disc *d)
{
	char hex[DIGEST_HEX];
	json_t *voids = json_array();
	for (size_t i = 0; voids && i < d->nvoids; i++) {
		digest_hex(&d->voids[i].identity, hex);
		json_array_append_new(voids, json_pack("{s:s,s:s}", "disc", d->voids[i].id, "identity", hex));
	}
	return voids;
}

json_t *disc_set_json(const struct disc *d)
{
	char first[DISC_ID];
	return disc_id_step(d->id, 1 - d->set_n, first) < 0
		       ? NULL
		       : json_pack("{s:s,s:i,s:i}", "first", first, "n", d->set_n, "of", d->set_of);
}

static json_t *revoked_json(const struct disc *d)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < d->nrevoked; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s}", "key", d->revoked[i].key, "last", d->revoked[i].last));
	return list;
}

static json_t *blanks_json(const struct disc *d)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < d->nblanks; i++)
		json_array_append_new(list,
			json_pack("{s:s,s:s}", "disc", d->blanks[i].disc, "serial", d->blanks[i].serial));
	return list;
}

int disc_encode(const struct disc *d, struct buf *out)
{
	char hex[DIGEST_HEX];
	digest_hex(&d->prev, hex);
	json_t *o = json_pack("{s:o,s:s,s:s,s:o,s:i,s:s,s:I,s:s,s:o,s:o,s:s,s:o}", "blanks", blanks_json(d),
		"created", d->created, "disc", d->id, "files", files_json(d), "format", 1, "mark",
		disc_mark_name(d->mark), "policy", (json_int_t)d->policy, "prev", hex, "revoked",
		revoked_json(d), "set", disc_set_json(d), "suite", suite_name(d->suite), "void",
		disc_voids_json(d));
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

/* ---- decoding */
bool disc_bundle_name_ok(const char *name)
{
	size_t n = strlen(name);
	return spool_name_ok(name) && n > 4 && n <= DISC_NAME_MAX && name[0] != '.' &&
	       strcmp(name + n - 4, ".swb") == 0;
}

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
		"prev", "revoked", "set", "suite", "void", NULL};
	const char *id = "", *created = "", *prev = "", *suite = "", *mark = "";
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
		rc = json_get_int(o, "policy", 0, INT64_C(1) << 31, &d->policy, note);
	if (rc == 0 && disc_mark_parse(mark, &d->mark) < 0)
		rc = err_set(note, ERR_SCHEMA, "disc.json: mark");
	if (rc < 0)
		return rc;
	d->suite = suite_by_name(suite);
	if (!d->suite)
		return err_set(note, ERR_SUITE, "disc.json: suite");
	if (!disc_id_ok(id) || time_parse(created, &at) < 0 || digest_parse(prev, &d->prev) < 0)
		return err_set(note, ERR_SCHEMA, "disc.json: disc, created or prev");
	snprintf(d->id, sizeof d->id, "%s", id);
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

void disc_identity(const struct disc *d, struct view bytes, struct digest *out)
{
	digest_of(d->suite, bytes, out);
}

int64_t disc_size(const struct disc *d)
{
	int64_t sum = 0;
	for (size_t i = 0; i < d->n; i++)
		sum += d->files[i].size;
	return sum;
}
