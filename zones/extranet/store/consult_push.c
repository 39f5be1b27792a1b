#include "zones/extranet/store/consult_impl.h"
#include "zones/extranet/store/push.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY "push-"
static int push(struct consult *k, const json_t *p)
{
	static const char *const words[][3] = {{"accepted", "受理", "the acceptance"},
		{"changed", "补正后的申请", "the corrected application"},
		{"entered", "登簿结果", "the entry"}, {"ended", "办件终结", "that the case ended"}};
	char key[32], zh[CONSULT_TEXT], en[CONSULT_TEXT];
	const char *taken_at = json_str(p, "taken_at"), *error = json_str(p, "error");
	size_t w = 0;
	while (strcmp(words[w][0], json_str(p, "event")) != 0 && w + 1 < sizeof words / sizeof words[0])
		w++;
	snprintf(key, sizeof key, KEY "%lld", (long long)json_int(p, "n"));
	snprintf(zh, CONSULT_TEXT, "%s%s%.24s", words[w][1],
		*taken_at ? "：已接收"
		: *error  ? "：未送达，"
			  : "：待推送",
		error);
	snprintf(en, CONSULT_TEXT, "%s: %s%.24s", words[w][2],
		*taken_at ? "taken"
		: *error  ? "not delivered, "
			  : "to be told",
		error);
	return consult_put(k, &(struct consult_answer){.key = key,
				      .kind = strcmp(json_str(p, "who"), "tax") == 0 ? "tax-push" : "trade",
				      .asked_at = json_str(p, "at"),
				      .answered_at = taken_at,
				      .failed = *error != '\0',
				      .zh = zh,
				      .en = en,
				      .source = json_str(p, "receipt")});
}

int consult_pushes(struct consult *k)
{
	json_t *rows = NULL, *p;
	size_t i;
	int rc = push_list(k->tx, k->c->id, &rows);
	json_array_foreach(rows, i, p) if (rc == 0) rc = push(k, p);
	json_decref(rows);
	return rc;
}

bool consult_is_push(const char *key)
{
	return strncmp(key, KEY, strlen(KEY)) == 0;
}

int consult_push_again(struct db_tx *tx, const char *case_id, const char *key)
{
	return push_again(tx, case_id, strtoll(key + strlen(KEY), NULL, 10));
}
