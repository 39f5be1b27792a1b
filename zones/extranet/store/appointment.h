/* The office's calendar of hours and the appointments 预约 in it: one pool for the portal and the window.
 * Only masks of a person are shown; the number is sealed and found by its blind index. */
#ifndef REG_STORE_APPOINTMENT_H
#define REG_STORE_APPOINTMENT_H
#include "zones/extranet/domain/appointment.h"
#include "zones/extranet/registry.h"

struct appointment_wish {
	const char *id; /* the asker's own uuid: asked again it is the same appointment */
	const char *day, *start, *business, *name, *id_number;
	bool window;
	const char *who;     /* for the record */
	const char *portal;  /* zone of the portal; NULL: at the window */
	const char *case_id; /* for which case the person comes (visit.h); "" or NULL none */
};
struct appointment_row {
	char id[37], number[24], day[11], start[6], state[12];
	bool portal;   /* it came from one … */
	char zone[16]; /* … of this zone */
};
/* Offers an hour, or changes its quota (never below what is booked: ERR_STATE). */
SW_MUST_USE int appointment_offer(struct db_tx *tx, const char *day, const char *start, const char *finish,
	int64_t quota, const char *who);
/* Books the hour or says why not; asked again for the same id it answers as the first time. row is set when
 * *answer is APPOINTMENT_YES. ERR_CONFLICT: the id is another's. */
SW_MUST_USE int appointment_book(struct db_tx *tx, struct vault *v, const struct appointment_wish *w,
	enum appointment_answer *answer, struct appointment_row *row);
/* booked -> "cancelled", "attended" or "absent". ERR_NOTFOUND; ERR_STATE: it is no longer booked, or the hour
 * has (cancelled) or has not (the others) begun. Cancelling twice is 0. */
SW_MUST_USE int appointment_end(
	struct db_tx *tx, const char *id, const char *state, const char *who, struct appointment_row *row);
/* [{"start","finish","quota","free"}] of a day. New reference. */
SW_MUST_USE int appointment_hours(struct db_tx *tx, const char *day, json_t **out);
/* Of a day, by hour: [{"id","number","start","business","source","name","id_number","state","case_id",
 * "case_number"}], masked; "" of no case. */
SW_MUST_USE int appointment_list(struct db_tx *tx, const char *day, json_t **out);
#endif
