#include "burner/paper/table.h"

#include <stdio.h>

#define CELL 7.5

static double cells(struct table *t, double y, const char *const *texts, bool bold)
{
	double x = TABLE_LEFT, height = 12;
	for (size_t i = 0; i < t->n; x += t->columns[i++].width) {
		double h = page_text(
			t->page, x + 2, y, t->columns[i].width - 4, CELL, bold, PAGE_LEFT, texts[i]);
		height = h > height ? h : height;
	}
	page_line(t->page, TABLE_LEFT, y + height + 3, x, y + height + 3);
	return y + height + 6;
}

void table_begin(struct table *t)
{
	const char *heads[16];
	char title[128];
	double width = PAGE_A4_LONG - 2 * TABLE_LEFT, y = 56;
	(void)snprintf(title, sizeof title, "%s  (%d)", t->title, t->number);
	page_colour(t->page, 0, 0, 0);
	page_text(t->page, TABLE_LEFT, 30, width, 15, true, PAGE_LEFT, title);
	if (t->caption)
		y += page_text(t->page, TABLE_LEFT, y, width, 9, false, PAGE_LEFT, t->caption) + 4;
	for (size_t i = 0; i < t->n && i < sizeof heads / sizeof *heads; i++)
		heads[i] = t->columns[i].head;
	t->y = cells(t, y + 4, heads, true);
}

void table_room(struct table *t, double height)
{
	if (t->y + height <= TABLE_BOTTOM)
		return;
	page_next(t->page);
	t->number++;
	table_begin(t);
}

void table_row(struct table *t, const char *const *texts)
{
	table_room(t, 24);
	t->y = cells(t, t->y, texts, false);
}
