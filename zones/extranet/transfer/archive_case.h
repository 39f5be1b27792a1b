/* All that a package tells of a case, read on one snapshot. */
#ifndef REG_TRANSFER_ARCHIVE_CASE_H
#define REG_TRANSFER_ARCHIVE_CASE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct archive_case {
	struct registry *r;
	const struct office *office;
	const char *id;
	struct case_row c;
	/* case.json: the case with
	 * "parties","steps","decisions","checks","flow","fee","tax","tax_voids","terms",
	 * "corrections","marks","cadastral" and the words of office and business */
	json_t *file;
	json_t *materials, *documents, *decisions, *signatures, *faces, *mandates; /* lists of their stores */
	json_t *entries;                                                           /* entry_evidence */
	json_t *before, *after; /* rows of the unit, when the case came in and when it was packed */
	json_t *forms;          /* [{"round","text"}] that stood before an answer to a correction */
	struct buf form;        /* as signed last */
	int64_t records;        /* of the case in the audit log's table */
};
SW_MUST_USE int archive_case_read(
	struct archive_case *a, struct registry *r, const struct office *o, const char *id);
void archive_case_fini(struct archive_case *a);
/* ERR_BUSY: a document is not sealed yet. */
SW_MUST_USE int archive_case_ready(const struct archive_case *a);
const char *archive_case_closed(const struct archive_case *a); /* instant of the last step */
#endif
