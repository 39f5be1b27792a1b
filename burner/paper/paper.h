/* What is printed about discs, from their records in the ledger. The QR code of slip and label is
 * "SWDISC1 DISC IDENTITY BLANK SEAL" ("-" where there is none): what `burner receive` takes. */
#ifndef SW_BURNER_PAPER_H
#define SW_BURNER_PAPER_H
#include "common/base/json.h"

/* 移交单: one page A4 with places for two signatures. All append a PDF file. ERR_NOMEM, ERR_LIMIT. */
SW_MUST_USE int paper_slip(const json_t *record, struct buf *out);
/* Label for the disc's case: 90 x 55 mm. */
SW_MUST_USE int paper_label(const json_t *record, struct buf *out);
/* 台账: the discs of one month ("2026-11", by China Standard Time), A4 across, as many pages as it takes;
 * rows as in `burner list`. */
SW_MUST_USE int paper_book(const json_t *rows, const char *month, struct buf *out);
bool paper_month_ok(const char *month);
#endif
