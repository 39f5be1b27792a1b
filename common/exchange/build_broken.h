/* A message whose attachment is damaged here. */
#ifndef SW_EXCHANGE_BUILD_BROKEN_H
#define SW_EXCHANGE_BUILD_BROKEN_H
#include "common/exchange/build_read.h"

/* A record of it takes the place of message b->broken, under its numbers. */
SW_MUST_USE int build_broken(struct build *b);
#endif
