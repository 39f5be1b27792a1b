/* The disc ferry 光盘摆渡 on the side where discs arrive. */
#include "common/service/disc_api.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/transfer/tray.h"

int api_blank_add(struct http_request *r)
{
	const char *serial = NULL, *label = NULL, *mark = NULL;
	int rc = disc_text(r, "serial", NULL, &serial);
	if (rc == 0)
		rc = disc_text(r, "label", "", &label);
	if (rc == 0)
		rc = disc_text(r, "mark", "internal", &mark);
	const char *const args[] = {
		"blank", "--label", label, "--mark", mark, "--by", http_user(r)->user, "--", serial, NULL};
	if (rc == 0)
		rc = disc_reply(r, 201, args, view_of(NULL, 0));
	/* The intranet is told soon. */
	tray_poke(api_registry(r)->tray);
	return rc;
}

int api_blank_scrap(struct http_request *r)
{
	int rc = disc_scrap(r);
	tray_poke(api_registry(r)->tray);
	return rc;
}

/* disc: its number, or what a scanner read off slip or label. What waits in the tray is imported then. */
int api_disc_receive(struct http_request *r)
{
	const char *disc = NULL, *from = NULL, *seal = NULL, *blank = NULL, *mark = NULL;
	int rc = disc_text(r, "disc", NULL, &disc);
	if (rc == 0)
		rc = disc_text(r, "from", "intranet", &from);
	if (rc == 0)
		rc = disc_text(r, "seal", "", &seal);
	if (rc == 0)
		rc = disc_text(r, "blank", "", &blank);
	if (rc == 0)
		rc = disc_text(r, "mark", "", &mark);
	/* Of a code that was scanned the mark is known; of a number it is asked for. */
	bool marked = rc == 0 && *mark;
	const char *const args[] = {"receive", "--from", from, "--seal", seal, "--blank", blank, "--by",
		http_user(r)->user, marked ? "--mark" : "--", marked ? mark : disc, marked ? "--" : NULL,
		disc, NULL};
	/* 签收 with the own key, where a passphrase comes along. */
	if (rc == 0)
		rc = json_object_get(http_body(r), "passphrase") ? disc_reply_signed(r, 201, args)
								 : disc_reply(r, 201, args, view_of(NULL, 0));
	tray_poke(api_registry(r)->tray);
	return rc;
}

int api_disc_archive(struct http_request *r)
{
	const char *id = NULL, *place = NULL;
	int rc = disc_param(r, "id", &id);
	if (rc == 0)
		rc = disc_text(r, "place", NULL, &place);
	const char *const args[] = {"archive", id, "--place", place, "--by", http_user(r)->user, NULL};
	return rc < 0 ? rc : disc_reply(r, 200, args, view_of(NULL, 0));
}
