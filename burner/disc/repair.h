/* Repair data of an image: written after everything else, used when something cannot be read. It is believed
 * in nothing: what was repaired is checked like anything else on a disc. */
#ifndef SW_BURNER_REPAIR_H
#define SW_BURNER_REPAIR_H
#include "burner/disc/medium.h"
#include "burner/disc/repair_plan.h"
#include <stdbool.h>

/* Reads sectors 0 … data-1 of `fd` and writes repair.dat behind them. Not synced. */
SW_MUST_USE int repair_write(int fd, const struct repair_plan *p, const char *disc, struct err_note *note);

/* What lies badly on a medium. */
struct repair_report {
	bool known;        /* the medium has repair data */
	uint32_t sectors;  /* of the disc */
	uint32_t bad;      /* unreadable, or not what was written */
	uint32_t repaired; /* of these */
	uint8_t *map;      /* owned: per sector 0 good, 1 repaired, 2 bad */
};
/* Looks at every sector of a disc with repair data, and lays what can be repaired over the medium. 0 also
 * when there is no repair data, or not everything can be repaired; ERR_NOMEM, ERR_IO (no room for what is
 * repaired). */
SW_MUST_USE int repair_run(struct medium *m, struct repair_report *out, struct err_note *note);
void repair_report_fini(struct repair_report *r);
#endif
