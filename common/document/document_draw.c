#include "common/document/document_pen.h"
#include "common/document/mark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define VALUE 190.0
#define VALUE_H 20.0 /* a line of text with what is above and below it */
#define CLOSE_H 128.0
#define CLOSE_X 260.0 /* where the office's column begins */
#define QR_SIZE 92.0

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

static int text_block(struct document_pen *p, const json_t *block, const char *key, struct drawing_style s)
{
	struct buf text = {0};
	const json_t *plain = json_object_get(block, "indent");
	double indent = strcmp(key, "paragraph") == 0 && !json_is_false(plain) ? s.size * 2 : 0;
	int rc = document_pen_expand(p, json_str(block, key), NULL, 0, &text);
	if (rc == 0)
		rc = document_pen_flow(p, DOCUMENT_LEFT, DOCUMENT_RIGHT - DOCUMENT_LEFT, &s, indent,
			document_pen_text(&text));
	p->y += s.size * 0.5;
	buf_fini(&text);
	return rc;
}

/* A height before anything is placed. */
static int height_of(
	struct document_pen *p, double width, const struct drawing_style *s, const char *text, double *h)
{
	struct drawing_text *t = NULL;
	int rc = drawing_set(p->to, s, width, 0, text, &t);
	if (rc == 0)
		*h = drawing_height(t);
	drawing_unset(t);
	return rc;
}

/* Label in both languages on the left, the value beside it, over pages where needed. */
static int row_put(struct document_pen *p, const json_t *cell)
{
	const struct drawing_style label = {12, true, DRAWING_LEFT, drawing_black},
				   small = {8, false, DRAWING_LEFT, drawing_grey},
				   value = {12, false, DRAWING_LEFT, drawing_black};
	struct buf text = {0};
	double zh = 0, en = 0, width = VALUE - DOCUMENT_LEFT - 8;
	int rc = document_pen_expand(p, json_str(cell, "value"), NULL, 0, &text);
	if (rc == 0)
		rc = height_of(p, width, &label, json_str(cell, "zh"), &zh);
	if (rc == 0 && *json_str(cell, "en"))
		rc = height_of(p, width, &small, json_str(cell, "en"), &en);
	if (rc == 0)
		rc = document_pen_room(p, zh + en + 8);
	double top = p->y;
	if (rc == 0)
		rc = document_pen_put(p, DOCUMENT_LEFT, top, width, &label, json_str(cell, "zh"), NULL);
	if (rc == 0 && en > 0)
		rc = document_pen_put(p, DOCUMENT_LEFT, top + zh, width, &small, json_str(cell, "en"), NULL);
	size_t page = drawing_pages(p->to);
	if (rc == 0)
		rc = document_pen_flow(p, VALUE, DOCUMENT_RIGHT - VALUE, &value, 0,
			*document_pen_text(&text) ? document_pen_text(&text) : "—");
	if (drawing_pages(p->to) == page && p->y < top + zh + en)
		p->y = top + zh + en;
	if (rc == 0)
		rc = mark_rule(p->to, DOCUMENT_LEFT, DOCUMENT_RIGHT, p->y + 3, drawing_light);
	p->y += 8;
	buf_fini(&text);
	return rc;
}

static int rows_block(struct document_pen *p, const json_t *block)
{
	size_t i;
	const json_t *cell;
	int rc = 0;
	json_array_foreach(json_object_get(block, "rows"), i, cell) if (rc == 0) rc = row_put(p, cell);
	return rc;
}

static int empty_put(struct document_pen *p, const json_t *block)
{
	const struct drawing_style s = {11, false, DRAWING_LEFT, drawing_black};
	return *json_str(block, "empty") ? text_block(p, block, "empty", s) : 0;
}

static int table_block(struct document_pen *p, const json_t *block)
{
	const json_t *list = json_object_get(p->d->data, json_str(block, "table"));
	if (json_array_size(list) == 0)
		return empty_put(p, block);
	int rc = document_table(p, json_object_get(block, "columns"), list);
	p->y += 8;
	return rc;
}

static int each_block(struct document_pen *p, const json_t *block)
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
		rc = document_pen_expand(p, json_str(block, "text"), row, i + 1, &text);
		if (rc == 0)
			rc = document_pen_flow(p, DOCUMENT_LEFT, DOCUMENT_RIGHT - DOCUMENT_LEFT, &s, 24,
				document_pen_text(&text));
		p->y += 4;
		buf_fini(&text);
	}
	return rc;
}

/* The end of a document: on the left the code with the words below it, on the right office, date and seal. */
struct close {
	struct buf qr, verify;
	double verify_h, office_h, date_h;
};
static const struct drawing_style close_small = {8, false, DRAWING_LEFT, {0.35, 0.35, 0.35}},
				  close_office = {13, true, DRAWING_RIGHT, {0, 0, 0}},
				  close_date = {11, false, DRAWING_RIGHT, {0, 0, 0}};

