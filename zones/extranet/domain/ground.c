#include "zones/extranet/domain/ground.h"

#include <string.h>

static const char *const acts[] = {"reject", "refuse", "suspend"};
#define NACTS (sizeof acts / sizeof acts[0])

bool ground_needed(const char *act)
{
	for (size_t i = 0; i < NACTS; i++)
		if (strcmp(acts[i], act) == 0)
			return true;
	return false;
}

const json_t *ground_find(const json_t *list, const char *act, const char *code)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one) if (strcmp(json_str(one, "code"), code) == 0 &&
					     (!act || strcmp(json_str(one, "act"), act) == 0)) return one;
	return NULL;
}

static int one_check(const json_t *v, struct err_note *note)
{
	static const char *const keys[] = {"code", "act", "zh", "en", "basis", NULL};
	const char *code, *act, *text;
	int rc = json_only_keys(v, keys, note);
	if (rc == 0)
		rc = json_get_str(v, "code", GROUND_CODE - 1, &code, note);
	if (rc == 0)
		rc = json_get_str(v, "act", 15, &act, note);
	if (rc == 0 &&
		(!ground_needed(act) || strncmp(code, act, strlen(act)) != 0 || code[strlen(act)] != '-'))
		rc = err_set(note, ERR_SCHEMA, "act: reject, refuse or suspend, with which the code begins");
	for (int i = 2; rc == 0 && keys[i]; i++) {
		rc = json_get_str(v, keys[i], 200, &text, note);
		if (rc == 0 && !*text)
			rc = err_set(note, ERR_SCHEMA, "%s: must not be empty", keys[i]);
	}
	return rc;
}

int ground_check(const json_t *list, struct err_note *note)
{
	bool seen[NACTS] = {false};
	if (!json_is_array(list) || json_array_size(list) > 100)
		return err_set(note, ERR_CONFIG, "grounds.yaml: a list of at most 100 grounds is expected");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		struct err_note why = {0};
		int rc = one_check(one, &why);
		if (rc == 0 && ground_find(list, NULL, json_str(one, "code")) != one)
			rc = err_set(&why, ERR_SCHEMA, "code: %s stands twice", json_str(one, "code"));
		if (rc < 0)
			return err_set(note, ERR_CONFIG, "grounds.yaml: ground %zu: %.150s", i + 1, why.text);
		for (size_t k = 0; k < NACTS; k++)
			seen[k] |= strcmp(acts[k], json_str(one, "act")) == 0;
	}
	for (size_t k = 0; k < NACTS; k++)
		if (!seen[k])
			return err_set(note, ERR_CONFIG, "grounds.yaml: no ground for %s", acts[k]);
	return 0;
}
