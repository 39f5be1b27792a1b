/* Objects the sender names as sent for the last time and of which nothing came. The heartbeat may have
 * overtaken them, so they are missing only some time later. Bounded: the oldest makes room. */
#ifndef SW_DIODE_SUSPECTS_H
#define SW_DIODE_SUSPECTS_H
#include "diode/frame/frame_beat.h"

#define SUSPECTS_MAX 256
struct suspect {
	struct frame_id key; /* of session and object */
	struct frame_beat_object named;
	int64_t since; /* ms; 0: free */
};
struct suspects {
	struct suspect v[SUSPECTS_MAX];
};
void suspects_init(struct suspects *s);
/* now > 0. Known already: a no-op. True: *displaced made room. */
bool suspects_add(struct suspects *s, const struct frame_id *key, const struct frame_beat_object *named,
	int64_t now, struct suspect *displaced);
/* Takes one out that was named before that time. False: none is left. */
bool suspects_due(struct suspects *s, int64_t before, struct suspect *out);
#endif
