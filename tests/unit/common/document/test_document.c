/* Documents: what a layout file may say, each mistake named with its place; every field of the data is in the
 * text of the PDF and of the OFD; values wrap and pages turn, nothing is cut; the same data gives the same
 * bytes; the OFD's signature covers every member (checked with unzip and openssl). */
#include "common/document/document.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The font libraries keep what they have loaded until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libharfbuzz\nleak:libglib\nleak:"
	       "libgobject\n";
}

static char folder[] = "/tmp/test-document.XXXXXX";
static struct sign_key *seal[2]; /* gm, intl */
static const char *const suites[] = {"gm", "intl"};

static const char *path(const char *name)
{
	static char text[4][256];
	static int n;
	char *t = text[n++ & 3];
	snprintf(t, sizeof text[0], "%s/%s", folder, name);
	return t;
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (int i = 0; i < 2; i++) {
		char ca[64], ca_pem[64], key[64], pem[64];
		snprintf(ca, sizeof ca, "%s/ca%d", folder, i);
		snprintf(ca_pem, sizeof ca_pem, "%s/ca%d.pem", folder, i);
		snprintf(key, sizeof key, "%s/seal%d.key", folder, i);
		snprintf(pem, sizeof pem, "%s/seal%d.pem", folder, i);
		if (key_make_ca(suite_by_name(suites[i]), "extranet", 30, ca, ca_pem, NULL) < 0 ||
			key_issue(ca, ca_pem, CERT_SEAL, "office", 30, NULL, key, pem, NULL) < 0 ||
			sign_key_load(key, pem, NULL, &seal[i], NULL) < 0)
			return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char command[64];
	sign_key_free(seal[0]);
	sign_key_free(seal[1]);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static void keep(const char *file, const struct buf *b)
{
	FILE *f = fopen(file, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(b->p, 1, b->n, f), b->n);
	assert_int_equal(fclose(f), 0);
}

/* What a command prints, without spaces and line ends. */
static const char *said(const char *command)
{
	static char text[1 << 20];
	FILE *p = popen(command, "r");
	assert_non_null(p);
	size_t n = fread(text, 1, sizeof text - 1, p), out = 0;
	assert_int_equal(pclose(p), 0);
	for (size_t i = 0; i < n; i++)
		if (text[i] != ' ' && text[i] != '\n' && text[i] != '\f')
			text[out++] = text[i];
	text[out] = '\0';
	return text;
}

static const char *pdf_text(const struct buf *pdf)
{
	char command[300];
	keep(path("x.pdf"), pdf);
	snprintf(command, sizeof command, "pdftotext -raw %s -", path("x.pdf"));
	return said(command);
}

/* Text of every TextCode in its order. */
static const char *ofd_text(const struct buf *ofd)
{
	char command[600];
	keep(path("x.ofd"), ofd);
	snprintf(command, sizeof command,
		"rm -rf %s; mkdir %s; cd %s; unzip -q %s; for p in $(ls Doc_0/Pages | sort -t_ -k2 -n); do "
		"sed "
		"'s/<[^>]*>//g' Doc_0/Pages/$p/Content.xml; done",
		path("u"), path("u"), path("u"), path("x.ofd"));
	return said(command);
}

/* Values as they are in the data: texts of objects and lists. */
static void all_in(const char *text, json_t *v, const char *where)
{
	const char *key;
	json_t *one;
	size_t i;
	if (json_is_string(v)) {
		char want[LAYOUT_VALUE_MAX + 1];
		size_t n = 0;
		for (const char *s = json_string_value(v); *s; s++)
			if (*s != ' ' && *s != '\n')
				want[n++] = *s;
		want[n] = '\0';
		if (!strstr(text, want))
			fail_msg("%s \"%s\" is not in: %.3000s", where, want, text);
		return;
	}
	json_array_foreach(v, i, one) all_in(text, one, where);
	json_object_foreach(v, key, one) all_in(text, one, key);
}

/* Data for any layout, each field another text; rows of each list. */
static json_t *data_for(const struct layout *l, size_t rows)
{
	static const char *const base[] = {"number", "office", "date"};
	const json_t *def = layout_def(l);
	json_t *d = json_object(), *fields;
	const json_t *name;
	const char *list;
	size_t i, n = 0;
	for (i = 0; i < 3; i++)
		json_object_set_new(d, base[i],
			json_string(i == 2   ? "2026-11-24"
				    : i == 1 ? "示例市东城区不动产登记中心"
					     : "京(2026)东城区不动产权第0000001号"));
	json_array_foreach(json_object_get(def, "fields"), i, name) json_object_set_new(
		d, json_string_value(name), json_sprintf("值%zu王小丰%s", n++, json_string_value(name)));
	json_object_foreach(json_object_get(def, "lists"), list, fields)
	{
		json_t *v = json_array();
		for (size_t r = 0; r < rows; r++) {
			json_t *row = json_object();
			json_array_foreach(fields, i, name) json_object_set_new(
				row, json_string_value(name), json_sprintf("行%zu第%zu", r, n++));
			json_array_append_new(v, row);
		}
		json_object_set_new(d, list, v);
	}
	return d;
}

static struct document *make(const struct layout *l, json_t *data)
{
	struct document *d = NULL;
	struct err_note note = {0};
	if (document_new(l, data, suite_by_name("gm"), &d, &note) < 0)
		fail_msg("%s: %s", layout_code(l), note.text);
	return d;
}

/* SW_SHOTS=FOLDER keeps the files for looking at them. */
static void show(const char *code)
{
	char command[600];
	if (!getenv("SW_SHOTS"))
		return;
	snprintf(command, sizeof command, "for t in pdf ofd; do cp %s.$t %s/%s.$t; done", path("x"),
		getenv("SW_SHOTS"), code);
	assert_int_equal(system(command), 0);
}

static void every_layout(size_t rows, bool ofd)
{
	struct layout_set *s = NULL;
	struct err_note note = {0};
	if (layout_load("conf/documents", &s, &note) < 0)
		fail_msg("%s", note.text);
	assert_non_null(layout_find(s, "certificate-title"));
	assert_null(layout_find(s, "certificate"));
	for (size_t i = 0; layout_at(s, i); i++) {
		json_t *data = data_for(layout_at(s, i), rows);
		struct document *d = make(layout_at(s, i), data);
		struct buf file;
		buf_init(&file, 16 << 20);
		assert_int_equal(document_pdf(d, &file), 0);
		all_in(pdf_text(&file), data, layout_code(layout_at(s, i)));
		buf_reset(&file);
		if (ofd) {
			assert_int_equal(document_ofd(d, seal[0], "2026-11-24T03:42:00.123Z", &file), 0);
			all_in(ofd_text(&file), data, layout_code(layout_at(s, i)));
			show(layout_code(layout_at(s, i)));
		}
		buf_fini(&file);
		document_free(d);
		json_decref(data);
	}
	layout_free(s);
}

static void test_every_layout(void **state)
{
	(void)state;
	every_layout(3, true);
}

/* Lists over many pages: heads of tables come again, every cell is there. */
static void test_pages(void **state)
{
	(void)state;
	every_layout(120, false);
}

#define HEAD "zh: 甲\nen: a\nfields: [x]\nlists:\n  l: [y]\nbody:\n  - line: \"{x}\"\n"
static const struct {
	const char *text, *said;
} wrong[] = {
	{"zh: 甲\nen: a\nfields: [x]\nbody: []\n", "t.yaml:3:9: x: declared and nowhere printed"},
	{"zh: 甲\nen: a\nfields: []\nbody: []\nmore: 1\n", "t.yaml:5:1: more: unknown key"},
	{"en: a\nfields: []\nbody: []\n", "t.yaml:1:1: zh: missing"},
	{"zh: 甲\nen: a\nfields: [number]\nbody: []\n",
		"t.yaml:3:10: number: stands twice, or in every document anyway"},
	{"zh: 甲\nen: a\nfields: [X]\nbody: []\n",
		"t.yaml:3:10: a field's name of a-z, 0-9 and _ is expected"},
	{HEAD "  - each: l\n    text: \"{y} {z}\"\n", "t.yaml:9:11: {z}: no such field"},
	{HEAD "  - each: l\n    text: \"{y\"\n", "t.yaml:9:11: \"{\" without a name and \"}\""},
	{HEAD "  - each: m\n    text: a\n", "t.yaml:8:11: each: no such list"},
	{HEAD "  - each: l\n", "t.yaml:8:5: text: missing"},
	{HEAD "  - table: l\n    columns: [{zh: 甲, value: \"{y}\", width: 99}]\n",
		"t.yaml:8:5: the widths of the columns are 99, not 100"},
	{HEAD "  - rows: [{zh: 甲}]\n", "t.yaml:8:12: value: missing"},
	{HEAD "  - line: a\n    align: middle\n", "t.yaml:9:12: align: left, center or right"},
	{HEAD "  - line: a\n    size: 300\n", "t.yaml:9:11: size: not within 6 to 60"},
	{HEAD "  - line: a\n    when: nothing\n", "t.yaml:9:11: when: no such field"},
	{HEAD "  - text: a\n",
		"t.yaml:8:5: one of heading, line, paragraph, rows, table, each, space, close is expected"},
	{HEAD "  - space: much\n", "t.yaml:8:12: space: a whole number is expected"},
	{HEAD "  - close: true\n    seal: yes\n", "t.yaml:9:11: seal: true or false is expected"},
	{HEAD, "t.yaml:3:9: y: declared and nowhere printed"},
};

static void test_wrong_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct layout_set *s = NULL;
		struct err_note note = {0};
		assert_int_equal(layout_parse("t.yaml", view_str(wrong[i].text), &s, &note), ERR_CONFIG);
		assert_string_equal(note.text, wrong[i].said);
	}
	struct layout_set *s = NULL;
	struct err_note note = {0};
	assert_int_equal(layout_load("/nonexistent", &s, &note), ERR_NOTFOUND);
}

