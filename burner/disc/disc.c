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

bool disc_use_ok(const char *use)
{
	size_t n = strlen(use);
	json_t *utf8 = n > 0 && n <= DISC_USE_MAX ? json_string(use) : NULL;
	json_decref(utf8);
	for (const char *p = use; utf8 && *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return false;
	return utf8;
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
	json_t *o = json_pack("{s:o,s:s,s:s,s:o,s:i,s:s,s:I,s:s,s:o,s:o,s:s,s:s,s:o}", "blanks",
		blanks_json(d), "created", d->created, "disc", d->id, "files", files_json(d), "format", 1,
		"mark", disc_mark_name(d->mark), "policy", (json_int_t)d->policy, "prev", hex, "revoked",
		revoked_json(d), "set", disc_set_json(d), "suite", suite_name(d->suite), "use", d->use,
		"void", disc_voids_json(d));
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

bool disc_bundle_name_ok(const char *name)
{
	size_t n = strlen(name);
	return spool_name_ok(name) && n > 4 && n <= DISC_NAME_MAX && name[0] != '.' &&
	       (strcmp(name + n - 4, ".swb") == 0 || spool_list_name(name));
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
