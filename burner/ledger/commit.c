/* Several discs begin to exist at one moment: the one at which their list is durable. */
#include "burner/ledger/ledger.h"

#include "common/os/file.h"
#include <string.h>

#define LIST "commit.json"
#define LIST_MAX 8192

static int discs_move(const struct ledger *l, const json_t *list)
{
	int rc = 0;
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v)
	{
		const char *id = json_is_string(v) ? json_string_value(v) : "";
		if (rc == 0 && !disc_id_ok(id))
			rc = ERR_SCHEMA;
		if (rc == 0)
			rc = file_rename(
				ledger_dir(l, LEDGER_TMP), id, ledger_dir(l, LEDGER_OUT), id, "stage.commit");
		if (rc == ERR_NOTFOUND) /* moved before the crash */
			rc = 0;
	}
	if (rc == 0)
		rc = file_fsync_dir(ledger_dir(l, LEDGER_OUT), "stage.out");
	return rc;
}

int ledger_commit_resume(const struct ledger *l, struct err_note *note)
{
	struct buf b;
	json_t *o = NULL;
	buf_init(&b, LIST_MAX);
	int rc = file_read(ledger_dir(l, LEDGER_TMP), LIST, LIST_MAX, &b);
	if (rc == ERR_NOTFOUND) {
		buf_fini(&b);
		return 0;
	}
	if (rc == 0)
		rc = json_parse(buf_view(&b), LIST_MAX, &o, note);
	if (rc == 0)
		rc = discs_move(l, json_object_get(o, "discs"));
	if (rc == 0)
		rc = file_unlink(ledger_dir(l, LEDGER_TMP), LIST, "stage.committed");
	json_decref(o);
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "ledger: staged discs cannot be taken in") : 0;
}

int ledger_commit(struct ledger *l, const char (*discs)[DISC_ID], size_t n, struct err_note *note)
{
	struct buf b;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(discs[i]));
	json_t *o = json_pack("{s:o}", "discs", list);
	buf_init(&b, LIST_MAX);
	int rc = o ? json_canon(o, &b) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(ledger_dir(l, LEDGER_TMP), LIST, 0640, buf_view(&b), "stage.list");
	json_decref(o);
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "ledger: staged discs cannot be listed")
		      : ledger_commit_resume(l, note);
}
