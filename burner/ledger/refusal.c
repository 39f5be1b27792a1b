#include "burner/ledger/ledger.h"

#include "common/base/room.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 200
#define NAMES_MAX 20000
#define FILE_MAX 65536

struct names {
	char (*v)[64];
	size_t n, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int name_add(struct names *l, const char *name, size_t n)
{
	if (l->n == NAMES_MAX)
		return ERR_LIMIT;
	if (ROOM(l->v, l->n, l->cap) < 0)
		return ERR_NOMEM;
	snprintf(l->v[l->n++], sizeof *l->v, "%.*s", (int)n, name);
	return 0;
}

/* Names without their ".json", in order. */
static int names_read(const struct ledger *l, enum ledger_side side, bool (*ok)(const char *name),
	struct names *out, struct err_note *note)
{
	struct listing files;
	int rc = 0, listed = listing_open(ledger_dir(l, side), ".", &files);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&files));) {
		char name[64];
		size_t n = strlen(e->d_name);
		if (n < 6 || n - 5 >= sizeof name || strcmp(e->d_name + n - 5, ".json") != 0)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(n - 5), e->d_name);
		if (ok(name))
			rc = name_add(out, name, n - 5);
	}
	listed = listing_close(&files, listed);
	if (listed < 0)
		return err_set(note, listed, "ledger: cannot be listed");
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_name);
	return rc < 0 ? err_set(note, rc, "ledger: too many files") : 0;
}

static int file_json(
	const struct ledger *l, enum ledger_side side, const char *name, json_t **out, struct err_note *note)
{
	char file[80];
	struct buf b;
	snprintf(file, sizeof file, "%s.json", name);
	buf_init(&b, FILE_MAX);
	int rc = file_read(ledger_dir(l, side), file, FILE_MAX, &b);
	if (rc == 0)
		rc = json_parse(buf_view(&b), FILE_MAX, out, note);
	else
		rc = err_set(note, rc, "ledger: %s", file);
	buf_fini(&b);
	return rc;
}

static int read_names(const struct ledger *l, enum ledger_side side, const struct names *names, json_t **out,
	struct err_note *note)
{
	json_t *list = json_array(), *o = NULL;
	int rc = list ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < names->n; i++) {
		rc = file_json(l, side, names->v[i], &o, note);
		if (rc == 0 && json_array_append_new(list, o) < 0)
			rc = ERR_NOMEM;
		/* An old refusal that went while this was read. */
		if (rc == ERR_NOTFOUND)
			rc = 0;
	}
	if (rc < 0)
		json_decref(list);
	else
		*out = list;
	return rc;
}

int ledger_files(const struct ledger *l, enum ledger_side side, bool (*name_ok)(const char *name),
	json_t **out, struct err_note *note)
{
	struct names names = {.n = 0};
	int rc = names_read(l, side, name_ok, &names, note);
	if (rc == 0)
		rc = read_names(l, side, &names, out, note);
	free(names.v);
	return rc;
}

static bool refusal_name(const char *name)
{
	return strspn(name, "0123456789-") == strlen(name);
}

int ledger_refused(const struct ledger *l, json_t **out, struct err_note *note)
{
	struct names names = {.n = 0};
	int rc = names_read(l, LEDGER_REFUSED, refusal_name, &names, note);
	for (size_t i = 0; i < names.n / 2; i++) {
		char swap[64];
		memcpy(swap, names.v[i], sizeof swap);
		memcpy(names.v[i], names.v[names.n - 1 - i], sizeof swap);
		memcpy(names.v[names.n - 1 - i], swap, sizeof swap);
	}
	if (rc == 0)
		rc = read_names(l, LEDGER_REFUSED, &names, out, note);
	free(names.v);
	return rc;
}

/* The name of the next one, behind all others even when the clock went back; the oldest go. */
static int next_name(const struct ledger *l, char out[static 64], struct err_note *note)
{
	struct names names = {.n = 0};
	long long n = 0;
	int rc = names_read(l, LEDGER_REFUSED, refusal_name, &names, note);
	if (rc == 0 && names.n)
		n = strtoll(names.v[names.n - 1], NULL, 10);
	for (size_t i = 0; rc == 0 && i + KEPT <= names.n; i++) {
		char file[80];
		snprintf(file, sizeof file, "%s.json", names.v[i]);
		rc = file_unlink(ledger_dir(l, LEDGER_REFUSED), file, "refused.drop");
	}
	snprintf(out, 64, "%012lld.json", n + 1);
	free(names.v);
	return rc;
}

/* Names on a hostile disc stand in it: what is not UTF-8, or a control character, is not repeated. */
static void plain(const char *text, char out[static 256])
{
	json_t *utf8 = json_string(text);
	snprintf(out, 256, "%s", text);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || (!utf8 && (unsigned char)*p >= 0x7f))
			*p = '?';
	json_decref(utf8);
}

/* Is the newest one the same, and only that something is not yet so? A tray that looks every two seconds
 * would fill the log. */
static bool told_before(
	const struct ledger *l, const char *act, const char *subject, int code, const char *text)
{
	struct err_note note = {0};
	json_t *list = NULL;
	if (code != ERR_STATE || ledger_refused(l, &list, &note) < 0)
		return false;
	const json_t *newest = json_array_get(list, 0);
	bool same = strcmp(json_str(newest, "act"), act) == 0 &&
		    strcmp(json_str(newest, "subject"), subject) == 0 &&
		    strcmp(json_str(newest, "text"), text) == 0;
	json_decref(list);
	return same;
}

int ledger_refuse(struct ledger *l, const char *act, const char *subject, const char *by,
	const struct err_note *why, struct err_note *note)
{
	char at[TIME_TEXT], name[64], text[256];
	struct buf b;
	time_text(time_now_ms(), at);
	plain(why->text, text);
	if (told_before(l, act, subject, why->err, text))
		return 0;
	buf_init(&b, FILE_MAX);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "act", act, "at", at, "by", by, "code",
		err_name(why->err), "subject", subject, "text", text);
	int rc = ledger_audit(l, "disc.refused", subject,
		json_pack("{s:s,s:s,s:s}", "act", act, "by", by, "reason", err_name(why->err)), note);
	if (rc == 0)
		rc = next_name(l, name, note);
	if (rc == 0)
		rc = o ? json_canon(o, &b) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(ledger_dir(l, LEDGER_REFUSED), name, 0640, buf_view(&b), "refused.record");
	buf_fini(&b);
	json_decref(o);
	return rc < 0 && rc != ERR_AUDIT ? err_set(note, ERR_AUDIT, "the refusal cannot be written down")
					 : rc;
}