static struct layout_set *small(void)
{
	struct layout_set *s = NULL;
	struct err_note note = {0};
	static const char text[] = HEAD "  - table: l\n    columns: [{zh: 甲, value: \"{y}\", width: 100}]\n"
					"  - close: true\n    qr: \"{x}\"\n";
	if (layout_parse("t.yaml", view_str(text), &s, &note) < 0)
		fail_msg("%s", note.text);
	assert_string_equal(layout_code(layout_at(s, 0)), "t");
	return s;
}

static void refused(const struct layout *l, json_t *data, int err, const char *what)
{
	struct document *d = NULL;
	struct err_note note = {0};
	assert_int_equal(document_new(l, data, suite_by_name("gm"), &d, &note), err);
	assert_string_equal(note.text, what);
	json_decref(data);
}

static void test_wrong_data(void **state)
{
	(void)state;
	struct layout_set *s = small();
	const struct layout *l = layout_at(s, 0);
	json_t *d = data_for(l, 1);
	json_object_del(d, "x");
	refused(l, d, ERR_SCHEMA, "x: missing");
	d = data_for(l, 1);
	json_object_set_new(d, "x", json_integer(1));
	refused(l, d, ERR_SCHEMA, "x: missing");
	d = data_for(l, 1);
	json_object_set_new(d, "office", json_null());
	refused(l, d, ERR_SCHEMA, "office: missing");
	d = data_for(l, 1);
	json_object_set_new(d, "more", json_string("a"));
	refused(l, d, ERR_SCHEMA, "a field that the layout does not print");
	d = data_for(l, 1);
	json_object_set_new(d, "k", json_array());
	refused(l, d, ERR_SCHEMA, "a list that the layout does not print");
	d = data_for(l, 2);
	json_object_set_new(json_array_get(json_object_get(d, "l"), 1), "z", json_string("a"));
	refused(l, d, ERR_SCHEMA, "l[].a field that the layout does not print");
	d = data_for(l, 1);
	json_object_set_new(d, "x", json_string("a\x01"));
	refused(l, d, ERR_SCHEMA, "x: too long, or not printable");
	/* Of no font: a private character. */
	d = data_for(l, 1);
	json_object_set_new(d, "x", json_string("\xf3\xb0\x80\x80"));
	refused(l, d, ERR_SCHEMA, "U+F0000: no installed font has this character");
	/* More than a QR code holds. */
	static char much[5000];
	memset(much, 'x', sizeof much - 1);
	d = data_for(l, 1);
	json_object_set_new(d, "x", json_string(much));
	refused(l, d, ERR_LIMIT, "more text than a QR code holds");
	/* A row that no page holds goes on on the next ones, whole. */
	static char row[LAYOUT_VALUE_MAX];
	memset(row, 'W', sizeof row - 1);
	d = data_for(l, 1);
	json_object_set_new(json_array_get(json_object_get(d, "l"), 0), "y", json_string(row));
	struct document *tall = make(l, d);
	struct buf file;
	buf_init(&file, 4 << 20);
	assert_int_equal(document_pdf(tall, &file), 0);
	assert_true(document_pages(tall) > 1);
	size_t letters = 0, dashes = 0;
	for (const char *c = pdf_text(&file); *c; c++) {
		letters += *c == 'W';
		dashes += *c == '-';
	}
	assert_int_equal(letters, sizeof row - 1);
	assert_int_equal(dashes, 2); /* of the date: none where a line was broken */
	buf_fini(&file);
	document_free(tall);
	json_decref(d);
	layout_free(s);
}

