/* An entry for the intranet's copy, damaged in every way: what is wrong is refused with its name and leaves
 * the copy as it was. The digests are made here, from the text of the format. */
#include "common/audit/audit.h"
#include "common/exchange/exchange.h"
#include "tests/unit/common/db/backend.h"
#include "zones/intranet/cadastre.h"
#include "zones/intranet/store/copy.h"
#include "zones/intranet/store/parcel.h"
#include "zones/intranet/transfer/receive.h"
#include <stdio.h>
#include <string.h>

#define TENANT "110101"
#define SALT "00112233"

static struct service service;
static char lz[DIGEST_HEX]; /* of the last log row that was made */

static void hex_of(const char *text, char hex[static DIGEST_HEX])
{
	digest_hex_of(service.suite, view_str(text), hex);
}

static char *canon(const json_t *o)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	assert_int_equal(json_canon(o, &b), 0);
	char *text = strdup((const char *)b.p);
	buf_fini(&b);
	return text;
}

static json_t *message_row(const char *table, int key, const json_t *row)
{
	char name[16], *text = canon(row);
	snprintf(name, sizeof name, "%012d", key);
	json_t *o = json_pack("{s:s,s:s,s:s}", "table", table, "key", name, "row", text);
	free(text);
	return o;
}

static json_t *house(int key, const char *end)
{
	return json_pack("{s:i,s:s,s:s,s:o,s:o}", "bsm", key, "bdcdyh", "110101001001GB00001F00010001", "ywh",
		"1", "yxq_z", end ? json_string(end) : json_null(), "zzywh",
		end ? json_string("2") : json_null());
}

/* Log row `xh` behind the one made last, over one row of table h; body: log row first. */
static json_t *entry(int xh, char op, int key, const json_t *row)
{
	char text[4096], digest[DIGEST_HEX], zy[DIGEST_HEX], name[16], *line = canon(row), *bare;
	snprintf(text, sizeof text, "%s\n%c\nh\n%s", SALT, op, line);
	hex_of(text, digest);
	snprintf(text, sizeof text, "[[\"%c\",\"h\",%d,\"%s\"]]", op, key, digest);
	hex_of(text, zy);
	json_t *log = json_pack("{s:i,s:s,s:s,s:s,s:s}", "xh", xh, "bdcdyh", "110101001001GB00001F00010001",
		"mx", text, "yz", SALT, "zy", zy);
	bare = canon(log);
	char chain[8192];
	snprintf(chain, sizeof chain, "%s\n%s", lz, bare);
	hex_of(chain, lz);
	json_object_set_new(log, "lz", json_string(lz));
	snprintf(name, sizeof name, "entry-%d", xh);
	json_t *body = json_pack("{s:s,s:i,s:i,s:[o,o]}", "entry", name, "part", 1, "parts", 1, "rows",
		message_row("djlog", xh, log), message_row("h", key, row));
	json_decref(log);
	free(line);
	free(bare);
	return body;
}

struct arrival {
	const json_t *body;
	struct err_note note;
};
static int arrive_run(struct db_tx *tx, void *arg)
{
	struct arrival *a = arg;
	const struct message m = {.body = (json_t *)(uintptr_t)a->body};
	a->note = (struct err_note){0};
	return receive_entry(tx, &m, NULL, &service, &a->note);
}

static void arrives(const json_t *body, int want, const char *text)
{
	struct arrival a = {.body = body};
	int rc = db_write(service.db, TENANT, arrive_run, &a);
	if (rc != want || !strstr(a.note.text, text))
		fail_msg("%s, wanted %s: \"%s\", wanted \"%s\"", err_name(rc), err_name(want), a.note.text,
			text);
}

static int count_each(void *arg, const char *table, const char *key, struct view row)
{
	(void)table;
	(void)key;
	(void)row;
	++*(int *)arg;
	return 0;
}
static int count_run(struct db_tx *tx, void *arg)
{
	*(int *)arg = 0;
	return copy_each(tx, service.vault, count_each, arg);
}
static int rows_here(void)
{
	int n = 0;
	assert_int_equal(db_read(service.db, TENANT, count_run, &n), 0);
	return n;
}

/* Row i of the body with `from` replaced in its text. */
static json_t *changed(const json_t *body, size_t i, const char *from, const char *to)
{
	json_t *copy = json_deep_copy(body), *row = json_array_get(json_object_get(copy, "rows"), i);
	const char *text = json_str(row, "row"), *at = strstr(text, from);
	char out[8192];
	assert_non_null(at);
	snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	json_object_set_new(row, "row", json_string(out));
	return copy;
}

static void refused(json_t *body, const char *text)
{
	int before = rows_here();
	arrives(body, ERR_DIGEST, text);
	assert_int_equal(rows_here(), before);
	json_decref(body);
}

