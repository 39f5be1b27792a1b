/* What diode-recv is told, by command line or by file. */
#ifndef SW_DIODE_RECV_SETTINGS_H
#define SW_DIODE_RECV_SETTINGS_H
#include "common/config/config.h"
#include "common/crypto/suite.h"
#include "diode/frame/endpoint.h"
#include "diode/frame/trail.h"

struct recv_settings {
	char *listen, *into, *key, *suite, *spool, *link, *status, *metrics, *port_file;
	struct trail_options log;
	int64_t memory, size_max, objects_max, patience, queue, count, timeout;
	bool replace, no_offload, report;
	/* worked out by recv_settings_load */
	struct endpoint endpoint;
	const struct suite *crypto;
	char *folder; /* NULL: standard output */
	bool check_only;
	const char *prune; /* a day: only the log is shortened */
};
extern const struct config_field RECV_SETTINGS_TABLE[];
#define RECV_SETTINGS_GO (-1)
/* RECV_SETTINGS_GO, or the exit code when help or version was asked for or the line is wrong (it has been
 * said). */
SW_MUST_USE int recv_settings_load(int argc, char *const *argv, struct recv_settings *out);
void recv_settings_fini(struct recv_settings *s);
#endif
