/* The life of a disc 光盘台账: which state may follow which. Nothing else is ever written into a record. */
#ifndef SW_BURNER_CUSTODY_H
#define SW_BURNER_CUSTODY_H
#include <stdbool.h>

/* On the side where it is made: staged, approved, burnt, verified, handed-over, void, destroyed.
 * On the side where it arrives: received, importing, imported, archived, destroyed. */
#define CUSTODY_STATES 11
extern const char *const custody_states[CUSTODY_STATES];
bool custody_may(bool arrived, const char *from, const char *to);
#endif