static void test_damage(void **state)
{
	json_t *row = house(7, NULL), *one = entry(1, '+', 7, row), *body;
	char first[DIGEST_HEX];
	(void)state;
	snprintf(first, sizeof first, "%s", lz);
	refused(changed(one, 0, "\"xh\":1", "\"xh\":2"), "stands under key");
	refused(changed(one, 0, "[[", "[[ "), "log row 1: its list is not what its digest says");
	refused(changed(one, 0, SALT, "99112233"), "log row 1: does not follow");
	refused(changed(one, 0, first, "00"), "log row 1: does not follow");
	refused(changed(one, 1, "\"ywh\":\"1\"", "\"ywh\":\"3\""),
		"row h/000000000007: is not what the log lists");
	body = json_deep_copy(one);
	json_object_set_new(
		json_array_get(json_object_get(body, "rows"), 1), "key", json_string("000000000008"));
	refused(body, "row h/000000000008: the log does not list it");
	body = json_deep_copy(one);
	json_array_append_new(json_object_get(body, "rows"), message_row("fdcq2", 9, row));
	refused(body, "row fdcq2/000000000009: the log does not list it");
	body = json_deep_copy(one);
	json_array_remove(json_object_get(body, "rows"), 1);
	refused(body, "row h/000000000007: the log lists it, it did not come");
	/* As it was made it is taken, again it changes nothing. */
	arrives(one, 0, "");
	assert_int_equal(rows_here(), 2);
	arrives(one, 0, "");
	assert_int_equal(rows_here(), 2);
	/* Another first log row, right in itself. */
	lz[0] = '\0';
	json_t *other = house(8, NULL);
	refused(entry(1, '+', 8, other), "log row 1: another one is in the copy");
	/* A second one that follows something else. */
	hex_of("elsewhere", lz);
	refused(entry(2, '+', 8, other), "log row 2: does not follow");
	/* The row ends, but was changed at the far end before; then rightly. */
	json_t *ended = house(7, "2026-11-27T00:00:00.000Z");
	snprintf(lz, sizeof lz, "%s", first);
	json_object_set_new(ended, "bdcdyh", json_string("110101001001GB00001F00010002"));
	refused(entry(2, '-', 7, ended), "row h/000000000007: is another than the copy has");
	json_object_set_new(ended, "bdcdyh", json_string("110101001001GB00001F00010001"));
	snprintf(lz, sizeof lz, "%s", first);
	body = entry(2, '-', 7, ended);
	arrives(body, 0, "");
	assert_int_equal(rows_here(), 3);
	json_decref(body);
	json_decref(ended);
	json_decref(other);
	json_decref(one);
	json_decref(row);
}

/* Two parts: the log's rows in the first, what they list in both; the last one sees what is missing. */
static void test_parts(void **state)
{
	json_t *row = house(20, NULL), *whole, *log, *first, *last;
	(void)state;
	whole = entry(3, '+', 20, row);
	log = json_array_get(json_object_get(whole, "rows"), 0);
	first = json_pack("{s:s,s:i,s:i,s:[O]}", "entry", "entry-3", "part", 1, "parts", 2, "rows", log);
	last = json_pack("{s:s,s:i,s:i,s:[O]}", "entry", "entry-3", "part", 2, "parts", 2, "rows",
		json_array_get(json_object_get(whole, "rows"), 1));
	arrives(first, 0, "");
	refused(changed(last, 0, "\"ywh\":\"1\"", "\"ywh\":\"3\""),
		"row h/000000000020: is not what the log lists");
	arrives(last, 0, "");
	assert_int_equal(rows_here(), 5);
	json_decref(first);
	json_decref(last);
	json_decref(whole);
	json_decref(row);
}

static int setup(void **state)
{
	static const struct db_schema *const schemas[] = {&audit_schema, &exchange_schema, &cadastre_schema};
	struct err_note note = {0};
	char master[160], file[160];
	(void)state;
	snprintf(master, sizeof master, "%s/master-%d", backend_dir(), backend_is_pg());
	snprintf(file, sizeof file, "%s/vault-%d", backend_dir(), backend_is_pg());
	struct db_options o = {.path = backend_path("copy"), .schemas = schemas, .nschemas = 3, .readers = 2};
	service.suite = suite_by_name("gm");
	lz[0] = '\0';
	if (vault_init(service.suite, master, file, &note) < 0 ||
		vault_open(master, file, &service.vault, &note) < 0 || db_open(&o, &service.db, &note) < 0) {
		print_error("%s\n", note.text);
		return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	db_close(service.db);
	vault_free(service.vault);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage), cmocka_unit_test(test_parts)};
	return backend_run(tests, setup, teardown);
}
