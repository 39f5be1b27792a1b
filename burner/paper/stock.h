/* What came in, went out and is left of blanks in one month. */
#ifndef SW_BURNER_STOCK_H
#define SW_BURNER_STOCK_H
#include "common/base/json.h"

/* Free blanks: so many at the beginning of the month and at its end, and what changed that between. */
struct stock {
	int64_t before, registered, erased, used, scrap, voided, left;
};
/* blanks: as in `burner list`. before + registered + erased - used - scrap - voided = left. */
void stock_count(const json_t *blanks, const char *month, struct stock *out);
/* In one line. */
void stock_text(const json_t *blanks, const char *month, char out[static 256]);
#endif
