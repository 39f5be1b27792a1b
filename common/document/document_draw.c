#include "common/document/document_impl.h"
#include "common/document/mark.h"

#include <stdio.h>
#include <string.h>

#define LEFT 70.0
#define RIGHT 525.0
#define VALUE 190.0
#define TOP 62.0
#define BOTTOM 775.0
#define CLOSE_H 128.0

struct pen {
	struct document *d;
	struct drawing *to;
	double y;
	struct err_note *note;
};

static int page_begin(struct pen *p)
{
	const json_t *def = layout_def(p->d->layout);
	int rc = drawing_page(p->to);
	p->y = TOP;
	if (rc == 0 && json_is_true(json_object_get(def, "frame"))) {
		rc = mark_frame(p->to);
		p->y += 8;
	}
	if (rc == 0 && *json_str(def, "mark"))
		rc = mark_across(p->to, json_str(def, "mark"));
	return rc;
}

static int room_for(struct pen *p, double h)
{
	if (p->y + h <= BOTTOM)
		return 0;
	return TOP + 8 + h > BOTTOM ? err_set(p->note, ERR_LIMIT, "something is higher than a page")
				    : page_begin(p);
}

/* Sets expanded text at x line by line, over pages where needed; p->y is behind it. */
static int flow(
	struct pen *p, double x, double width, const struct drawing_style *s, double indent, const char *text)
{
	struct drawing_text *t = NULL;
	int rc = drawing_set(p->to, s, width, indent, text, &t);
	for (size_t i = 0; rc == 0 && i < drawing_lines(t); i++) {
		double h = drawing_line_height(t, i);
		rc = room_for(p, h);
		if (rc == 0)
			rc = drawing_line(p->to, t, i, x, p->y, p->note);
		p->y += h;
	}
	drawing_unset(t);
	return rc;
}

/* One text in full at a place that has room; *h its height, NULL when of no interest. */
static int put(struct pen *p, double x, double y, double width, const struct drawing_style *s,
	const char *text, double *h)
{
	struct drawing_text *t = NULL;
	int rc = drawing_set(p->to, s, width, 0, text, &t);
	for (size_t i = 0; rc == 0 && i < drawing_lines(t); i++) {
		rc = drawing_line(p->to, t, i, x, y, p->note);
		y += drawing_line_height(t, i);
	}
	if (rc == 0 && h)
		*h = drawing_height(t);
	drawing_unset(t);
	return rc;
}

static int expand(const struct pen *p, const char *text, const json_t *row, size_t n, struct buf *out)
{
	buf_init(out, 1 << 20);
	int rc = buf_reserve(out, 1);
	return rc == 0 ? layout_expand(text, p->d->data, row, n, out) : rc;
}

static const char *text_of(const struct buf *b)
{
	return b->n ? (const char *)b->p : "";
}

static struct drawing_style style_of(const json_t *block, double size, enum drawing_align align)
{
	const char *a = json_str(block, "align"), *ink = json_str(block, "ink");
	int64_t own = json_int(block, "size");
	return (struct drawing_style){.size = own ? (double)own : size,
		.bold = json_is_true(json_object_get(block, "bold")),
		.align = strcmp(a, "center") == 0  ? DRAWING_CENTER
			 : strcmp(a, "right") == 0 ? DRAWING_RIGHT
			 : strcmp(a, "left") == 0  ? DRAWING_LEFT
						   : align,
		.ink = strcmp(ink, "red") == 0    ? drawing_red
		       : strcmp(ink, "grey") == 0 ? drawing_grey
						  : drawing_black};
}

static int text_block(struct pen *p, const json_t *block, const char *key, struct drawing_style s)
{
	struct buf text = {0};
	const json_t *plain = json_object_get(block, "indent");
	double indent = strcmp(key, "paragraph") == 0 && !json_is_false(plain) ? s.size * 2 : 0;
	int rc = expand(p, json_str(block, key), NULL, 0, &text);
	if (rc == 0)
		rc = flow(p, LEFT, RIGHT - LEFT, &s, indent, text_of(&text));
	p->y += s.size * 0.5;
	buf_fini(&text);
	return rc;
}

