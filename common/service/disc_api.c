#include "common/service/disc_api.h"

#include "common/base/embed.h"
#include "common/os/file.h"
#include "common/service/service.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

EMBED(disc_schemas, "common/service/disc_schemas.json");

#define ARGS_MAX 24
#define PDF_MAX (32 << 20)
#define KEYS_MAX 4096

static const struct disc_ferry *ferry_of(const struct http_request *r)
{
	const struct service *s = http_arg(r);
	return s->discs;
}

int disc_ask(const struct disc_ferry *f, const char *const *args, struct view in, json_t **out,
	struct err_note *note)
{
	const char *argv[ARGS_MAX + 8] = {f->burner, args[0], "--json", "--store", f->store, "--wait", "20"};
	for (size_t i = 1; args[i]; i++) {
		REQUIRE(i < ARGS_MAX);
		argv[i + 6] = args[i];
	}
	return ask_program(argv, in, out, note);
}

int disc_reply(struct http_request *r, int status, const char *const *args, struct view in)
{
	const struct disc_ferry *f = ferry_of(r);
	struct err_note note = {0};
	json_t *out = NULL;
	if (!f)
		return http_fail(r, ERR_NOTFOUND, "no disc ferry is configured here");
	int rc = disc_ask(f, args, in, &out, &note);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, status, out);
}

int disc_reply_signed(struct http_request *r, int status, const char *const *args)
{
	const struct disc_ferry *f = ferry_of(r);
	const char *passphrase = NULL, *who = http_user(r)->user;
	char key[KEYS_MAX], cert[KEYS_MAX];
	const char *argv[ARGS_MAX + 1] = {NULL};
	struct err_note note = {0};
	size_t n = 0;
	if (!f || !f->officer_keys)
		return http_fail(r, ERR_NOTFOUND, "no keys of officers are configured here");
	if (json_get_str(http_body(r), "passphrase", 200, &passphrase, &note) < 0)
		return http_fail_note(r, &note);
	/* Each officer has an own key; account names are plain. */
	(void)snprintf(key, sizeof key, "%s/%s.person.key", f->officer_keys, who);
	(void)snprintf(cert, sizeof cert, "%s/%s.person.pem", f->officer_keys, who);
	argv[n++] = args[0];
	argv[n++] = "--key";
	argv[n++] = key;
	argv[n++] = "--cert";
	argv[n++] = cert;
	argv[n++] = "--passphrase-file";
	argv[n++] = "-";
	for (size_t i = 1; args[i]; i++) {
		REQUIRE(n < ARGS_MAX);
		argv[n++] = args[i];
	}
	return disc_reply(r, status, argv, view_str(passphrase));
}

int disc_param(struct http_request *r, const char *name, const char **out)
{
	const char *v = http_param(r, name);
	size_t n = strspn(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");
	if (n == 0 || n > 40 || v[n] || v[0] == '-' || v[0] == '.')
		return http_fail(r, ERR_SCHEMA, "%s: letters, digits, - . _", name);
	*out = v;
	return 0;
}

int disc_text(struct http_request *r, const char *key, const char *other, const char **out)
{
	struct err_note note = {0};
	if (other && !json_object_get(http_body(r), key)) {
		*out = other;
		return 0;
	}
	const char *text = NULL;
	int rc = json_get_str(http_body(r), key, 200, &text, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	if (!other && !*text)
		return http_fail(r, ERR_SCHEMA, "%s: must not be empty", key);
	*out = text;
	return 0;
}

/* ---- handlers of both sides */
int disc_list(struct http_request *r)
{
	const char *const args[] = {"list", NULL};
	return disc_reply(r, 200, args, view_of(NULL, 0));
}

int disc_show(struct http_request *r)
{
	const char *id = NULL;
	int rc = disc_param(r, "id", &id);
	const char *const args[] = {"show", id, NULL};
	return rc < 0 ? rc : disc_reply(r, 200, args, view_of(NULL, 0));
}

static int paper_read(const char *folder, const char *name, struct buf *out, struct err_note *note)
{
	int dir = -1, rc = file_open_dir(folder, &dir);
	if (rc == 0)
		rc = file_read(dir, name, PDF_MAX, out);
	if (dir >= 0)
		close(dir);
	return rc < 0 ? err_set(note, rc, "%s: cannot be read", name) : 0;
}

/* Drawn into STORE/papers, where it stays until it is drawn again. subject "": none, with its month. */
static int paper(struct http_request *r, const char *act, const char *subject, const char *month)
{
	const struct disc_ferry *f = ferry_of(r);
	char folder[KEYS_MAX], name[80], to[KEYS_MAX + 80];
	struct err_note note = {0};
	struct buf pdf;
	json_t *out = NULL;
	if (!f)
		return http_fail(r, ERR_NOTFOUND, "no disc ferry is configured here");
	(void)snprintf(folder, sizeof folder, "%s/papers", f->store);
	(void)snprintf(name, sizeof name, "%s-%s.pdf", act, *subject ? subject : month);
	(void)snprintf(to, sizeof to, "%s/%s", folder, name);
	const char *const of_disc[] = {act, subject, "--to", to, "--by", http_user(r)->user, NULL};
	const char *const of_month[] = {act, "--month", month, "--to", to, "--by", http_user(r)->user, NULL};
	int rc = file_mkdirs(folder, 0750);
	if (rc == 0)
		rc = disc_ask(f, *subject ? of_disc : of_month, view_of(NULL, 0), &out, &note);
	json_decref(out);
	buf_init(&pdf, PDF_MAX);
	if (rc == 0)
		rc = paper_read(folder, name, &pdf, &note);
	rc = rc < 0 ? http_fail(r, rc, "%s", note.err ? note.text : err_text(rc))
		    : http_reply_bytes(r, 200, "application/pdf", NULL, buf_view(&pdf));
	buf_fini(&pdf);
	return rc;
}

int disc_slip(struct http_request *r)
{
	const char *id = "";
	int rc = disc_param(r, "id", &id);
	return rc < 0 ? rc : paper(r, "slip", id, "");
}

int disc_label(struct http_request *r)
{
	const char *id = "";
	int rc = disc_param(r, "id", &id);
	return rc < 0 ? rc : paper(r, "label", id, "");
}

int disc_book(struct http_request *r)
{
	const char *month = "";
	int rc = disc_param(r, "month", &month);
	return rc < 0 ? rc : paper(r, "book", "", month);
}

int disc_destroy(struct http_request *r)
{
	const char *id = NULL, *how = NULL;
	int rc = disc_param(r, "id", &id);
	if (rc == 0)
		rc = disc_text(r, "how", NULL, &how);
	const char *const args[] = {"destroy", id, "--how", how, NULL};
	return rc < 0 ? rc : disc_reply_signed(r, 200, args);
}

int disc_scrap(struct http_request *r)
{
	const char *serial = NULL, *reason = NULL;
	int rc = disc_param(r, "serial", &serial);
	if (rc == 0)
		rc = disc_text(r, "reason", NULL, &reason);
	const char *const args[] = {"scrap", serial, "--reason", reason, "--by", http_user(r)->user, NULL};
	return rc < 0 ? rc : disc_reply(r, 200, args, view_of(NULL, 0));
}
