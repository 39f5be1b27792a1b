/* What diode-send is told, by command line or by file. */
#ifndef SW_DIODE_SEND_SETTINGS_H
#define SW_DIODE_SEND_SETTINGS_H
#include "common/config/config.h"
#include "common/crypto/suite.h"
#include "diode/frame/endpoint.h"
#include "diode/frame/trail.h"
#include "diode/send/folder.h"
#include "diode/send/protect.h"

struct send_settings {
	char *to, *rate, *protect, *key, *suite, *then, *name, *link, *spool, *watch, *again, *status;
	struct trail_options log;
	int64_t mtu, repeat, every, heartbeat, settle, rescan, at_a_time, memory;
	bool no_offload, digest;
	/* worked out by send_settings_load */
	struct endpoint endpoint;
	int64_t bits;
	struct protect level;
	enum folder_then put;
	const struct suite *crypto;
	char *folder; /* watched; NULL: the operands */
	/* the operands of a command line */
	char *const *path;
	size_t paths;
	bool pipe, check_only;
	const char *prune; /* a day: only the log is shortened */
};
extern const struct config_field SEND_SETTINGS_TABLE[];
#define SEND_SETTINGS_GO (-1)
/* SEND_SETTINGS_GO, or the exit code when help or version was asked for or the line is wrong (it has been
 * said). */
SW_MUST_USE int send_settings_load(int argc, char *const *argv, struct send_settings *out);
void send_settings_fini(struct send_settings *s);
#endif