static int row_put(struct pen *p, const json_t *cell)
{
	const struct drawing_style label = {12, true, DRAWING_LEFT, drawing_black},
				   small = {8, false, DRAWING_LEFT, drawing_grey},
				   value = {12, false, DRAWING_LEFT, drawing_black};
	struct buf text = {0};
	double zh = 0, en = 0;
	int rc = expand(p, json_str(cell, "value"), NULL, 0, &text);
	if (rc == 0)
		rc = room_for(p, 34);
	double top = p->y, width = VALUE - LEFT - 8;
	if (rc == 0)
		rc = put(p, LEFT, top, width, &label, json_str(cell, "zh"), &zh);
	if (rc == 0 && *json_str(cell, "en"))
		rc = put(p, LEFT, top + zh, width, &small, json_str(cell, "en"), &en);
	size_t page = drawing_pages(p->to);
	if (rc == 0)
		rc = flow(p, VALUE, RIGHT - VALUE, &value, 0, *text_of(&text) ? text_of(&text) : "—");
	if (drawing_pages(p->to) == page && p->y < top + zh + en)
		p->y = top + zh + en;
	if (rc == 0)
		rc = mark_rule(p->to, LEFT, RIGHT, p->y + 3, drawing_light);
	p->y += 8;
	buf_fini(&text);
	return rc;
}

static int rows_block(struct pen *p, const json_t *block)
{
	size_t i;
	const json_t *cell;
	int rc = 0;
	json_array_foreach(json_object_get(block, "rows"), i, cell) if (rc == 0) rc = row_put(p, cell);
	return rc;
}

#define COLUMNS_MAX 40
/* A table's row: `row` NULL is its head. All cells are as high as the highest. */
static int table_row(struct pen *p, const json_t *columns, const json_t *row, size_t n)
{
	const struct drawing_style s = {9, row == NULL, DRAWING_LEFT, drawing_black};
	struct drawing_text *t[COLUMNS_MAX] = {NULL};
	double h = 0, x = LEFT;
	size_t i, k;
	const json_t *cell;
	int rc = 0;
	json_array_foreach(columns, i, cell)
	{
		struct buf text = {0};
		double width = (RIGHT - LEFT) * (double)json_int(cell, "width") / 100;
		rc = expand(p, row ? json_str(cell, "value") : json_str(cell, "zh"), row, n, &text);
		if (rc == 0)
			rc = drawing_set(p->to, &s, width - 6, 0, text_of(&text), &t[i]);
		buf_fini(&text);
		if (rc < 0)
			break;
		if (rc == 0 && drawing_height(t[i]) + 6 > h)
			h = drawing_height(t[i]) + 6;
	}
	if (rc == 0 && p->y + h > BOTTOM) {
		rc = room_for(p, h + 24);
		if (rc == 0 && row)
			rc = table_row(p, columns, NULL, 0);
	}
	json_array_foreach(columns, i, cell)
	{
		double width = (RIGHT - LEFT) * (double)json_int(cell, "width") / 100, y = p->y + 3;
		for (k = 0; rc == 0 && k < drawing_lines(t[i]); k++) {
			rc = drawing_line(p->to, t[i], k, x + 3, y, p->note);
			y += drawing_line_height(t[i], k);
		}
		if (rc == 0)
			rc = mark_box(p->to, x, p->y, width, h);
		x += width;
	}
	for (i = 0; i < COLUMNS_MAX; i++)
		drawing_unset(t[i]);
	p->y += h;
	return rc;
}

static int empty_put(struct pen *p, const json_t *block)
{
	const struct drawing_style s = {11, false, DRAWING_LEFT, drawing_black};
	return *json_str(block, "empty") ? text_block(p, block, "empty", s) : 0;
}

static int table_block(struct pen *p, const json_t *block)
{
	const json_t *list = json_object_get(p->d->data, json_str(block, "table")), *row,
		     *columns = json_object_get(block, "columns");
	size_t i;
	if (json_array_size(list) == 0)
		return empty_put(p, block);
	int rc = room_for(p, 60);
	if (rc == 0)
		rc = table_row(p, columns, NULL, 0);
	json_array_foreach(list, i, row) if (rc == 0) rc = table_row(p, columns, row, i + 1);
	p->y += 8;
	return rc;
}

static int each_block(struct pen *p, const json_t *block)
{
	const struct drawing_style s = {12, false, DRAWING_LEFT, drawing_black};
	const json_t *list = json_object_get(p->d->data, json_str(block, "each")), *row;
	size_t i;
	int rc = json_array_size(list) ? 0 : empty_put(p, block);
	json_array_foreach(list, i, row)
	{
		struct buf text = {0};
		if (rc < 0)
			break;
		rc = expand(p, json_str(block, "text"), row, i + 1, &text);
		if (rc == 0)
			rc = flow(p, LEFT, RIGHT - LEFT, &s, 24, text_of(&text));
		p->y += 4;
		buf_fini(&text);
	}
	return rc;
}

