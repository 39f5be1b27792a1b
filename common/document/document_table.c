/* Tables: all cells of a row are as high as the highest; a row goes whole to the next page, or, when no page
 * could hold it, on there where this one ends. */
#include "common/document/document_pen.h"
#include "common/document/mark.h"

#define COLUMNS_MAX 40
#define PAD 3.0       /* of a cell, all round */
#define LINE_MIN 24.0 /* what a part of a row needs at least */

struct row {
	const json_t *columns;
	struct drawing_text *text[COLUMNS_MAX];
	size_t line[COLUMNS_MAX]; /* the first that is not drawn */
	size_t n;
};

static double width_of(const struct row *r, size_t i)
{
	return (DOCUMENT_RIGHT - DOCUMENT_LEFT) * (double)json_int(json_array_get(r->columns, i), "width") /
	       100;
}

static void row_fini(struct row *r)
{
	for (size_t i = 0; i < r->n; i++)
		drawing_unset(r->text[i]);
}

/* values NULL: the head. */
static int row_set(
	struct document_pen *p, struct row *r, const json_t *columns, const json_t *values, size_t n)
{
	const struct drawing_style s = {9, values == NULL, DRAWING_LEFT, drawing_black};
	const json_t *cell;
	size_t i;
	int rc = 0;
	*r = (struct row){.columns = columns};
	json_array_foreach(columns, i, cell)
	{
		struct buf text = {0};
		if (rc < 0)
			break;
		rc = document_pen_expand(p, json_str(cell, values ? "value" : "zh"), values, n, &text);
		if (rc == 0)
			rc = drawing_set(p->to, &s, width_of(r, i) - 2 * PAD, 0, document_pen_text(&text),
				&r->text[i]);
		r->n += rc == 0;
		buf_fini(&text);
	}
	return rc;
}

/* Height of what is left of the row. */
static double row_left(const struct row *r)
{
	double most = 0;
	for (size_t i = 0; i < r->n; i++) {
		double h = 2 * PAD;
		for (size_t k = r->line[i]; k < drawing_lines(r->text[i]); k++)
			h += drawing_line_height(r->text[i], k);
		most = h > most ? h : most;
	}
	return most;
}

/* Draws the lines that h has room for, in a box that high. */
static int row_part(struct document_pen *p, struct row *r, double h)
{
	double x = DOCUMENT_LEFT;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n; i++) {
		double y = p->y + PAD;
		for (; rc == 0 && r->line[i] < drawing_lines(r->text[i]); r->line[i]++) {
			double line = drawing_line_height(r->text[i], r->line[i]);
			if (y + line > p->y + h - PAD + 0.01)
				break;
			rc = drawing_line(p->to, r->text[i], r->line[i], x + PAD, y, p->note);
			y += line;
		}
		if (rc == 0)
			rc = mark_box(p->to, x, p->y, width_of(r, i), h);
		x += width_of(r, i);
	}
	p->y += h;
	return rc;
}

static int head_put(struct document_pen *p, const json_t *columns)
{
	struct row head;
	int rc = row_set(p, &head, columns, NULL, 0);
	double h = rc == 0 ? row_left(&head) : 0;
	if (rc == 0)
		rc = document_pen_room(p, h + LINE_MIN);
	if (rc == 0)
		rc = row_part(p, &head, h);
	row_fini(&head);
	return rc;
}

/* full: what a page has room for below the head. */
static int row_put(struct document_pen *p, const json_t *columns, const json_t *values, size_t n, double full)
{
	struct row r;
	int rc = row_set(p, &r, columns, values, n);
	bool torn = rc == 0 && row_left(&r) > full; /* no page holds it whole */
	while (rc == 0) {
		double h = row_left(&r), room = DOCUMENT_BOTTOM - p->y;
		if (h <= room) {
			rc = row_part(p, &r, h);
			break;
		}
		if (torn && room >= LINE_MIN)
			rc = row_part(p, &r, room);
		if (rc == 0)
			rc = document_pen_page(p);
		if (rc == 0)
			rc = head_put(p, columns);
		torn = true; /* nothing but the head stands on this page */
	}
	row_fini(&r);
	return rc;
}

/* full: what a page has room for below the head; begin: the head with what of the first row stands with it in
 * any case. */
static int measure(
	struct document_pen *p, const json_t *columns, const json_t *rows, double *full, double *begin)
{
	struct row head, first;
	int rc = row_set(p, &head, columns, NULL, 0),
	    one = row_set(p, &first, columns, json_array_get(rows, 0), 1);
	double h = row_left(&head), r = row_left(&first);
	*full = DOCUMENT_BOTTOM - DOCUMENT_TOP - 8 - h;
	*begin = h + (r > *full ? LINE_MIN : r);
	row_fini(&head);
	row_fini(&first);
	return rc < 0 ? rc : one;
}

int document_table_begin(struct document_pen *p, const json_t *columns, const json_t *rows, double *h)
{
	double full;
	return measure(p, columns, rows, &full, h);
}

int document_table(struct document_pen *p, const json_t *columns, const json_t *rows)
{
	const json_t *values;
	size_t i;
	double full, begin;
	int rc = measure(p, columns, rows, &full, &begin);
	if (rc == 0)
		rc = document_pen_together(p, begin);
	if (rc == 0)
		rc = head_put(p, columns);
	json_array_foreach(rows, i, values) if (rc == 0) rc = row_put(p, columns, values, i + 1, full);
	return rc;
}
