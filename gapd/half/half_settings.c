#include "gapd/half/half_settings.h"

#include <stddef.h>

#define AT(field) offsetof(struct half_settings, field)
const struct config_field HALF_SETTINGS_TABLE[] = {
	{"spool", CONFIG_PATH, AT(spool), true, NULL, 0, 0,
		"spool of the zone; this half takes SPOOL/gap/out and fills SPOOL/gap/in"},
	{"work", CONFIG_PATH, AT(work), true, NULL, 0, 0,
		"folder of this half alone: state, bundles being built"},
	{"audit", CONFIG_PATH, AT(audit), true, NULL, 0, 0, "folder of the audit log"},
	{"catalogue", CONFIG_PATH, AT(catalogue), true, NULL, 0, 0,
		"message catalogue, the same on both sides"},
	{"user", CONFIG_STR, AT(user), false, "", 0, 0, "user to become when started by root"},
	{"suite", CONFIG_STR, AT(suite), false, "gm", 0, 0, "gm or intl"},
	{"keys.sign", CONFIG_PATH, AT(sign), true, NULL, 0, 0,
		"signs what is handed to the zone, and the audit log"},
	{"keys.sign_cert", CONFIG_PATH, AT(sign_cert), true, NULL, 0, 0, "its certificate"},
	{"keys.open", CONFIG_PATH, AT(open), true, NULL, 0, 0, "opens what the zone's daemon sends"},
	{"keys.open_cert", CONFIG_PATH, AT(open_cert), true, NULL, 0, 0, "its certificate"},
	{"take_ca", CONFIG_PATH, AT(take_ca), true, NULL, 0, 0, "CA of this zone"},
	{"recipient", CONFIG_PATH, AT(recipient), true, NULL, 0, 0,
		"certificate of the zone's daemon, to which bundles are encrypted"},
	{"origin_ca", CONFIG_PATH, AT(origin_ca), true, NULL, 0, 0,
		"CA of the other zone: its signature is checked here once more"},
	{"bundle_max", CONFIG_SIZE, AT(bundle_max), false, "512M", 1 << 20, INT64_C(4) << 30,
		"largest bundle taken apart in memory"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};
