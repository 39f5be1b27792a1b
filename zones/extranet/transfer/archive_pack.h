/* One package. */
#ifndef REG_TRANSFER_ARCHIVE_PACK_H
#define REG_TRANSFER_ARCHIVE_PACK_H
#include "zones/extranet/registry.h"

/* ERR_BUSY: not yet (archiver.h). */
SW_MUST_USE int archive_pack(struct registry *r, const struct office *o, const char *case_id);
#endif
