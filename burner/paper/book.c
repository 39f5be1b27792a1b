#include "burner/paper/page.h"
#include "burner/paper/paper.h"
#include "burner/paper/paper_text.h"

#include "common/base/id.h"
#include <stdio.h>
#include <string.h>

#define LEFT 36.0
#define BOTTOM (PAGE_A4_SHORT - 40.0)

static const struct {
	const char *head;
	double width;
} COLUMNS[] = {{"编号 disc", 92}, {"密级 mark", 62}, {"用途 use", 84}, {"数据包 bundles", 52},
	{"介质 blank", 78}, {"封签 seal", 62}, {"批准人 approved by", 92}, {"来/去 from, to", 84},
	{"编目/接收 since", 62}, {"状态 state", 100}};
#define COLUMNS_N (sizeof COLUMNS / sizeof *COLUMNS)

bool paper_month_ok(const char *month)
{
	return strlen(month) == 7 && strspn(month, "0123456789") == 4 && month[4] == '-' &&
	       strspn(month + 5, "0123456789") == 2 && strcmp(month + 5, "01") >= 0 &&
	       strcmp(month + 5, "12") <= 0;
}

static double cells(struct page *p, double y, const char *const texts[static COLUMNS_N], bool bold)
{
	double x = LEFT, height = 12;
	for (size_t i = 0; i < COLUMNS_N; x += COLUMNS[i++].width) {
		double h = page_text(p, x + 2, y, COLUMNS[i].width - 4, 7.5, bold, PAGE_LEFT, texts[i]);
		height = h > height ? h : height;
	}
	page_line(p, LEFT, y + height + 3, x, y + height + 3);
	return y + height + 6;
}

static double head(struct page *p, const char *month, int number)
{
	const char *texts[COLUMNS_N];
	char title[96];
	(void)snprintf(title, sizeof title, "光盘台账 Register of discs %s  (%d)", month, number);
	page_colour(p, 0, 0, 0);
	page_text(p, LEFT, 30, PAGE_A4_LONG - 2 * LEFT, 15, true, PAGE_LEFT, title);
	for (size_t i = 0; i < COLUMNS_N; i++)
		texts[i] = COLUMNS[i].head;
	return cells(p, 60, texts, true);
}

static double line(struct page *p, double y, const json_t *r)
{
	char bundles[24], names[256], since[24], state[400], destroyed[256];
	const char *place = *json_str(r, "to") ? json_str(r, "to") : json_str(r, "from");
	(void)snprintf(bundles, sizeof bundles, "%lld", (long long)json_int(r, "bundles"));
	paper_names(json_object_get(r, "approvals"), names);
	paper_day(r, json_str(json_array_get(json_object_get(r, "steps"), 0), "state"), since);
	paper_names(json_object_get(json_object_get(r, "destruction"), "signatures"), destroyed);
	bool gone = strcmp(json_str(r, "state"), "destroyed") == 0;
	(void)snprintf(state, sizeof state, "%s%s%s", paper_state(r), gone ? " " : "", gone ? destroyed : "");
	const char *const texts[COLUMNS_N] = {json_str(r, "disc"), paper_mark(r),
		paper_or_dash(json_str(r, "use")), bundles, paper_or_dash(json_str(r, "blank")),
		paper_or_dash(json_str(r, "seal")), names, paper_or_dash(place), since, state};
	return cells(p, y, texts, false);
}

/* Since when this side has it. */
static bool of_month(const json_t *r, const char *month)
{
	char day[24];
	paper_day(r, json_str(json_array_get(json_object_get(r, "steps"), 0), "state"), day);
	return strncmp(day, month, 7) == 0;
}

int paper_book(const json_t *rows, const char *month, struct buf *out)
{
	struct page *p = NULL;
	size_t i;
	const json_t *r;
	int number = 1;
	int64_t at = 0;
	json_array_foreach(rows, i, r)
	{
		if (of_month(r, month) && paper_time(r) > at)
			at = paper_time(r);
	}
	int rc = page_new(PAGE_A4_LONG, PAGE_A4_SHORT, month, at, out, &p);
	if (rc < 0)
		return rc;
	double y = head(p, month, number);
	json_array_foreach(rows, i, r)
	{
		if (!of_month(r, month))
			continue;
		if (y > BOTTOM - 24) {
			page_next(p);
			y = head(p, month, ++number);
		}
		y = line(p, y, r);
	}
	return page_end(p);
}
