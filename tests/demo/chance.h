/* Seeded chance of the generators of demonstration data: the same seed gives the same numbers. */
#ifndef SW_TESTS_DEMO_CHANCE_H
#define SW_TESTS_DEMO_CHANCE_H
#include <stdint.h>

void chance_seed(uint64_t seed); /* not 0 */
/* The seed a user names on the command line. */
void chance_seed_text(const char *text);
uint32_t chance_next(void);
/* A resident's number of this division, born in one of the `years` from 1950 on; it passes its check. */
void chance_resident(const char *division, uint32_t years, char out[static 19]);
#endif
