/* What cadastred does for the disc ferry beside requests: takes the blanks of which the extranet told into
 * burner's ledger, and burns by a drive, which takes longer than anybody waits for an answer. */
#ifndef CAD_TRANSFER_FERRY_H
#define CAD_TRANSFER_FERRY_H
#include "common/base/json.h"

struct cadastre;
struct ferry;
SW_MUST_USE int ferry_start(struct cadastre *c, struct ferry **out);
void ferry_stop(struct ferry *f); /* NULL is a no-op; waits for a drive that burns */
/* Burns in the background, one disc at a time. ERR_BUSY. */
struct ferry_job {
	char disc[64], blank[64], by[64];
};
SW_MUST_USE int ferry_burn(struct ferry *f, const struct ferry_job *job);
/* Of the disc that burns, or burnt last: {"disc","state":"running"|"done"|"failed","code","text"}, or null.
 */
json_t *ferry_burning(struct ferry *f);
/* Arguments of the job for burner: image and drive as configured. NULL blank: none. */
#define FERRY_ARGS 16
void ferry_burn_args(const struct cadastre *c, const char *disc, const char *blank, const char *by,
	char image[static 4096], const char *args[static FERRY_ARGS]);
#endif
