#include "zones/intranet/domain/chain.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1 << 22)
#define NAME_MAX 64

int64_t chain_number(const json_t *log_row)
{
	return json_int(log_row, "xh");
}

void chain_key(int64_t number, char out[static 16])
{
	snprintf(out, 16, "%012lld", (long long)(number % INT64_C(1000000000000)));
}

static void hex_of(const struct suite *s, struct view text, char hex[static DIGEST_HEX])
{
	digest_hex_of(s, text, hex);
}

static int link_make(
	const struct suite *s, const char *before, const json_t *log_row, char hex[static DIGEST_HEX])
{
	json_t *bare = json_copy((json_t *)(uintptr_t)log_row);
	struct buf text;
	buf_init(&text, TEXT_MAX);
	int rc = bare ? 0 : ERR_NOMEM;
	if (rc == 0) {
		(void)json_object_del(bare, "lz");
		rc = buf_addf(&text, "%s\n", before);
	}
	if (rc == 0)
		rc = json_canon(bare, &text);
	if (rc == 0)
		hex_of(s, buf_view(&text), hex);
	buf_fini(&text);
	json_decref(bare);
	return rc;
}

int chain_check(const struct suite *s, const char *before, const json_t *log_row, struct err_note *note)
{
	char hex[DIGEST_HEX];
	long long n = (long long)chain_number(log_row);
	hex_of(s, view_str(json_str(log_row, "mx")), hex);
	if (strcmp(hex, json_str(log_row, "zy")) != 0)
		return err_set(note, ERR_DIGEST, "log row %lld: its list is not what its digest says", n);
	if (!before)
		return 0;
	int rc = link_make(s, before, log_row, hex);
	if (rc == 0 && strcmp(hex, json_str(log_row, "lz")) != 0)
		rc = err_set(note, ERR_DIGEST, "log row %lld: does not follow the log row before it", n);
	return rc;
}

int chain_list(const json_t *log_row, json_t *listed, struct err_note *note)
{
	json_t *list = NULL, *one;
	size_t i;
	int rc = json_parse(view_str(json_str(log_row, "mx")), TEXT_MAX, &list, note);
	json_array_foreach(list, i, one)
	{
		const char *op = json_string_value(json_array_get(one, 0)),
			   *table = json_string_value(json_array_get(one, 1)),
			   *hex = json_string_value(json_array_get(one, 3));
		char key[16], name[NAME_MAX];
		if (!op || !table || !hex || !json_is_integer(json_array_get(one, 2))) {
			rc = err_set(note, ERR_SCHEMA, "log row %lld: its list is none",
				(long long)chain_number(log_row));
			break;
		}
		chain_key(json_integer_value(json_array_get(one, 2)), key);
		snprintf(name, sizeof name, "%.40s/%s", table, key);
		json_object_set_new(listed, name,
			json_pack("{s:s,s:s,s:s}", "op", op, "digest", hex, "salt", json_str(log_row, "yz")));
	}
	json_decref(list);
	return rc;
}

int chain_row(const struct suite *s, const json_t *listed, const char *table, const char *key,
	const char *row, struct err_note *note)
{
	char hex[DIGEST_HEX], name[NAME_MAX];
	struct buf text;
	snprintf(name, sizeof name, "%.40s/%.15s", table, key);
	const json_t *want = json_object_get(listed, name);
	if (!want)
		return err_set(note, ERR_DIGEST, "row %s: the log does not list it", name);
	buf_init(&text, TEXT_MAX);
	int rc = buf_addf(&text, "%s\n%s\n%s\n%s", json_str(want, "salt"), json_str(want, "op"), table, row);
	if (rc == 0)
		hex_of(s, buf_view(&text), hex);
	if (rc == 0 && strcmp(hex, json_str(want, "digest")) != 0)
		rc = err_set(note, ERR_DIGEST, "row %s: is not what the log lists", name);
	buf_fini(&text);
	return rc;
}
