/* register.entry: an entry of the book for the copy, its log rows first. The chain of the log and the digest
 * of every row are recomputed before a row is kept: what is wrong is refused with its name (the refusal goes
 * back on the next disc), log rows that are missing are named in a message of their own. */
#include "zones/intranet/transfer/receive.h"

#include "common/log/log.h"
#include "zones/intranet/cadastre.h"
#include "zones/intranet/domain/chain.h"
#include "zones/intranet/store/copy.h"
#include <stdio.h>
#include <string.h>

struct arriving {
	struct service *s;
	struct db_tx *tx;
	const char *entry;
	const json_t *rows;
	json_t *listed; /* chain_list of the entry's log rows */
	struct err_note *note;
};

static bool is_log(const json_t *row)
{
	return strcmp(json_str(row, "table"), "djlog") == 0;
}

/* lz of a log row in the copy; "" when it is not there. */
static int lz_of(struct arriving *a, int64_t number, char out[static DIGEST_HEX])
{
	struct buf text;
	json_t *row = NULL;
	char key[16];
	out[0] = '\0';
	if (number < 1)
		return 0;
	chain_key(number, key);
	buf_init(&text, 1 << 20);
	int rc = copy_get(a->tx, a->s->vault, "djlog", key, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &row, a->note);
	if (rc == 0)
		snprintf(out, DIGEST_HEX, "%s", json_str(row, "lz"));
	json_decref(row);
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int missing_tell(struct arriving *a, int64_t first, int64_t through)
{
	json_t *body = json_pack("{s:s,s:I,s:I}", "entry", a->entry, "first", (json_int_t)first, "through",
		(json_int_t)through);
	char what[64];
	struct exchange_draft d = {.type = "copy.missing",
		.dest = "extranet",
		.tenant = db_tx_tenant(a->tx),
		.body = body,
		.nkeys = 1};
	d.keys[0].kind = "copy";
	d.keys[0].id = db_tx_tenant(a->tx);
	snprintf(what, sizeof what, "%lld-%lld", (long long)first, (long long)through);
	log_warn("book-missing", "log=%s entry=%s", what, a->entry);
	int rc = body ? exchange_put(a->s->exchange, a->tx, &d, NULL, a->note) : ERR_NOMEM;
	if (rc == 0)
		rc = audit_record(a->tx, "system", "book.missing", what, NULL);
	json_decref(body);
	return rc;
}

/* What follows a log row that arrives late is in the copy already. */
static int follower_check(struct arriving *a, const json_t *log)
{
	struct buf text;
	json_t *next = NULL;
	char key[16];
	chain_key(chain_number(log) + 1, key);
	buf_init(&text, 1 << 20);
	int rc = copy_get(a->tx, a->s->vault, "djlog", key, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 1 << 20, &next, a->note);
	if (rc == 0)
		rc = chain_check(a->s->suite, json_str(log, "lz"), next, a->note);
	json_decref(next);
	buf_fini(&text);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int log_check(struct arriving *a, const json_t *log, const char *key)
{
	char before[DIGEST_HEX], here[DIGEST_HEX], want[16];
	int64_t number = chain_number(log), last = 0;
	chain_key(number, want);
	if (number < 1 || strcmp(want, key) != 0)
		return err_set(
			a->note, ERR_DIGEST, "log row %lld: stands under key %s", (long long)number, key);
	int rc = lz_of(a, number, here);
	if (rc == 0 && *here && strcmp(here, json_str(log, "lz")) != 0)
		return err_set(
			a->note, ERR_DIGEST, "log row %lld: another one is in the copy", (long long)number);
	if (rc == 0)
		rc = lz_of(a, number - 1, before);
	if (rc == 0)
		rc = copy_log_before(a->tx, key, &last);
	if (rc == 0)
		rc = chain_check(a->s->suite, number == 1 || *before ? before : NULL, log, a->note);
	if (rc == 0)
		rc = follower_check(a, log);
	return rc == 0 && last + 1 < number && !*here ? missing_tell(a, last + 1, number - 1) : rc;
}

static int keep(struct arriving *a, const json_t *row)
{
	return copy_put(a->tx, a->s->vault, json_str(row, "table"), json_str(row, "key"),
		json_str(row, "row"), a->entry, a->note);
}

static int logs_take(struct arriving *a)
{
	size_t i;
	const json_t *row;
	json_array_foreach(a->rows, i, row)
	{
		json_t *log = NULL;
		if (!is_log(row))
			continue;
		int rc = json_parse(view_str(json_str(row, "row")), 1 << 20, &log, a->note);
		if (rc == 0)
			rc = log_check(a, log, json_str(row, "key"));
		if (rc == 0)
			rc = keep(a, row);
		json_decref(log);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* The log rows came with this part or the ones before it. */
static int list_make(struct arriving *a)
{
	json_t *logs = NULL;
	const json_t *log;
	size_t i;
	int rc = copy_logs(a->tx, a->s->vault, a->entry, &logs);
	json_array_foreach(logs, i, log) if (rc == 0) rc = chain_list(log, a->listed, a->note);
	json_decref(logs);
	return rc;
}

static json_t *without_end(const char *text, size_t n)
{
	json_t *row = NULL;
	if (json_parse(view_of(text, n), 1 << 20, &row, NULL) == 0) {
		(void)json_object_del(row, "yxq_z");
		(void)json_object_del(row, "zzywh");
	}
	return row;
}

/* A row that is in the copy already may only have ended. */
static int end_check(struct arriving *a, const json_t *row)
{
	struct buf here;
	const char *text = json_str(row, "row");
	buf_init(&here, 1 << 20);
	int rc = copy_get(a->tx, a->s->vault, json_str(row, "table"), json_str(row, "key"), &here);
	if (rc == 0) {
		json_t *was = without_end((const char *)here.p, here.n),
		       *is = without_end(text, strlen(text));
		if (!was || !is || !json_equal(was, is))
			rc = err_set(a->note, ERR_DIGEST, "row %s/%s: is another than the copy has",
				json_str(row, "table"), json_str(row, "key"));
		json_decref(was);
		json_decref(is);
	}
	buf_fini(&here);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int rows_take(struct arriving *a)
{
	size_t i;
	const json_t *row;
	json_array_foreach(a->rows, i, row)
	{
		if (is_log(row))
			continue;
		int rc = chain_row(a->s->suite, a->listed, json_str(row, "table"), json_str(row, "key"),
			json_str(row, "row"), a->note);
		if (rc == 0)
			rc = end_check(a, row);
		if (rc == 0)
			rc = keep(a, row);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Every row that the log lists came. */
static int all_here(struct arriving *a)
{
	const char *name;
	json_t *one;
	json_object_foreach(a->listed, name, one)
	{
		struct buf text;
		char table[48];
		const char *slash = strchr(name, '/');
		snprintf(table, sizeof table, "%.*s", (int)(slash - name), name);
		buf_init(&text, 1 << 20);
		int rc = copy_get(a->tx, a->s->vault, table, slash + 1, &text);
		buf_fini(&text);
		if (rc == ERR_NOTFOUND)
			return err_set(
				a->note, ERR_DIGEST, "row %s: the log lists it, it did not come", name);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int receive_entry(struct db_tx *tx, const struct message *m, const struct blob_ref *attachments, void *arg,
	struct err_note *note)
{
	struct arriving a = {.s = arg,
		.tx = tx,
		.entry = json_str(m->body, "entry"),
		.rows = json_object_get(m->body, "rows"),
		.listed = json_object(),
		.note = note};
	(void)attachments;
	int rc = a.listed ? logs_take(&a) : ERR_NOMEM;
	if (rc == 0)
		rc = list_make(&a);
	if (rc == 0)
		rc = rows_take(&a);
	if (rc == 0 && json_int(m->body, "part") == json_int(m->body, "parts"))
		rc = all_here(&a);
	if (rc == ERR_DIGEST)
		log_warn("book-wrong", "entry=%s text=\"%s\"", a.entry, note->text);
	json_decref(a.listed);
	return rc < 0 ? rc : audit_record(tx, "system", "book.copied", a.entry, NULL);
}
