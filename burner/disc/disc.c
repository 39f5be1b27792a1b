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
	d->files = NULL;
	d->voids = NULL;
	d->n = d->nvoids = 0;
}

bool disc_id_ok(const char *id)
{
	/* D-YYYYMMDD-NNNN */
	if (strlen(id) != 15 || memcmp(id, "D-", 2) != 0 || id[10] != '-')
		return false;
	return strspn(id + 2, "0123456789") == 8 && strspn(id + 11, "0123456789") == 4;
}

int disc_encode(const struct disc *d, struct buf *out)
{
	char hex[DIGEST_HEX];
	json_t *files = json_array();
	for (size_t i = 0; files && i < d->n; i++) {
		digest_hex(&d->files[i].digest, hex);
		json_array_append_new(files, json_pack("{s:s,s:s,s:I}", "digest", hex, "name",
						     d->files[i].name, "size", (json_int_t)d->files[i].size));
	}
	json_t *voids = json_array();
	for (size_t i = 0; voids && i < d->nvoids; i++) {
		digest_hex(&d->voids[i], hex);
		json_array_append_new(voids, json_string(hex));
	}
	digest_hex(&d->prev, hex);
	json_t *o = json_pack("{s:s,s:s,s:o,s:i,s:s,s:I,s:s,s:s,s:o}", "created", d->created, "disc", d->id,
		"files", files, "format", 1, "mark", disc_mark_name(d->mark), "policy", (json_int_t)d->policy,
		"prev", hex, "suite", suite_name(d->suite), "void", voids);
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

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
	static const char *const keys[] = {
		"created", "disc", "files", "format", "mark", "policy", "prev", "suite", "void", NULL};
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

static int voids_decode(const json_t *o, struct disc *d, struct err_note *note)
{
	json_t *list = NULL;
	int rc = json_get_arr(o, "void", DISC_VOIDS_MAX, &list, note);
	if (rc == 0 && !(d->voids = calloc(json_array_size(list) + 1, sizeof *d->voids)))
		rc = ERR_NOMEM;
	for (; rc == 0 && d->nvoids < json_array_size(list); d->nvoids++) {
		const char *hex = json_string_value(json_array_get(list, d->nvoids));
		struct digest *v = &d->voids[d->nvoids];
		if (!hex || digest_parse(hex, v) < 0 ||
			(d->nvoids && memcmp(d->voids[d->nvoids - 1].b, v->b, sizeof v->b) >= 0))
			rc = err_set(note, ERR_SCHEMA, "disc.json: void");
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