static void test_bytes(void **state)
{
	(void)state;
	struct layout_set *s = small();
	json_t *data = data_for(layout_at(s, 0), 3);
	struct buf a, b;
	buf_init(&a, 4 << 20);
	buf_init(&b, 4 << 20);
	for (int i = 0; i < 2; i++) {
		struct document *d = make(layout_at(s, 0), data);
		assert_int_equal(document_pdf(d, i ? &b : &a), 0);
		struct buf little;
		buf_init(&little, 1000);
		assert_int_equal(buf_add_str(&little, "kept"), 0);
		assert_int_equal(document_pdf(d, &little), ERR_LIMIT);
		assert_int_equal(little.n, 4);
		assert_int_equal(document_ofd(d, seal[0], "2026-11-24T03:42:00.123Z", &little), ERR_LIMIT);
		assert_int_equal(little.n, 4);
		buf_fini(&little);
		document_free(d);
	}
	assert_true(view_eq(buf_view(&a), buf_view(&b)));
	buf_reset(&a);
	buf_reset(&b);
	for (int i = 0; i < 2; i++) {
		struct document *d = make(layout_at(s, 0), data);
		/* Ed25519 signs the same twice. */
		assert_int_equal(document_ofd(d, seal[1], "2026-11-24T03:42:00.123Z", i ? &b : &a), 0);
		document_free(d);
	}
	assert_true(view_eq(buf_view(&a), buf_view(&b)));
	buf_fini(&a);
	buf_fini(&b);
	json_decref(data);
	layout_free(s);
}

