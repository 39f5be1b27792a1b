/* A table on pages across: rows wrap, pages turn, its head comes again on each. */
#ifndef SW_BURNER_TABLE_H
#define SW_BURNER_TABLE_H
#include "burner/paper/page.h"
#include <stddef.h>

#define TABLE_LEFT 36.0
#define TABLE_BOTTOM (PAGE_A4_SHORT - 40.0)
struct table_column {
	const char *head;
	double width;
};
struct table {
	struct page *page;   /* A4 across; borrowed, as all of it */
	const char *title;   /* stands on each page, with its number */
	const char *caption; /* below the title, NULL: none */
	const struct table_column *columns;
	size_t n;
	int number; /* of the page it begins on */
	double y;   /* where the next row goes; of the table */
};
/* Title, caption and head on a page that is empty. */
void table_begin(struct table *t);
void table_row(struct table *t, const char *const *texts);
/* So much room below the last row, on a page more where this one has none. */
void table_room(struct table *t, double height);
#endif
