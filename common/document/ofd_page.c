#include "common/document/ofd_page.h"

#include "common/document/ofd_xml.h"
#include <stdlib.h>
#include <string.h>

#define MM (25.4 / 72)

static void ink_put(struct ofd_xml *x, const char *name, struct drawing_ink ink, double alpha)
{
	ofd_xml_open(x, name);
	ofd_xml_attr(x, "Value", "%.0f %.0f %.0f", ink.r * 255, ink.g * 255, ink.b * 255);
	if (alpha < 1)
		ofd_xml_attr(x, "Alpha", "%.0f", alpha * 255);
	ofd_xml_close(x);
}

static int deltas(const struct drawing_run *r, struct buf *out)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i + 1 < r->n; i++)
		rc = buf_addf(out, "%s%.4f", i ? " " : "", r->advance[i] * MM);
	return rc;
}

static int run_put(struct ofd_xml *x, const struct drawing_run *r, unsigned id)
{
	struct buf d;
	buf_init(&d, 1 << 20);
	int rc = deltas(r, &d);
	ofd_xml_open(x, "TextObject");
	ofd_xml_attr(x, "ID", "%u", id);
	ofd_xml_attr(x, "Boundary", "%.4f %.4f %.4f %.4f", r->x * MM, (r->y - r->ascent) * MM, r->width * MM,
		(r->ascent + r->descent) * MM);
	ofd_xml_attr(x, "Font", "%zu", OFD_FONT_ID + r->font);
	ofd_xml_attr(x, "Size", "%.4f", r->size * MM);
	if (r->bold)
		ofd_xml_attr(x, "Weight", "700");
	ink_put(x, "FillColor", r->ink, 1);
	ofd_xml_open(x, "TextCode");
	ofd_xml_attr(x, "X", "0");
	ofd_xml_attr(x, "Y", "%.4f", r->ascent * MM);
	if (rc == 0 && d.n)
		ofd_xml_attr(x, "DeltaX", "%s", (const char *)d.p);
	ofd_xml_text(x, r->text);
	ofd_xml_close(x);
	ofd_xml_close(x);
	buf_fini(&d);
	return rc;
}

struct box {
	double x0, y0, x1, y1;
};

static void box_grow(struct box *b, const cairo_path_data_t *p)
{
	double x = p->point.x, y = p->point.y;
	b->x0 = x < b->x0 ? x : b->x0;
	b->y0 = y < b->y0 ? y : b->y0;
	b->x1 = x > b->x1 ? x : b->x1;
	b->y1 = y > b->y1 ? y : b->y1;
}

static struct box box_of(const cairo_path_t *p, double pad)
{
	struct box b = {1e9, 1e9, -1e9, -1e9};
	for (int i = 0; i < p->num_data; i += p->data[i].header.length)
		for (int k = 1; k < p->data[i].header.length; k++)
			box_grow(&b, &p->data[i + k]);
	return (struct box){b.x0 - pad, b.y0 - pad, b.x1 + pad, b.y1 + pad};
}

/* AbbreviatedData: M, L, B (cubic), C (close), relative to the boundary. */
static int path_text(const cairo_path_t *p, const struct box *b, struct buf *out)
{
	static const char *const letters[] = {[CAIRO_PATH_MOVE_TO] = "M",
		[CAIRO_PATH_LINE_TO] = "L",
		[CAIRO_PATH_CURVE_TO] = "B",
		[CAIRO_PATH_CLOSE_PATH] = "C"};
	int rc = 0;
	for (int i = 0; rc == 0 && i < p->num_data; i += p->data[i].header.length) {
		rc = buf_addf(out, "%s%s", i ? " " : "", letters[p->data[i].header.type]);
		for (int k = 1; rc == 0 && k < p->data[i].header.length; k++)
			rc = buf_addf(out, " %.3f %.3f", (p->data[i + k].point.x - b->x0) * MM,
				(p->data[i + k].point.y - b->y0) * MM);
	}
	return rc;
}

static int shape_put(struct ofd_xml *x, const struct drawing_shape *s, unsigned id)
{
	struct box b = box_of(s->path, s->stroke / 2);
	struct buf text;
	bool fill = !(s->stroke > 0);
	if (s->path->num_data == 0)
		return 0;
	buf_init(&text, 8 << 20);
	int rc = path_text(s->path, &b, &text);
	ofd_xml_open(x, "PathObject");
	ofd_xml_attr(x, "ID", "%u", id);
	ofd_xml_attr(x, "Boundary", "%.4f %.4f %.4f %.4f", b.x0 * MM, b.y0 * MM, (b.x1 - b.x0) * MM,
		(b.y1 - b.y0) * MM);
	if (fill)
		ofd_xml_attr(x, "Stroke", "false");
	else
		ofd_xml_attr(x, "LineWidth", "%.4f", s->stroke * MM);
	ofd_xml_attr(x, "Fill", fill ? "true" : "false");
	ink_put(x, fill ? "FillColor" : "StrokeColor", s->ink, s->alpha);
	ofd_xml_put(x, "AbbreviatedData", rc == 0 ? (const char *)text.p : "");
	ofd_xml_close(x);
	buf_fini(&text);
	return rc;
}

int ofd_page(const struct drawing *d, size_t page, unsigned *id, struct buf *out)
{
	struct ofd_xml *x = NULL;
	const struct drawing_item *item;
	int rc = ofd_xml_new("Page", &x);
	if (rc < 0)
		return rc;
	ofd_xml_open(x, "Area");
	ofd_xml_put(x, "PhysicalBox", "0 0 210 297");
	ofd_xml_close(x);
	ofd_xml_open(x, "Content");
	ofd_xml_open(x, "Layer");
	ofd_xml_attr(x, "ID", "%u", (*id)++);
	ofd_xml_attr(x, "Type", "Body");
	for (size_t i = 0; rc == 0 && (item = drawing_item(d, page, i)); i++)
		rc = item->is_run ? run_put(x, &item->run, (*id)++) : shape_put(x, &item->shape, (*id)++);
	if (rc == 0)
		rc = ofd_xml_end(x, out);
	ofd_xml_free(x);
	return rc;
}