static int close_measure(struct document_pen *p, const json_t *block, struct close *c)
{
	int rc = 0;
	if (*json_str(block, "qr"))
		rc = document_pen_expand(p, json_str(block, "qr"), NULL, 0, &c->qr);
	if (rc == 0)
		rc = document_pen_expand(p, json_str(block, "verify"), NULL, 0, &c->verify);
	if (rc == 0 && c->verify.n)
		rc = height_of(p, CLOSE_X - DOCUMENT_LEFT - 12, &close_small, document_pen_text(&c->verify),
			&c->verify_h);
	if (rc == 0)
		rc = height_of(p, DOCUMENT_RIGHT - CLOSE_X, &close_office, json_str(p->d->data, "office"),
			&c->office_h);
	return rc == 0 ? height_of(p, DOCUMENT_RIGHT - CLOSE_X, &close_date, json_str(p->d->data, "date"),
				 &c->date_h)
		       : rc;
}

static int close_draw(struct document_pen *p, const json_t *block, const struct close *c)
{
	const char *office = json_str(p->d->data, "office");
	double y = p->y, width = DOCUMENT_RIGHT - CLOSE_X;
	int rc = 0;
	if (json_is_true(json_object_get(block, "seal")))
		rc = mark_seal(p->to, DOCUMENT_RIGHT - 88, y + 60, office, "不动产登记专用章");
	if (rc == 0)
		rc = document_pen_put(p, CLOSE_X, y + 34, width, &close_office, office, NULL);
	if (rc == 0)
		rc = document_pen_put(p, CLOSE_X, y + 38 + c->office_h, width, &close_date,
			json_str(p->d->data, "date"), NULL);
	if (rc == 0 && c->qr.n)
		rc = mark_qr(p->to, DOCUMENT_LEFT, y + 6, QR_SIZE, document_pen_text(&c->qr));
	if (rc == ERR_LIMIT)
		err_set(p->note, rc, "more text than a QR code holds");
	if (rc == 0 && c->verify.n)
		rc = document_pen_put(p, DOCUMENT_LEFT, y + 11 + QR_SIZE, CLOSE_X - DOCUMENT_LEFT - 12,
			&close_small, document_pen_text(&c->verify), NULL);
	return rc;
}

/* Never torn apart; on a framed document at the foot of the page. */
static int close_block(struct document_pen *p, const json_t *block)
{
	struct close c = {0};
	int rc = close_measure(p, block, &c);
	double h = fmax(CLOSE_H, fmax(QR_SIZE + 14 + c.verify_h, 42 + c.office_h + c.date_h));
	if (rc == 0)
		rc = document_pen_room(p, h);
	if (rc == 0 && json_is_true(json_object_get(layout_def(p->d->layout), "frame")) &&
		p->y < DOCUMENT_BOTTOM - h)
		p->y = DOCUMENT_BOTTOM - h;
	if (rc == 0)
		rc = close_draw(p, block, &c);
	p->y += h;
	buf_fini(&c.qr);
	buf_fini(&c.verify);
	return rc;
}

static int block_put(struct document_pen *p, const json_t *block)
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

/* A title, which is a line in bold, goes to the next page with what begins below it. */
static int title_room(struct document_pen *p, const json_t *block, const json_t *next)
{
	struct drawing_style s = style_of(block, 11, DRAWING_LEFT);
	const json_t *rows = json_object_get(p->d->data, json_str(next, "table"));
	double title = 0, h = 2 * VALUE_H;
	if (!next || !s.bold || !json_object_get(block, "line"))
		return 0;
	int rc = height_of(p, DOCUMENT_RIGHT - DOCUMENT_LEFT, &s, json_str(block, "line"), &title);
	if (rc == 0 && json_array_size(rows))
		rc = document_table_begin(p, json_object_get(next, "columns"), rows, &h);
	return rc == 0 ? document_pen_together(p, title + s.size * 0.5 + h) : rc;
}

/* Number and place of each page, when there is more than one. */
static int feet_put(struct document_pen *p)
{
	const struct drawing_style s = {8, false, DRAWING_CENTER, drawing_grey};
	size_t n = drawing_pages(p->to);
	int rc = 0;
	for (size_t i = 0; rc == 0 && n > 1 && i < n; i++) {
		char text[400];
		snprintf(text, sizeof text, "%.300s  第 %zu 页 / 共 %zu 页", json_str(p->d->data, "number"),
			i + 1, n);
		drawing_turn(p->to, i);
		rc = document_pen_put(
			p, DOCUMENT_LEFT, DRAWING_H - 30, DOCUMENT_RIGHT - DOCUMENT_LEFT, &s, text, NULL);
	}
	return rc;
}

int document_draw(struct document *d, struct err_note *note)
{
	struct document_pen p = {d, d->drawing, 0, note};
	const json_t *body = json_object_get(layout_def(d->layout), "body"), *block;
	size_t i;
	int rc = document_pen_page(&p);
	json_array_foreach(body, i, block)
	{
		if (rc == 0)
			rc = title_room(&p, block, json_array_get(body, i + 1));
		if (rc == 0)
			rc = block_put(&p, block);
	}
	return rc == 0 ? feet_put(&p) : rc;
}
