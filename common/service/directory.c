#include "common/service/directory.h"

#include "common/http/directory_list.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define ENVELOPE_MAX (2 << 20) /* a statement with its quotes escaped */

static int list_take(struct service *s, struct view text, struct account_directory_counts *n, int64_t *serial,
	struct err_note *note)
{
	struct directory_list list;
	char hex[DIGEST_HEX];
	int rc = directory_list_read(text, &list, note);
	if (rc < 0)
		return rc;
	digest_hex_of(s->suite, text, hex);
	rc = account_directory_take(s->accounts, &list, hex, n, note);
	*serial = list.serial;
	directory_list_fini(&list);
	return rc;
}

/* Who speaks is looked at before a word of it is read. */
static int envelope_take(struct service *s, const json_t *o, struct account_directory_counts *n,
	int64_t *serial, struct err_note *note)
{
	static const char *const keys[] = {"statement", "signature", "certificate", NULL};
	const char *statement = NULL, *signature = NULL, *pem = NULL;
	struct cert *c = NULL;
	if (!s->directory)
		return err_set(note, ERR_NOTFOUND, "directory.ca: no directory is believed here");
	int rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "statement", DIRECTORY_LIST_BYTES, &statement, note);
	if (rc == 0)
		rc = json_get_str(o, "signature", 1024, &signature, note);
	if (rc == 0)
		rc = json_get_str(o, "certificate", 8192, &pem, note);
	if (rc == 0)
		rc = cert_check_service(s->directory, view_str(pem), "directory", time_now_ms(), &c, note);
	if (rc == 0 && (rc = cert_verify_base64(c, view_str(statement), signature)) < 0)
		rc = err_set(note, rc, "the directory's signature does not verify");
	if (rc == 0)
		rc = list_take(s, view_str(statement), n, serial, note);
	cert_free(c);
	return rc;
}

int directory_post(struct http_request *r)
{
	struct service *s = http_arg(r);
	struct err_note note = {0};
	struct account_directory_counts n = {0};
	int64_t serial = 0;
	int rc = envelope_take(s, http_body(r), &n, &serial, &note);
	if (rc < 0) {
		log_warn("directory", "reason=%s text=\"%s\"", err_name(rc), note.text);
		return note.err ? http_fail_note(r, &note) : rc;
	}
	return http_reply_json(r, 200,
		json_pack("{s:I,s:I,s:I,s:I}", "serial", (json_int_t)serial, "added", (json_int_t)n.added,
			"changed", (json_int_t)n.changed, "departed", (json_int_t)n.departed));
}

int directory_file(struct service *s, const char *file, struct err_note *note)
{
	struct account_directory_counts n;
	struct buf text;
	json_t *o = NULL;
	int64_t serial = 0;
	buf_init(&text, ENVELOPE_MAX);
	int rc = file_read(AT_FDCWD, file, ENVELOPE_MAX, &text);
	if (rc < 0)
		err_set(note, rc, "%.180s: %s", file, err_text(rc));
	if (rc == 0)
		rc = json_parse(buf_view(&text), ENVELOPE_MAX, &o, note);
	if (rc == 0)
		rc = envelope_take(s, o, &n, &serial, note);
	if (rc == 0)
		printf("statement %lld: %lld added, %lld changed, %lld departed\n", (long long)serial,
			(long long)n.added, (long long)n.changed, (long long)n.departed);
	json_decref(o);
	buf_fini(&text);
	return rc;
}
