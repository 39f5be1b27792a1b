/* One half of the guard: between its zone's spool and the switch. Both programs are this, with the two zones
 * exchanged. */
#ifndef SW_GAPD_HALF_H
#define SW_GAPD_HALF_H

struct half_def {
	const char *program, *about;
	const char *station;           /* in manifests: gap-outer, gap-inner */
	const char *zone, *other_zone; /* also the stations of the daemons on either side */
};
int half_main(const struct half_def *d, int argc, char **argv);
#endif
