/* 台账 of one month: the discs, then the blanks with what came in, went out and is left. */
#include "burner/paper/paper.h"
#include "burner/paper/paper_text.h"
#include "burner/paper/stock.h"
#include "burner/paper/table.h"

#include <stdio.h>
#include <string.h>

static const struct table_column DISCS[] = {{"编号 disc", 92}, {"密级 mark", 62}, {"用途 use", 84},
	{"数据包 bundles", 52}, {"介质 blank", 78}, {"封签 seal", 62}, {"批准人 approved by", 92},
	{"来/去 from, to", 84}, {"编目/接收 since", 62}, {"状态 state", 100}};
#define DISCS_N (sizeof DISCS / sizeof *DISCS)
static const struct table_column BLANKS[] = {{"编号 blank", 100}, {"标签 label", 110}, {"密级 mark", 72},
	{"登记 registered", 118}, {"状态 state", 100}, {"光盘 disc", 92}, {"最近变动 last change", 118},
	{"说明 note", 60}};
#define BLANKS_N (sizeof BLANKS / sizeof *BLANKS)

bool paper_month_ok(const char *month)
{
	return strlen(month) == 7 && strspn(month, "0123456789") == 4 && month[4] == '-' &&
	       strspn(month + 5, "0123456789") == 2 && strcmp(month + 5, "01") >= 0 &&
	       strcmp(month + 5, "12") <= 0;
}

static void disc_row(struct table *t, const json_t *r)
{
	char bundles[24], names[256], since[24], state[400], destroyed[256];
	const char *place = *json_str(r, "to") ? json_str(r, "to") : json_str(r, "from");
	(void)snprintf(bundles, sizeof bundles, "%lld", (long long)json_int(r, "bundles"));
	paper_names(json_object_get(r, "approvals"), names);
	paper_step_day(paper_step(r, 0), since);
	paper_names(json_object_get(json_object_get(r, "destruction"), "signatures"), destroyed);
	bool gone = strcmp(json_str(r, "state"), "destroyed") == 0;
	(void)snprintf(state, sizeof state, "%s%s%s", paper_state(r), gone ? " " : "", gone ? destroyed : "");
	const char *const texts[DISCS_N] = {json_str(r, "disc"), paper_mark(r),
		paper_or_dash(json_str(r, "use")), bundles, paper_or_dash(json_str(r, "blank")),
		paper_or_dash(json_str(r, "seal")), names, paper_or_dash(place), since, state};
	table_row(t, texts);
}

/* "2026-11-24 officer" */
static void step_text(const json_t *step, char out[static 128])
{
	char day[24];
	paper_step_day(step, day);
	(void)snprintf(out, 128, "%s %.80s", day, json_str(step, "by"));
}

static void blank_row(struct table *t, const json_t *r)
{
	char registered[128], changed[128];
	const json_t *last = paper_step(r, -1);
	bool note = strcmp(json_str(last, "note"), json_str(r, "disc")) != 0;
	step_text(paper_step(r, 0), registered);
	step_text(last, changed);
	const char *const texts[BLANKS_N] = {json_str(r, "serial"), paper_or_dash(json_str(r, "label")),
		paper_mark(r), registered, paper_blank_state(r), paper_or_dash(json_str(r, "disc")), changed,
		paper_or_dash(note ? json_str(last, "note") : "")};
	table_row(t, texts);
}

static void sign_here(struct table *t)
{
	static const char *const who[] = {"保管人 kept by", "审核人 checked by", "日期 date"};
	table_room(t, 40);
	for (int i = 0; i < 3; i++) {
		double x = TABLE_LEFT + i * 250;
		page_text(t->page, x, t->y + 18, 90, 9, false, PAGE_LEFT, who[i]);
		page_line(t->page, x + 92, t->y + 30, x + 236, t->y + 30);
	}
}

/* The document's time is that of the last thing in it. */
static int64_t newest(const json_t *rows, const char *month, int64_t at)
{
	size_t i;
	const json_t *r;
	json_array_foreach(rows, i, r)
	{
		if (paper_changed(r, month) && paper_time(r) > at)
			at = paper_time(r);
	}
	return at;
}

int paper_book(const json_t *list, const char *month, struct buf *out)
{
	const json_t *rows = json_object_get(list, "rows"), *blanks = json_object_get(list, "blanks"), *r;
	char title[96], left[256];
	struct page *p = NULL;
	size_t i;
	int rc = page_new(
		PAGE_A4_LONG, PAGE_A4_SHORT, month, newest(blanks, month, newest(rows, month, 0)), out, &p);
	if (rc < 0)
		return rc;
	struct table t = {.page = p, .title = title, .columns = DISCS, .n = DISCS_N, .number = 1};
	(void)snprintf(title, sizeof title, "光盘台账 Register of discs %s", month);
	table_begin(&t);
	/* Since when this side has it. */
	json_array_foreach(rows, i, r)
	{
		if (paper_step_in(paper_step(r, 0), month))
			disc_row(&t, r);
	}
	page_next(p);
	(void)snprintf(title, sizeof title, "空白盘台账 Register of blanks %s", month);
	stock_text(blanks, month, left);
	t = (struct table){.page = p,
		.title = title,
		.caption = left,
		.columns = BLANKS,
		.n = BLANKS_N,
		.number = t.number + 1};
	table_begin(&t);
	json_array_foreach(blanks, i, r)
	{
		if (paper_changed(r, month))
			blank_row(&t, r);
	}
	sign_here(&t);
	return page_end(p);
}
