/* The disc ferry 光盘摆渡 on the side where discs are made. */
#include "common/os/file.h"
#include "common/service/disc_api.h"
#include "zones/intranet/api/api.h"
#include "zones/intranet/transfer/ferry.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The ledger, and what a drive does just now. */
int api_disc_list(struct http_request *r)
{
	struct cadastre *c = api_cadastre(r);
	const char *const args[] = {"list", NULL};
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = disc_ask(c->service->discs, args, view_of(NULL, 0), &out, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	json_object_set_new(out, "burning", ferry_burning(c->ferry));
	json_object_set_new(out, "drive", json_string(c->config->disc_drive ? c->config->disc_drive : ""));
	return http_reply_json(r, 200, out);
}

int api_disc_stage(struct http_request *r)
{
	struct cadastre *c = api_cadastre(r);
	const char *reason = NULL, *use = NULL, *mark = NULL, *medium = NULL;
	int rc = disc_text(r, "reason", NULL, &reason);
	if (rc == 0)
		rc = disc_text(r, "use", "数据摆渡 data ferry", &use);
	if (rc == 0)
		rc = disc_text(r, "mark", "internal", &mark);
	if (rc == 0)
		rc = disc_text(r, "medium", "dvd", &medium);
	/* The disc always carries the newest receipts and holes. */
	if (rc == 0)
		rc = exchange_seal(c->service->exchange, "disc");
	const char *const args[] = {"stage", "--bundles", c->config->disc_out, "--reason", reason, "--use",
		use, "--mark", mark, "--medium", medium, "--by", http_user(r)->user, NULL};
	return rc < 0 ? rc : disc_reply(r, 201, args, view_of(NULL, 0));
}

int api_disc_approve(struct http_request *r)
{
	const char *id = NULL;
	int rc = disc_param(r, "id", &id);
	const char *const args[] = {"approve", id, NULL};
	return rc < 0 ? rc : disc_reply_signed(r, 200, args);
}

/* With a drive in the background; else the image at once. */
int api_disc_burn(struct http_request *r)
{
	struct cadastre *c = api_cadastre(r);
	const char *id = NULL, *blank = NULL, *args[FERRY_ARGS], *by = http_user(r)->user;
	struct ferry_job job;
	char image[4096];
	int rc = disc_param(r, "id", &id);
	if (rc == 0)
		rc = disc_text(r, "blank", "", &blank);
	if (rc < 0)
		return rc;
	if (!c->config->disc_drive) {
		ferry_burn_args(c, id, blank, by, image, args);
		return disc_reply(r, 200, args, view_of(NULL, 0));
	}
	(void)snprintf(job.disc, sizeof job.disc, "%s", id);
	(void)snprintf(job.blank, sizeof job.blank, "%s", blank);
	(void)snprintf(job.by, sizeof job.by, "%s", by);
	rc = ferry_burn(c->ferry, &job);
	return rc < 0 ? http_fail(r, rc, "another disc is being burnt")
		      : http_reply_json(r, 202, ferry_burning(c->ferry));
}

/* By the drive that reads, or else the image. */
int api_disc_verify(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	const char *id = NULL;
	char image[4096];
	int rc = disc_param(r, "id", &id);
	if (rc < 0)
		return rc;
	if (!c->disc_ca)
		return http_fail(r, ERR_NOTFOUND, "disc_ferry.ca is not configured");
	(void)snprintf(image, sizeof image, "%s/%s.iso", c->disc_images, id);
	const char *const args[] = {"verify", c->disc_read_drive ? c->disc_read_drive : image, "--trust",
		c->disc_ca, "--by", http_user(r)->user, NULL};
	return disc_reply(r, 200, args, view_of(NULL, 0));
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
	struct cadastre *c = api_cadastre(r);
	const char *id = NULL, *from = NULL, *to = NULL, *seal = NULL;
	char image[4096];
	struct err_note note = {0};
	json_t *out = NULL;
	int rc = disc_param(r, "id", &id);
	if (rc == 0)
		rc = disc_text(r, "from", "intranet", &from);
	if (rc == 0)
		rc = disc_text(r, "to", "extranet", &to);
	if (rc == 0)
		rc = disc_text(r, "seal", "", &seal);
	if (rc < 0)
		return rc;
	const char *const args[] = {
		"handover", id, "--from", from, "--to", to, "--seal", seal, "--by", http_user(r)->user, NULL};
	rc = disc_ask(c->service->discs, args, view_of(NULL, 0), &out, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	/* A disc that a drive burnt is carried by hand. */
	(void)snprintf(image, sizeof image, "%s/%s.iso", c->config->disc_images, id);
	rc = c->config->disc_drive ? 0 : image_copy(image, c->config->disc_carry, id);
	if (rc < 0) {
		json_decref(out);
		return http_fail(r, rc, "the image cannot be put into the tray");
	}
	return http_reply_json(r, 200, out);
}

/* Its bundles go with the next disc. */
int api_disc_void(struct http_request *r)
{
	const struct cadastre_config *c = api_cadastre(r)->config;
	const char *id = NULL, *reason = NULL;
	int rc = disc_param(r, "id", &id);
	if (rc == 0)
		rc = disc_text(r, "reason", NULL, &reason);
	const char *const args[] = {
		"void", id, "--reason", reason, "--bundles", c->disc_out, "--by", http_user(r)->user, NULL};
	return rc < 0 ? rc : disc_reply(r, 200, args, view_of(NULL, 0));
}
