#include "common/message/delivery.h"

#include "common/message/format.h"
#include <stdio.h>
#include <string.h>

#define ADDRESS_MIN 6

int delivery_check(const struct delivery *d, struct err_note *note)
{
	bool post = strcmp(d->way, "post") == 0;
	if (!post && strcmp(d->way, "electronic") != 0 && strcmp(d->way, "window") != 0)
		return err_set(note, ERR_SCHEMA, "way: electronic, window or post");
	if (!post)
		return d->name[0] || d->phone[0] || d->address[0]
			       ? err_set(note, ERR_SCHEMA, "name, phone, address: by post only")
			       : 0;
	if (!d->name[0] || !format_plain(d->name))
		return err_set(note, ERR_SCHEMA, "name: missing, or with control characters");
	if (!format_mobile(d->phone))
		return err_set(note, ERR_SCHEMA, "phone: not a mobile number");
	if (strlen(d->address) < ADDRESS_MIN || !format_plain(d->address))
		return err_set(note, ERR_SCHEMA, "address: too short, or with control characters");
	return 0;
}

static int member(const json_t *o, const char *key, char *out, size_t size, struct err_note *note)
{
	out[0] = '\0';
	return json_object_get(o, key) ? json_get_text(o, key, out, size, note) : 0;
}

static int known_only(const json_t *o, const char *const *more, struct err_note *note)
{
	const char *keys[12] = {"way", "name", "phone", "address"};
	for (size_t n = 4; more && *more && n < sizeof keys / sizeof keys[0] - 1; n++)
		keys[n] = *more++;
	return json_only_keys(o, keys, note);
}

int delivery_parse(const json_t *o, const char *const *more, struct delivery *out, struct err_note *note)
{
	struct delivery d;
	int rc = known_only(o, more, note);
	if (rc == 0)
		rc = json_get_text(o, "way", d.way, sizeof d.way, note);
	if (rc == 0)
		rc = member(o, "name", d.name, sizeof d.name, note);
	if (rc == 0)
		rc = member(o, "phone", d.phone, sizeof d.phone, note);
	if (rc == 0)
		rc = member(o, "address", d.address, sizeof d.address, note);
	if (rc == 0)
		rc = delivery_check(&d, note);
	if (rc == 0)
		*out = d;
	return rc;
}

int delivery_text(const char *application, const struct delivery *d, struct buf *out)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "act", "deliver", "application", application,
		"way", d->way, "name", d->name, "phone", d->phone, "address", d->address);
	int rc = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	return rc;
}

/* What was signed is what delivery_text writes, to the byte. */
static int text_same(
	struct view text, const char *application, const struct delivery *d, struct err_note *note)
{
	struct buf again;
	buf_init(&again, DELIVERY_TEXT + 1);
	int rc = delivery_text(application, d, &again);
	if (rc == 0 && !view_eq(buf_view(&again), text))
		rc = err_set(note, ERR_SCHEMA, "text: not the canonical form");
	buf_fini(&again);
	return rc;
}

int delivery_read(struct view text, const char *application, struct delivery *out, struct err_note *note)
{
	static const char *const more[] = {"act", "application", NULL};
	json_t *o = NULL;
	int rc = json_parse(text, DELIVERY_TEXT, &o, note);
	if (rc == 0 && (strcmp(json_str(o, "act"), "deliver") != 0 ||
			       strcmp(json_str(o, "application"), application) != 0))
		rc = err_set(note, ERR_SCHEMA, "text: of another act or application");
	if (rc == 0)
		rc = delivery_parse(o, more, out, note);
	if (rc == 0)
		rc = text_same(text, application, out, note);
	json_decref(o);
	return rc;
}
