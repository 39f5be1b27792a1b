/* Where the bundles of a disc lie while it is checked: a hidden folder ".DISC" in the folder they go to.
 * Nothing in it is published before everything is right, and then it takes no more than a rename each. */
#ifndef SW_BURNER_LANDING_H
#define SW_BURNER_LANDING_H
#include "burner/disc/disc.h"

struct landing {
	int into; /* borrowed */
	int fd;   /* the hidden folder; -1: not made yet */
	char name[DISC_ID + 1];
};
/* Makes it, empty; what an earlier import left is removed. */
SW_MUST_USE int landing_begin(struct landing *l, const char *disc, struct err_note *note);
/* All of them become "DISC.NAME", durable; one that is there already is left. */
SW_MUST_USE int landing_publish(struct landing *l, const struct disc *d, struct err_note *note);
/* Removes it with what is in it. */
void landing_end(struct landing *l);
#endif