static int qr_put(struct pen *p, const json_t *block)
{
	const struct drawing_style s = {8, false, DRAWING_LEFT, drawing_grey};
	struct buf text = {0};
	int rc = expand(p, json_str(block, "qr"), NULL, 0, &text);
	if (rc == 0)
		rc = mark_qr(p->to, LEFT, p->y + 6, 92, text_of(&text));
	if (rc == ERR_LIMIT)
		err_set(p->note, rc, "more text than a QR code holds");
	buf_fini(&text);
	if (rc < 0)
		return rc;
	rc = expand(p, json_str(block, "verify"), NULL, 0, &text);
	if (rc == 0)
		rc = put(p, LEFT, p->y + 103, 300, &s, text_of(&text), NULL);
	buf_fini(&text);
	return rc;
}

/* Office, date and seal on the right, the code on the left; never torn apart. */
static int close_block(struct pen *p, const json_t *block)
{
	const struct drawing_style office = {13, true, DRAWING_RIGHT, drawing_black},
				   date = {11, false, DRAWING_RIGHT, drawing_black};
	int rc = room_for(p, CLOSE_H);
	if (rc == 0 && json_is_true(json_object_get(layout_def(p->d->layout), "frame")) &&
		p->y < BOTTOM - CLOSE_H)
		p->y = BOTTOM - CLOSE_H;
	if (rc == 0 && json_is_true(json_object_get(block, "seal")))
		rc = mark_seal(
			p->to, RIGHT - 88, p->y + 60, json_str(p->d->data, "office"), "不动产登记专用章");
	if (rc == 0)
		rc = put(p, 260, p->y + 34, RIGHT - 260, &office, json_str(p->d->data, "office"), NULL);
	if (rc == 0)
		rc = put(p, 260, p->y + 58, RIGHT - 260, &date, json_str(p->d->data, "date"), NULL);
	if (rc == 0 && *json_str(block, "qr"))
		rc = qr_put(p, block);
	p->y += CLOSE_H;
	return rc;
}

static int block_put(struct pen *p, const json_t *block)
{
	const char *when = json_str(block, "when");
	if (*when && !*json_str(p->d->data, when))
		return 0;
	if (json_object_get(block, "heading")) {
		struct drawing_style s = style_of(block, 22, DRAWING_CENTER);
		s.bold = true;
		return text_block(p, block, "heading", s);
	}
	if (json_object_get(block, "line"))
		return text_block(p, block, "line", style_of(block, 11, DRAWING_LEFT));
	if (json_object_get(block, "paragraph"))
		return text_block(p, block, "paragraph", style_of(block, 12, DRAWING_LEFT));
	if (json_object_get(block, "rows"))
		return rows_block(p, block);
	if (json_object_get(block, "table"))
		return table_block(p, block);
	if (json_object_get(block, "each"))
		return each_block(p, block);
	if (json_object_get(block, "close"))
		return close_block(p, block);
	p->y += (double)json_int(block, "space");
	return 0;
}

/* Number and place of each page, when there is more than one. */
static int feet_put(struct pen *p)
{
	const struct drawing_style s = {8, false, DRAWING_CENTER, drawing_grey};
	size_t n = drawing_pages(p->to);
	int rc = 0;
	for (size_t i = 0; rc == 0 && n > 1 && i < n; i++) {
		char text[400];
		snprintf(text, sizeof text, "%.300s  第 %zu 页 / 共 %zu 页", json_str(p->d->data, "number"),
			i + 1, n);
		drawing_turn(p->to, i);
		rc = put(p, LEFT, DRAWING_H - 30, RIGHT - LEFT, &s, text, NULL);
	}
	return rc;
}

int document_draw(struct document *d, struct err_note *note)
{
	struct pen p = {d, d->drawing, 0, note};
	size_t i;
	const json_t *block;
	int rc = page_begin(&p);
	json_array_foreach(json_object_get(layout_def(d->layout), "body"), i, block) if (rc == 0) rc =
		block_put(&p, block);
	return rc == 0 ? feet_put(&p) : rc;
}
