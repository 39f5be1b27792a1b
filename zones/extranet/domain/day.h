/* Calendar days as text YYYY-MM-DD (China Standard Time). Pure. */
#ifndef REG_DOMAIN_DAY_H
#define REG_DOMAIN_DAY_H
#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define DAY_TEXT 11
/* Days since 1970-01-01. ERR_SYNTAX when it is not a real date. */
SW_MUST_USE int day_number(const char *day, int64_t *out);
void day_text(int64_t number, char out[static DAY_TEXT]);
/* `day` plus n days; "" when `day` is no date. */
void day_add(const char *day, int64_t n, char out[static DAY_TEXT]);
/* Same month and day n years on (29 February becomes 28); "" when `day` is no date. */
void day_add_years(const char *day, int n, char out[static DAY_TEXT]);
/* The same day n months on, the last of a shorter month; "" when `day` is no date. */
void day_add_months(const char *day, int n, char out[static DAY_TEXT]);
/* The day in China on which an instant (RFC 3339 UTC) falls; "" when it is none. */
void day_of_instant(const char *instant, char out[static DAY_TEXT]);
/* That day with hour and minute there: "2026-11-27 09:05"; of no instant the first one of 1970. */
#define DAY_MINUTE 24
void day_minute(const char *instant, char out[static DAY_MINUTE]);
/* First instant behind a day: what was in force at its end. ERR_SYNTAX. */
#define DAY_INSTANT 25
SW_MUST_USE int day_end_instant(const char *day, char out[static DAY_INSTANT]);
#endif
