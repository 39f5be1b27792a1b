/* The beginning of a receiving end: everything is opened first, then the process is confined, then work
 * starts. */
#ifndef SW_DIODE_BEGIN_H
#define SW_DIODE_BEGIN_H
#include "diode/recv/receiver.h"

/* Key, folder, log, line: what the settings name is opened or refused by name; with check_only no log is
 * made. What was opened before an error is the caller's to close. */
SW_MUST_USE int begin_open(struct receiver *r, struct err_note *note);
/* The port that was taken, into the file that waits for it; then no more than the work needs: folders, system
 * calls. */
SW_MUST_USE int begin_confine(const struct receiver *r, struct err_note *note);
/* The threads, and what is known of earlier runs. */
SW_MUST_USE int begin_work(struct receiver *r, struct err_note *note);
#endif
