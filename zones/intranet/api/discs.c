/* The disc ferry 光盘摆渡 as the officers use it. The ledger, the approvals and the image are burner's: it is
 * run without a shell, answers in JSON. */
#include "common/os/file.h"
#include "common/service/ask.h"
#include "zones/intranet/api/api.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int reply(struct http_request *r, int status, const char *const *argv, struct view in)
{
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = ask_program(argv, in, &out, &note);
	return rc < 0 ? http_fail_note(r, &note) : http_reply_json(r, status, out);
}

/* Disc numbers go onto a command line: letters, digits and dashes only. */
static int disc_name(struct http_request *r, const char **out)
{
	const char *id = http_param(r, "id");
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
	if (n == 0 || n > 64 || id[n] || id[0] == '-')
		return http_fail(r, ERR_SCHEMA, "disc: not a disc number");
	*out = id;
	return 0;
}

int api_disc_list(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	const char *const argv[] = {c->burner, "list", "--json", "--store", c->burner_store, NULL};
	return reply(r, 200, argv, view_of(NULL, 0));
}

int api_disc_stage(struct http_request *r)
{
	struct cadastre *cad = api_cadastre(r);
	const struct cadastre_config *c = cad->config;
	struct err_note note = {0};
	const char *reason = NULL;
	if (json_get_str(http_body(r), "reason", 200, &reason, &note) < 0)
		return http_fail_note(r, &note);
	if (!*reason || *reason == '-')
		return http_fail(r, ERR_SCHEMA, "reason: say why this disc leaves");
	/* The disc always carries the newest receipts and holes. */
	int rc = exchange_seal(cad->service->exchange, "disc");
	if (rc < 0)
		return rc;
	const char *const argv[] = {c->burner, "stage", "--json", "--store", c->burner_store, "--bundles",
		c->disc_out, "--reason", reason, "--by", http_user(r)->user, NULL};
	return reply(r, 201, argv, view_of(NULL, 0));
}

int api_disc_approve(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	struct err_note note = {0};
	const char *passphrase = NULL, *id = NULL, *who = http_user(r)->user;
	char key[4096], cert[4096];
	int rc = disc_name(r, &id);
	if (rc < 0)
		return rc;
	if (json_get_str(http_body(r), "passphrase", 200, &passphrase, &note) < 0)
		return http_fail_note(r, &note);
	/* Each officer approves with the own key; account names are plain. */
	snprintf(key, sizeof key, "%s/%s.person.key", c->officer_keys, who);
	snprintf(cert, sizeof cert, "%s/%s.person.pem", c->officer_keys, who);
	const char *const argv[] = {c->burner, "approve", id, "--json", "--store", c->burner_store, "--key",
		key, "--cert", cert, "--passphrase-file", "-", NULL};
	return reply(r, 200, argv, view_str(passphrase));
}

static void image_path(const struct cadastre_config *c, const char *id, char out[static 4096])
{
	snprintf(out, 4096, "%s/%s.iso", c->disc_images, id);
}

int api_disc_burn(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	const char *id = NULL;
	char image[4096];
	int rc = disc_name(r, &id);
	if (rc < 0)
		return rc;
	image_path(c, id, image);
	const char *const argv[] = {c->burner, "burn", id, "--json", "--store", c->burner_store, "--to",
		image, "--by", http_user(r)->user, NULL};
	return reply(r, 200, argv, view_of(NULL, 0));
}

/* The image appears in the tray whole: copied under a name the tray does not look at, then renamed. */
static int image_copy(const char *from, const char *dir, const char *id)
{
	char name[128], part[128];
	int in = open(from, O_RDONLY | O_CLOEXEC), to = -1, out = -1;
	snprintf(name, sizeof name, "%s.iso", id);
	snprintf(part, sizeof part, ".%s.part", id);
	int rc = in < 0 ? ERR_NOTFOUND : file_open_dir(dir, &to);
	if (rc == 0 &&
		(out = openat(to, part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0640)) < 0)
		rc = ERR_IO;
	char block[65536];
	ssize_t n;
	while (rc == 0 && (n = read(in, block, sizeof block)) != 0)
		rc = n < 0 ? ERR_IO : file_write_all(out, block, (size_t)n);
	if (rc == 0)
		rc = file_fsync(out, "carry");
	if (rc == 0)
		rc = file_replace(to, part, name, "carry.rename");
	if (rc == 0)
		rc = file_fsync_dir(to, "carry.dir");
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	if (to >= 0)
		close(to);
	return rc;
}

int api_disc_carry(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	const char *id = NULL;
	char image[4096];
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = disc_name(r, &id);
	if (rc < 0)
		return rc;
	image_path(c, id, image);
	const char *const argv[] = {c->burner, "handover", id, "--json", "--store", c->burner_store, "--to",
		"extranet", "--by", http_user(r)->user, NULL};
	rc = ask_program(argv, view_of(NULL, 0), &out, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = image_copy(image, c->disc_carry, id);
	if (rc < 0) {
		json_decref(out);
		return http_fail(r, rc, "the image cannot be put into the tray");
	}
	return http_reply_json(r, 200, out);
}
