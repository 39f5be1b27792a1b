#include "diode/recv/quiet.h"
#include "common/log/log.h"

#define EVERY 100 /* ms between two lines */

bool quiet_may(struct quiet *q, int64_t now)
{
	if (now < q->next) {
		q->unlogged++;
		return false;
	}
	if (q->unlogged > 0)
		log_warn("objects", "what=\"and %llu more lines like these\"",
			(unsigned long long)q->unlogged);
	q->unlogged = 0;
	q->next = now + EVERY;
	return true;
}
