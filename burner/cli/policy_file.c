#include "burner/cli/policy_file.h"

#include "common/config/config.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct policy_file {
	bool blank, drive, receive, seal, sign, verify, erase, sticks;
	struct config_list write, read;
};
#define P(member) offsetof(struct policy_file, member)
static const struct config_field fields[] = {
	{"demand.blank", CONFIG_BOOL, P(blank), false, "false", 0, 0,
		"a disc is burnt on a registered blank only"},
	{"demand.drive", CONFIG_BOOL, P(drive), false, "false", 0, 0,
		"it is burnt and read by a drive, no image in a file"},
	{"demand.receive", CONFIG_BOOL, P(receive), false, "false", 0, 0,
		"it is received by a person before it is imported"},
	{"demand.seal", CONFIG_BOOL, P(seal), false, "false", 0, 0,
		"it is handed over and received under the number of a seal"},
	{"demand.sign", CONFIG_BOOL, P(sign), false, "false", 0, 0,
		"who receives it signs that with the own key"},
	{"demand.verify", CONFIG_BOOL, P(verify), false, "false", 0, 0,
		"it is read once more before it is handed over"},
	{"allow.erase", CONFIG_BOOL, P(erase), false, "false", 0, 0, "rewritable media may be erased"},
	{"allow.sticks", CONFIG_BOOL, P(sticks), false, "false", 0, 0,
		"USB sticks and other media than discs"},
	{"drives.write", CONFIG_LIST, P(write), false, NULL, 0, 0, "drives that may write, and do not read"},
	{"drives.read", CONFIG_LIST, P(read), false, NULL, 0, 0, "drives that may read, and do not write"},
	{NULL, CONFIG_STR, 0, false, NULL, 0, 0, NULL},
};

static int drives(
	const struct config_list *l, const char *key, struct policy_drives *out, struct err_note *note)
{
	if (l->n > POLICY_DRIVES)
		return err_set(note, ERR_CONFIG, "%s: more than %d drives", key, POLICY_DRIVES);
	for (size_t i = 0; i < l->n; i++) {
		if (strlen(l->v[i]) >= POLICY_DRIVE || !*l->v[i])
			return err_set(note, ERR_CONFIG, "%s: %.60s: not the name of a drive", key, l->v[i]);
		(void)snprintf(out->v[out->n++], POLICY_DRIVE, "%s", l->v[i]);
	}
	return 0;
}

int policy_file_read(const char *file, struct policy *out, struct err_note *note)
{
	struct policy_file f = {.blank = false};
	int rc = config_load(file, fields, &f, note);
	if (rc < 0)
		return rc;
	struct policy p = {.blank = f.blank,
		.drive = f.drive,
		.receive = f.receive,
		.seal = f.seal,
		.sign = f.sign,
		.verify = f.verify,
		.erase = f.erase,
		.sticks = f.sticks};
	rc = drives(&f.write, "drives.write", &p.write, note);
	if (rc == 0)
		rc = drives(&f.read, "drives.read", &p.read, note);
	config_free_fields(fields, &f);
	if (rc == 0)
		*out = p;
	return rc;
}
