/* The text form of Prometheus: one metric after another, each with its help and type. */
#ifndef SW_DIODE_METRICS_H
#define SW_DIODE_METRICS_H
#include "common/base/buf.h"

struct metrics {
	struct buf *out;
	int err; /* the first one; the rest is left out */
};
/* Counter when its name ends in _total, else gauge. */
void metrics_name(struct metrics *m, const char *name, const char *help);
/* A value of the metric named last; label "" or NAME="VALUE". */
void metrics_value(struct metrics *m, const char *name, const char *label, double value);
void metrics_one(struct metrics *m, const char *name, const char *help, double value);
#endif
