/* What is printed about discs, from their records in the ledger. The QR code of slip and label is
 * "SWDISC1 DISC IDENTITY MARK BLANK SEAL" ("-" where there is none): what `burner receive` takes. */
#ifndef SW_BURNER_PAPER_H
#define SW_BURNER_PAPER_H
#include "common/base/json.h"

/* 移交单: one page A4 with places for two signatures. All append a PDF file. ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int paper_slip(const json_t *record, struct buf *out);
/* Label for the disc's case: 90 x 55 mm. */
SW_MUST_USE int paper_label(const json_t *record, struct buf *out);
/* 台账 of one month ("2026-11", by China Standard Time), A4 across, as many pages as it takes: the discs that
 * this side has since then, and the blanks of which something changed, with how many came in, went out and
 * are left; list as `burner list` tells it. */
SW_MUST_USE int paper_book(const json_t *list, const char *month, struct buf *out);
bool paper_month_ok(const char *month);
#endif
