/* Configuration of one half; the same table for both. */
#ifndef SW_GAPD_HALF_SETTINGS_H
#define SW_GAPD_HALF_SETTINGS_H
#include "common/config/config.h"

struct half_settings {
	char *spool, *work, *audit, *catalogue, *suite;
	char *sign, *sign_cert, *open, *open_cert; /* this half's own keys */
	char *user;
	char *take_ca, *recipient,
		*origin_ca; /* certificates: own zone's CA, own zone's daemon, the other zone's CA */
	int64_t bundle_max;
};
extern const struct config_field HALF_SETTINGS_TABLE[];
#endif
