/* registry-make: what bench-registry asks a registry that holds many units. Inside tests/bench only. */
#ifndef SW_BENCH_REGISTRY_MAKE_H
#define SW_BENCH_REGISTRY_MAKE_H
#include "common/crypto/vault.h"
#include <stdio.h>

#define MAKE_TENANT "110101"
#define MAKE_AT "2020-01-02T00:00:00.000Z"  /* the register was taken in */
#define MAKE_AGO "2010-03-04T00:00:00.000Z" /* earlier owners, of every fourth unit */
#define MAKE_ROOMS 40                       /* units of a parcel's one building */

struct make_unit {
	char parcel[20], land[29], house[29], building[25], unit[29];
	char street[64], location[96], room[8];
	char certificate[128];
};
struct make_person {
	char name[32], id[19];
};
struct make_sale {
	struct make_unit unit; /* unit, location, certificate */
	struct make_person seller, buyer;
};
/* The same for the same number, whatever the size of the register: unit 0…, person 0…. */
void make_unit(long i, struct make_unit *u);
void make_person(long i, struct make_person *p);
/* Who owns unit i: some own two. */
long make_owner(long i);
/* Every tenth unit is mortgaged. */
bool make_mortgaged(long i);

/* Writes n units into the empty register of DATA. */
int make_units(const char *data, struct vault *v, long n);
/* Submitted cases of sale, of units first … first + n − 1 (mortgaged ones are passed over); prints their ids.
 */
int make_cases(const char *data, struct vault *v, const char *businesses, long first, long n);
/* One such case of any unit. */
int make_sale(const char *data, struct vault *v, const char *businesses, const struct make_sale *sale);
/* Requests for http-load, `n` of them over `units` units: look-up, as-of, list or search. */
int make_requests(const char *what, long units, long n);
#endif
