/* The receiver's counts in the text form of Prometheus. */
#ifndef SW_DIODE_RECV_METRICS_H
#define SW_DIODE_RECV_METRICS_H
#include "diode/recv/recv_status.h"

SW_MUST_USE int recv_metrics_encode(const struct recv_status *s, int64_t now, struct buf *out);
#endif
