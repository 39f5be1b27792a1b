/* A bundle takes its number. */
#ifndef SW_EXCHANGE_BUILD_NUMBER_H
#define SW_EXCHANGE_BUILD_NUMBER_H
#include "common/exchange/build_read.h"

/* A db_fn; arg is a struct build whose file stands. Number, identity and file, its messages out of the queue,
 * and what its voids close back into it. ERR_CONFLICT: another epoch began meanwhile. */
int build_number(struct db_tx *tx, void *arg);
#endif
