/* Tables of this zone with sealed values (common/service/reseal.h). Every table that the vault seals for
 * stands here. */
#ifndef REG_STORE_SEALED_H
#define REG_STORE_SEALED_H
#include "common/service/reseal.h"

extern const struct reseal_use reg_sealed[];
#endif