/* What README.md says a person does with unzip and openssl; "ok" when all is as signed. */
static const char *checked(const char *suite)
{
	char command[2048];
	bool gm = strcmp(suite, "gm") == 0;
	snprintf(command, sizeof command,
		"cd %s && S=Doc_0/Signs/Sign_0 && openssl x509 -in $S/signer.pem -noout -pubkey > pub && "
		"{ openssl pkeyutl -verify -pubin -inkey pub -in $S/Signature.xml -sigfile "
		"$S/SignedValue.dat -rawin %s > /dev/null 2>&1 || echo signature; }; "
		"sed 's/<ofd:Reference /\\n&/g' $S/Signature.xml | sed -n "
		"'s|.*FileRef=\"/\\([^\"]*\\)\"><ofd:CheckValue>\\([^<]*\\)<.*|\\1 \\2|p' > list; "
		"while read f v; do [ \"$(openssl dgst -%s -binary $f | base64)\" = $v ] || echo $f; done < "
		"list; "
		"find . -type f ! -path '*/Signs/*' ! -name pub ! -name list | wc -l; wc -l < list",
		path("u"), gm ? "-digest sm3 -pkeyopt distid:1234567812345678" : "", gm ? "sm3" : "sha256");
	return said(command);
}

static void test_ofd_signature(void **state)
{
	(void)state;
	struct layout_set *s = small();
	json_t *data = data_for(layout_at(s, 0), 3);
	for (int i = 0; i < 2; i++) {
		struct document *d = make(layout_at(s, 0), data);
		struct buf ofd;
		char command[300];
		buf_init(&ofd, 4 << 20);
		assert_int_equal(document_ofd(d, seal[i], "2026-11-24T03:42:00.123Z", &ofd), 0);
		ofd_text(&ofd);
		assert_string_equal(checked(suites[i]), "88");
		snprintf(command, sizeof command,
			"sed -i s/2026-11-24/2026-11-25/ %s/u/Doc_0/Attachs/facts.json", folder);
		assert_int_equal(system(command), 0);
		assert_string_equal(checked(suites[i]), "Doc_0/Attachs/facts.json88");
		snprintf(command, sizeof command,
			"sed -i s/CheckMethod/checkMethod/ %s/u/Doc_0/Signs/Sign_0/Signature.xml", folder);
		assert_int_equal(system(command), 0);
		assert_string_equal(checked(suites[i]), "signatureDoc_0/Attachs/facts.json88");
		buf_fini(&ofd);
		document_free(d);
	}
	json_decref(data);
	layout_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_wrong_layouts),
		cmocka_unit_test(test_every_layout), cmocka_unit_test(test_pages),
		cmocka_unit_test(test_wrong_data), cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_ofd_signature)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
