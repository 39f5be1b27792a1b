/* Examination of a task: opens the graphics and runs every check of 权籍审核 against the cadastre as it is
 * now. */
#ifndef CAD_DOMAIN_CHECK_H
#define CAD_DOMAIN_CHECK_H
#include "zones/intranet/domain/geometry.h"

/* What the checks look at; borrowed. */
struct check_input {
	const struct geometry *parcel, *division; /* division NULL: not known, that check fails */
	const char *code_in_file, *code_of_case;
	bool code_taken;
	int64_t claimed_cm2, tolerance_permille;
	int64_t overlap_cm2;      /* sum over the neighbours */
	const char *overlap_with; /* "" none */
};
/* Appends {"name","zh","en","passed","reason"} per check; true when all passed. */
bool check_run(const struct check_input *in, json_t *checks);
#endif
