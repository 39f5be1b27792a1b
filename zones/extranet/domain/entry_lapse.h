/* What ends by itself: a seizure past its term (the queue then moves up), a pre-notice 90 days after
 * registration became possible, an objection 15 days without a suit. Pure. Sources: 民法典第220条、第221条;
 * 不动产登记暂行条例实施细则第83条、第85条、第91条、第92条; 法发〔2004〕5号. That the term of a queued
 * seizure runs, in the length ordered, from the day it takes effect is the courts' practice (?). */
#ifndef REG_DOMAIN_ENTRY_LAPSE_H
#define REG_DOMAIN_ENTRY_LAPSE_H
#include "zones/extranet/domain/plan.h"

#define LAPSE_PRENOTICE_DAYS 90
#define LAPSE_OBJECTION_DAYS 15
/* The earliest lapse that is due on `today` among rows in force: 1 and *out made, 0 none, negative. */
SW_MUST_USE int entry_lapse_plan(const json_t *rows, const char *unit, const char *today, struct plan *out);
/* Carries out every lapse due, on rows in memory: what binds on `today` although nobody wrote it down yet. */
SW_MUST_USE int entry_lapse_settle(json_t *rows, const char *unit, const char *today);
/* The first queued seizure takes effect on `day`, when none is in force besides `except` (a row number; 0
 * none). */
void entry_lapse_promote(struct plan *p, const json_t *rows, int64_t except, const char *day);
/* Last day on which a row binds; "" when it does not end by itself. */
void entry_lapse_last_day(const char *table, const json_t *row, char out[static 11]);
#endif
