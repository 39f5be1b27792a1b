#include "zones/extranet/store/clock.h"

#include "common/log/log.h"

int clock_steady(const struct registry *r, struct err_note *note)
{
	int64_t jump = time_mark_jump(&r->started);
	if (jump > -CLOCK_JUMP_MS && jump < CLOCK_JUMP_MS)
		return 0;
	log_warn("clock", "set_by_s=%lld text=\"nothing is entered\"", (long long)(jump / 1000));
	return err_set(note, ERR_STATE,
		"this machine's clock was set by %lld minutes while the service ran: nothing is entered "
		"until the clock is right "
		"and the service was started again",
		(long long)(jump / 60000));
}
