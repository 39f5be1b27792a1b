/* What a half must not forget: where its own numbering stands and which bundle it was publishing. Written
 * before anything is seen. */
#ifndef SW_GAPD_HALF_STATE_H
#define SW_GAPD_HALF_STATE_H
#include "common/base/id.h"

struct half_state {
	int64_t epoch, seq; /* epoch: seconds when the state was first made, so a lost state file never reuses
			       a number */
	struct digest prev; /* identity of bundle `seq` */
	int64_t anchored;   /* entries of the checkpoint that travelled last; 0 none */
	char file[128];     /* its name: published when it is no longer in the work folder */
};
/* work: descriptor of the folder. A missing file begins a new epoch; a damaged one is refused (ERR_SYNTAX …):
 * an officer decides. */
SW_MUST_USE int half_state_load(int work, struct half_state *out, struct err_note *note);
SW_MUST_USE int half_state_save(int work, const struct half_state *s);
#endif
