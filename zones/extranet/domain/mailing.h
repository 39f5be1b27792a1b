/* 邮寄证书: a parcel with printed certificates on its way by a carrier. Its states, what the window may do in
 * them, and what the carrier's service may say. Pure. Interface of the carrier: tests/departments/README.md.
 */
#ifndef REG_DOMAIN_MAILING_H
#define REG_DOMAIN_MAILING_H
#include "common/base/id.h"
#include "common/base/json.h"

enum mailing_state {
	MAILING_ORDERED,   /* the carrier has not answered yet */
	MAILING_READY,     /* it gave a waybill: to be handed over at the window */
	MAILING_POSTED,    /* 交邮: the carrier has it */
	MAILING_MOVING,    /* it told a station */
	MAILING_DELIVERED, /* 妥投 */
	MAILING_RETURNED,  /* 退回: to be settled at the window */
	MAILING_LOST,      /* 遗失: to be settled at the window */
	MAILING_KEPT,      /* returned, the certificates lie at the window */
	MAILING_SPOILED,   /* returned or lost, the blanks are written off */
	MAILING_CANCELLED, /* before it was handed over */
	MAILING_STATES
};
const char *mailing_code(enum mailing_state s);
SW_MUST_USE int mailing_of(const char *code, enum mailing_state *out); /* ERR_SCHEMA */

enum mailing_act { MAILING_DO_POST, MAILING_DO_CANCEL, MAILING_DO_KEEP, MAILING_DO_SPOIL };
/* ERR_STATE with the reason; *to is set on success. */
SW_MUST_USE int mailing_next(
	enum mailing_state s, enum mailing_act act, enum mailing_state *to, struct err_note *note);

#define MAILING_WAYBILL 32
#define MAILING_CARRIER 64
#define MAILING_STATION 128
/* {"waybill","carrier"}: a waybill of 6 to 31 capital letters and digits, a name. ERR_SCHEMA. */
SW_MUST_USE int mailing_waybill_read(const json_t *reply, char waybill[static MAILING_WAYBILL],
	char carrier[static MAILING_CARRIER], struct err_note *note);

#define MAILING_EVENTS_MAX 100 /* of one answer */
struct mailing_event {
	int64_t n;
	char code[12], station[MAILING_STATION], at[TIME_TEXT];
	enum mailing_state state; /* of the parcel behind it */
};
/* {"waybill","rows":[{"n","code","station","at"}]} about this waybill: the stations behind number `after`,
 * without a gap, none behind the last. code: collected, moving, delivering, returning, delivered, returned,
 * lost. ERR_SCHEMA: then none of them counts. */
SW_MUST_USE int mailing_events_read(const json_t *reply, const char *waybill, int64_t after,
	struct mailing_event out[static MAILING_EVENTS_MAX], size_t *n, struct err_note *note);
#endif
