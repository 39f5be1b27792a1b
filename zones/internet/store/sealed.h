/* Tables of this zone with sealed values (common/service/reseal.h). Every table that the vault seals for
 * stands here. */
#ifndef INTAKE_STORE_SEALED_H
#define INTAKE_STORE_SEALED_H
#include "common/service/reseal.h"

extern const struct reseal_use intake_sealed[];
#endif
