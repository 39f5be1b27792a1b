/* The page of a package: static HTML in Chinese and English, no scripts, nothing loaded, readable without
 * this program. */
#ifndef REG_TRANSFER_ARCHIVE_PAGE_H
#define REG_TRANSFER_ARCHIVE_PAGE_H
#include "zones/extranet/transfer/archive_case.h"

struct archive_page_parts {           /* all borrowed */
	const struct archive_case *a; /* lists with "file" where a file of the package stands for a row */
	const json_t *log;            /* records of the log, with "file" */
	const json_t *files;          /* all: array of {"path","title"}, below data/ */
	const char *readme;           /* how it is checked */
};
/* Appended. */
SW_MUST_USE int archive_page(const struct archive_page_parts *p, struct buf *out);
#endif
