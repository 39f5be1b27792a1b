/* Certificate numbers that a trial of an import has met: a trial keeps nothing in the database, yet a number
 * that stands on two units is told. Sixteen bytes a number. */
#ifndef REG_TRANSFER_IMPORT_SEEN_H
#define REG_TRANSFER_IMPORT_SEEN_H
#include "common/base/buf.h"

struct import_seen;
SW_MUST_USE int import_seen_new(struct import_seen **out);
void import_seen_free(struct import_seen *s);
/* Was it kept, or is it noted now? */
bool import_seen_has(const struct import_seen *s, const char *number);
/* Noted until it is kept or dropped: a unit is tried before it is known whether it passes. */
SW_MUST_USE int import_seen_note(struct import_seen *s, const char *number);
SW_MUST_USE int import_seen_keep(struct import_seen *s);
void import_seen_drop(struct import_seen *s);
#endif
