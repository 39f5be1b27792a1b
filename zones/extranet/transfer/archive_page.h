/* The page of a package: static HTML, no scripts, nothing loaded, readable without this program. */
#ifndef REG_TRANSFER_ARCHIVE_PAGE_H
#define REG_TRANSFER_ARCHIVE_PAGE_H
#include "common/base/json.h"

/* file: case.json of the package; files: paths below data/, array of {"path","title"}. Appended. */
SW_MUST_USE int archive_page(const json_t *file, const json_t *files, struct buf *out);
#endif
