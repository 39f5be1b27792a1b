/* Whether an appointment 网上预约 may be had: one pool for the portal and the window (guide 二(二)2). Pure.
 */
#ifndef REG_DOMAIN_APPOINTMENT_H
#define REG_DOMAIN_APPOINTMENT_H
#include <stdbool.h>
#include <stdint.h>

#define APPOINTMENT_DAYS_AHEAD 30
#define APPOINTMENT_OPEN_MAX 2 /* kept by one person at a time */
#define APPOINTMENT_ABSENCES 3 /* so many within the days below: booked at the window only */
#define APPOINTMENT_ABSENCE_DAYS 180

enum appointment_answer {
	APPOINTMENT_YES,
	APPOINTMENT_PAST,   /* the hour has begun */
	APPOINTMENT_FAR,    /* more than APPOINTMENT_DAYS_AHEAD days away */
	APPOINTMENT_CLOSED, /* no such hour is offered */
	APPOINTMENT_FULL,
	APPOINTMENT_DOUBLE, /* the person has one on that day */
	APPOINTMENT_LIMIT,  /* APPOINTMENT_OPEN_MAX are kept already */
	APPOINTMENT_ABSENT, /* stayed away too often */
	APPOINTMENT_UNASKED /* for a case whose applicants are not asked to come, or have an hour already */
};
struct appointment_facts {
	const char *day, *start;          /* wanted: YYYY-MM-DD, HH:MM in China */
	const char *today, *clock;        /* now, likewise */
	bool offered;                     /* the hour is in the calendar */
	int64_t quota, taken;             /* of the hour */
	int64_t same_day, kept, absences; /* of the person; absences within APPOINTMENT_ABSENCE_DAYS */
	bool unasked;                     /* wanted for a case that nobody is asked to come for (visit.h) */
	bool window;                      /* booked by staff, who see the person: absences do not count */
};
/* The first thing in the order above that stands against it. */
enum appointment_answer appointment_decide(const struct appointment_facts *f);
/* Stable code ("FULL"), and what the person reads. Static. */
const char *appointment_code(enum appointment_answer a);
const char *appointment_zh(enum appointment_answer a);
/* HH:MM from 00:00 to 23:59. */
bool appointment_time(const char *s);
#endif
