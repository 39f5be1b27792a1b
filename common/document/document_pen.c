#include "common/document/document_pen.h"

#include "common/document/mark.h"

int document_pen_page(struct document_pen *p)
{
	const json_t *def = layout_def(p->d->layout);
	int rc = drawing_page(p->to);
	p->y = DOCUMENT_TOP;
	if (rc == 0 && json_is_true(json_object_get(def, "frame"))) {
		rc = mark_frame(p->to);
		p->y += 8;
	}
	if (rc == 0 && *json_str(def, "mark"))
		rc = mark_across(p->to, json_str(def, "mark"));
	return rc;
}

int document_pen_room(struct document_pen *p, double h)
{
	if (p->y + h <= DOCUMENT_BOTTOM)
		return 0;
	return DOCUMENT_TOP + 8 + h > DOCUMENT_BOTTOM
		       ? err_set(p->note, ERR_LIMIT, "something is higher than a page")
		       : document_pen_page(p);
}

int document_pen_together(struct document_pen *p, double h)
{
	return DOCUMENT_TOP + 8 + h > DOCUMENT_BOTTOM ? 0 : document_pen_room(p, h);
}

int document_pen_flow(struct document_pen *p, double x, double width, const struct drawing_style *s,
	double indent, const char *text)
{
	struct drawing_text *t = NULL;
	int rc = drawing_set(p->to, s, width, indent, text, &t);
	for (size_t i = 0; rc == 0 && i < drawing_lines(t); i++) {
		double h = drawing_line_height(t, i);
		rc = document_pen_room(p, h);
		if (rc == 0)
			rc = drawing_line(p->to, t, i, x, p->y, p->note);
		p->y += h;
	}
	drawing_unset(t);
	return rc;
}

int document_pen_put(struct document_pen *p, double x, double y, double width, const struct drawing_style *s,
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

int document_pen_expand(
	const struct document_pen *p, const char *text, const json_t *row, size_t n, struct buf *out)
{
	buf_init(out, 1 << 20);
	int rc = buf_reserve(out, 1);
	return rc == 0 ? layout_expand(text, p->d->data, row, n, out) : rc;
}

const char *document_pen_text(const struct buf *b)
{
	return b->n ? (const char *)b->p : "";
}
