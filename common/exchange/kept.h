/* The copy of a sent bundle that is kept until the peer has it in a backup. */
#ifndef SW_EXCHANGE_KEPT_H
#define SW_EXCHANGE_KEPT_H
#include "common/base/id.h"
#include "common/spool/spool.h"

/* Digest over a whole file, from its beginning. */
SW_MUST_USE int kept_digest(int fd, struct digest *out);
/* 1: sent/NAME is there and has this digest; 0: it is gone or damaged. */
SW_MUST_USE int kept_whole(struct spool *s, enum spool_dir d, const char *name, const struct digest *want);
#endif
