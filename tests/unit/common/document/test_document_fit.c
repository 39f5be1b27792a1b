/* Nothing on a document stands outside its box, whatever the data: every layout with long names, 22
 * co-owners, long addresses, words that nothing can break, lists over pages; each run of text within the
 * page's margins, within the cell it stands in, and on no other run. */
#include "common/document/document_impl.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The font libraries keep what they have loaded until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libharfbuzz\nleak:libglib\nleak:"
	       "libgobject\n";
}

#define SLACK 1.0 /* points: lines of different fonts touch */
#define MARGIN_LEFT 69.0
#define MARGIN_RIGHT 526.0
#define MARGIN_TOP 50.0
#define MARGIN_BOTTOM (DRAWING_H - 14)

struct box {
	double x0, y0, x1, y1;
	const char *text; /* of a run */
};
struct boxes {
	struct box v[20000];
	size_t n;
};

static bool apart(const struct box *a, const struct box *b)
{
	return a->x1 <= b->x0 + SLACK || b->x1 <= a->x0 + SLACK || a->y1 <= b->y0 + SLACK ||
	       b->y1 <= a->y0 + SLACK;
}

static bool within(const struct box *a, const struct box *b)
{
	return a->x0 >= b->x0 - SLACK && a->x1 <= b->x1 + SLACK && a->y0 >= b->y0 - SLACK &&
	       a->y1 <= b->y1 + SLACK;
}

/* A shape's extent. */
static struct box shape_box(const struct drawing_shape *s)
{
	struct box b = {1e9, 1e9, -1e9, -1e9, NULL};
	for (int i = 0; i < s->path->num_data; i += s->path->data[i].header.length)
		for (int k = 1; k < s->path->data[i].header.length; k++) {
			double x = s->path->data[i + k].point.x, y = s->path->data[i + k].point.y;
			b.x0 = x < b.x0 ? x : b.x0;
			b.x1 = x > b.x1 ? x : b.x1;
			b.y0 = y < b.y0 ? y : b.y0;
			b.y1 = y > b.y1 ? y : b.y1;
		}
	return b;
}

/* Cells of tables are stroked rectangles; frames are larger than any. */
static bool is_cell(const struct drawing_shape *s, const struct box *b)
{
	return s->stroke > 0 && s->path->num_data >= 9 && b->x1 - b->x0 < 500 && b->x1 - b->x0 > 15 &&
	       b->x0 >= MARGIN_LEFT && s->ink.r < 0.5 && b->y1 - b->y0 > 5;
}

/* A title or a table's head stands above what it is of: nothing in bold alone at the foot of a page that is
 * not the last. The number of the page is below the text. */
static void foot_check(const struct document *d, const char *code, size_t page)
{
	const struct drawing_run *lowest = NULL;
	const struct drawing_item *item;
	for (size_t i = 0; (item = drawing_item(d->drawing, page, i)); i++)
		if (item->is_run && item->run.y < DRAWING_H - 40 &&
			(!lowest || item->run.y > lowest->y + 2 ||
				(item->run.y > lowest->y - 2 && !item->run.bold)))
			lowest = &item->run;
	if (page + 1 < document_pages(d) && lowest && lowest->bold)
		fail_msg("%s page %zu: \"%.60s\" stands alone at its foot", code, page + 1, lowest->text);
}

static void page_check(const struct document *d, const char *code, size_t page)
{
	static struct boxes runs, cells;
	const struct box paper = {MARGIN_LEFT, MARGIN_TOP, MARGIN_RIGHT, MARGIN_BOTTOM, NULL};
	const struct drawing_item *item;
	runs.n = cells.n = 0;
	for (size_t i = 0; (item = drawing_item(d->drawing, page, i)); i++) {
		if (item->is_run) {
			const struct drawing_run *r = &item->run;
			assert_true(runs.n < sizeof runs.v / sizeof runs.v[0]);
			runs.v[runs.n++] = (struct box){
				r->x, r->y - r->ascent, r->x + r->width, r->y + r->descent, r->text};
			continue;
		}
		struct box b = shape_box(&item->shape);
		if (is_cell(&item->shape, &b))
			cells.v[cells.n++] = b;
	}
	for (size_t i = 0; i < runs.n; i++) {
		const struct box *a = &runs.v[i];
		if (!within(a, &paper))
			fail_msg("%s page %zu: \"%.60s\" stands outside the page: %.0f %.0f %.0f %.0f", code,
				page + 1, a->text, a->x0, a->y0, a->x1, a->y1);
		for (size_t k = i + 1; k < runs.n; k++)
			if (!apart(a, &runs.v[k]))
				fail_msg("%s page %zu: \"%.60s\" and \"%.60s\" are on one another", code,
					page + 1, a->text, runs.v[k].text);
		for (size_t k = 0; k < cells.n; k++)
			if (!apart(a, &cells.v[k]) && !within(a, &cells.v[k]))
				fail_msg("%s page %zu: \"%.60s\" leaves its cell", code, page + 1, a->text);
	}
}

/* ---- data: what is printed as a number in a code stays as long as numbers are */
static const char long_word[] =
	"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
static const char long_place[] = "某某特别行政自治区某某示范城市某某经济技术开发区某某街道办事处某某社区居民"
				 "委员会某某大道九千九百九十九号"
				 "某某国际商务中心综合体甲座第三十二层3201、3202、3203、3204、3205、3206号房"
				 "及配套地下车位B3-1001至B3-1099号";

static char *owners(int n, bool shares)
{
	static char text[8192];
	size_t at = 0;
	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s阿卜杜拉赫曼·买买提依明%c%s",
			i ? "、" : "", 'A' + i, shares ? " 按份共有 1/22" : "");
	return text;
}

