/* Makes the files of documents and seals them: PDF, OFD, and a statement with their digests and that of what
 * stands on them, signed by the office's e-seal. */
#ifndef REG_TRANSFER_SEALER_H
#define REG_TRANSFER_SEALER_H
#include "zones/extranet/registry.h"

/* A few of the documents of an office that wait, one transaction each; done again after a crash. *more is set
 * when others wait still, *sealed when one was. 0, or the last failure: the others are made. */
SW_MUST_USE int sealer_run(struct registry *r, const struct office *o, bool *more, bool *sealed);
/* Is a document what was made, and is that what the book and its case say? {"valid","findings":[{"what",
 * "where"}]}: what is "file", "seal", "facts" or "book". ERR_NOTFOUND. */
SW_MUST_USE int sealer_check(struct registry *r, const char *tenant, const char *number, json_t **out);
#endif
