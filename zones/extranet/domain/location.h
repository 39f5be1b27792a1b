/* Words of a location 坐落: how a place is split, and the pairs of characters by which it is found. Pure. A
 * location down to its building ("示例路1号1幢") is indexed once for all its units; what stands behind (the
 * room) is compared when a unit is looked at. */
#ifndef REG_DOMAIN_LOCATION_H
#define REG_DOMAIN_LOCATION_H
#include "common/base/buf.h"

#define LOCATION_MAX 600 /* bytes */
/* Full-width digits and letters become half-width, spaces go, letters become small. Cut at LOCATION_MAX. */
void location_clean(const char *text, char out[static LOCATION_MAX]);
/* Length in bytes of the part down to the building, its last 幢 栋 座 楼 号 (号楼); the whole without one. */
size_t location_building(const char *clean);
/* Calls each for every pair of neighbouring characters of the n bytes (one alone when there is but one).
 * Stops at the first error, which is returned. */
SW_MUST_USE int location_pairs(
	const char *clean, size_t n, int (*each)(void *arg, const char *pair), void *arg);
#define LOCATION_PAIR 9 /* two characters of at most four bytes */
#endif