static json_t *value_for(const char *name, int kind)
{
	if (strcmp(name, "case") == 0)
		return json_string("1101012026112700001");
	if (strcmp(name, "serial") == 0)
		return json_string("BDC-000000000001");
	if (strcmp(name, "unit_code") == 0)
		return json_string("110101001001GB00001F00010101");
	if (strcmp(name, "holders") == 0 || strcmp(name, "share") == 0)
		return json_string(owners(22, name[0] == 's'));
	switch (kind) {
	case 0:
		return json_string(long_place);
	case 1:
		return json_string(long_word);
	case 2:
		return json_string("999,999,999,999.99 元");
	default:
		return json_string("");
	}
}

static json_t *data_for(const struct layout *l, size_t rows, int kind)
{
	const json_t *def = layout_def(l), *name;
	json_t *d = json_pack("{s:s,s:s,s:s}", "number",
		       "京(2026)某某特别行政自治区某某示范城市不动产权第0000001号", "office",
		       kind == 3 ? "甲局"
				 : "某某特别行政自治区某某示范城市某某经济技术开发区不动产登记和交易服务中心"
				   "（综合窗口）",
		       "date", "2026-11-27"),
	       *fields;
	const char *list;
	size_t i;
	json_array_foreach(json_object_get(def, "fields"), i, name)
		json_object_set_new(d, json_string_value(name), value_for(json_string_value(name), kind));
	json_object_foreach(json_object_get(def, "lists"), list, fields)
	{
		json_t *v = json_array();
		for (size_t r = 0; r < rows; r++) {
			json_t *row = json_object();
			json_array_foreach(fields, i, name) json_object_set_new(row, json_string_value(name),
				value_for(json_string_value(name), (kind + (int)r) % 3));
			json_array_append_new(v, row);
		}
		json_object_set_new(d, list, v);
	}
	return d;
}

static void file_keep(const char *code, const char *end, const struct buf *b)
{
	char file[600];
	snprintf(file, sizeof file, "%s/%s.%s", getenv("SW_FIT"), code, end);
	FILE *f = fopen(file, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(b->p, 1, b->n, f), b->n);
	assert_int_equal(fclose(f), 0);
}

/* SW_FIT=FOLDER, with seal.key and seal.pem: each layout once, with long data; both files are kept there, to
 * be opened by readers (tests/web/ofd.mjs) and looked at. */
static void show(const struct document *d, const char *code)
{
	char key[600], pem[600];
	struct sign_key *seal = NULL;
	struct buf b;
	if (!getenv("SW_FIT"))
		return;
	snprintf(key, sizeof key, "%s/seal.key", getenv("SW_FIT"));
	snprintf(pem, sizeof pem, "%s/seal.pem", getenv("SW_FIT"));
	assert_int_equal(sign_key_load(key, pem, NULL, &seal, NULL), 0);
	buf_init(&b, 32 << 20);
	assert_int_equal(document_pdf(d, &b), 0);
	file_keep(code, "pdf", &b);
	b.n = 0;
	assert_int_equal(document_ofd(d, seal, "2026-11-24T03:42:00.123Z", &b), 0);
	file_keep(code, "ofd", &b);
	buf_fini(&b);
	sign_key_free(seal);
}

/* kind: 0 long places, 1 words that nothing can break, 2 amounts, 3 nothing at all. */
static void every_layout(size_t rows, int kind)
{
	struct layout_set *s = NULL;
	struct err_note note = {0};
	size_t texts = 0;
	if (layout_load("conf/documents", &s, &note) < 0)
		fail_msg("%s", note.text);
	for (size_t i = 0; layout_at(s, i); i++) {
		const struct layout *l = layout_at(s, i);
		json_t *data = data_for(l, rows, kind);
		struct document *d = NULL;
		if (document_new(l, data, suite_by_name("gm"), &d, &note) < 0)
			fail_msg("%s: %s", layout_code(l), note.text);
		show(d, layout_code(l));
		for (size_t p = 0; p < document_pages(d); p++) {
			page_check(d, layout_code(l), p);
			foot_check(d, layout_code(l), p);
			for (size_t k = 0; drawing_item(d->drawing, p, k); k++)
				texts += drawing_item(d->drawing, p, k)->is_run;
		}
		document_free(d);
		json_decref(data);
	}
	assert_true(texts > 300);
	layout_free(s);
}

static void test_places(void **state)
{
	(void)state;
	every_layout(25, 0);
}

static void test_words(void **state)
{
	(void)state;
	every_layout(5, 1);
}

static void test_amounts(void **state)
{
	(void)state;
	every_layout(40, 2);
}

static void test_nothing(void **state)
{
	(void)state;
	every_layout(0, 3);
}

/* The check itself finds what it is for. */
static void test_check(void **state)
{
	const struct box cell = {100, 100, 200, 120, NULL}, in = {101, 101, 199, 119, NULL},
			 out = {150, 105, 230, 115, NULL}, far = {300, 300, 310, 310, NULL};
	(void)state;
	assert_true(within(&in, &cell));
	assert_false(within(&out, &cell));
	assert_false(apart(&out, &cell));
	assert_false(apart(&in, &out));
	assert_true(apart(&in, &far));
}

static void test_shown(void **state)
{
	(void)state;
	every_layout(2, 0);
}

int main(void)
{
	const struct CMUnitTest shown[] = {cmocka_unit_test(test_shown)};
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_check), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_places), cmocka_unit_test(test_words), cmocka_unit_test(test_amounts)};
	return getenv("SW_FIT") ? cmocka_run_group_tests(shown, NULL, NULL)
				: cmocka_run_group_tests(tests, NULL, NULL);
}
