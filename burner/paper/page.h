/* Pages of paper as PDF by cairo and pango; text stays extractable. Lengths in points. */
#ifndef SW_BURNER_PAGE_H
#define SW_BURNER_PAGE_H
#include "common/base/buf.h"
#include <stdbool.h>

#define PAGE_A4_SHORT 595.28
#define PAGE_A4_LONG 841.89
struct page;
/* `at_ms` is the document's time: equal content gives equal bytes. ERR_NOMEM. */
SW_MUST_USE int page_new(
	double width, double height, const char *title, int64_t at_ms, struct buf *out, struct page **page);
enum page_align { PAGE_LEFT, PAGE_CENTRE, PAGE_RIGHT };
/* Wrapped at `width`; returns its height. */
double page_text(struct page *p, double x, double y, double width, double size, bool bold,
	enum page_align align, const char *text);
void page_box(struct page *p, double x, double y, double width, double height);
void page_line(struct page *p, double x1, double y1, double x2, double y2);
void page_colour(struct page *p, double red, double green, double blue);
/* ERR_NOMEM, ERR_LIMIT (too much text). */
SW_MUST_USE int page_qr(struct page *p, double x, double y, double size, const char *text);
void page_next(struct page *p);
/* Ends the document; out holds it. Frees in any case; NULL is a no-op. ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int page_end(struct page *p);
#endif
