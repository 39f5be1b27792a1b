#include "burner/paper/page.h"
#include "burner/paper/paper.h"
#include "burner/paper/paper_text.h"

#include <stdio.h>

#define WIDTH 255.0  /* 90 mm */
#define HEIGHT 156.0 /* 55 mm */

static int label_draw(struct page *p, const json_t *r)
{
	char code[256], text[160], day[24];
	const char *seal = json_str(r, "seal");
	paper_code(r, code);
	paper_day(r, "staged", day);
	page_colour(p, 0.72, 0.11, 0.11);
	page_text(p, 12, 8, 150, 19, true, PAGE_LEFT, paper_mark(r));
	page_colour(p, 0, 0, 0);
	page_text(p, 12, 40, 150, 14, true, PAGE_LEFT, json_str(r, "disc"));
	(void)snprintf(text, sizeof text, "用途 use: %.90s", paper_or_dash(json_str(r, "use")));
	page_text(p, 12, 64, 150, 8, false, PAGE_LEFT, text);
	(void)snprintf(text, sizeof text, "介质 blank: %.40s", paper_or_dash(json_str(r, "blank")));
	page_text(p, 12, 92, 150, 8, false, PAGE_LEFT, text);
	(void)snprintf(text, sizeof text, "封签 seal: %.60s", paper_or_dash(seal));
	page_text(p, 12, 108, 150, 8, false, PAGE_LEFT, text);
	(void)snprintf(text, sizeof text, "日期 date: %s", day);
	page_text(p, 12, 124, 150, 8, false, PAGE_LEFT, text);
	return page_qr(p, WIDTH - 90, 12, 78, code);
}

int paper_label(const json_t *record, struct buf *out)
{
	struct page *p = NULL;
	int rc = page_new(WIDTH, HEIGHT, json_str(record, "disc"), paper_time(record), out, &p);
	if (rc < 0)
		return rc;
	rc = label_draw(p, record);
	int end = page_end(p);
	return rc < 0 ? rc : end;
}
