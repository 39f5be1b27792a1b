#include "common/bundle/bundle_revoked.h"
#include "common/crypto/revocation.h"
#include <string.h>

int bundle_revoked_body(struct view file, json_t **body, char zone[static 257], struct err_note *note)
{
	char ca[KEY_ID];
	struct view list;
	struct buf sig, text;
	struct revocation_list l;
	buf_init(&sig, 256);
	buf_init(&text, 1024);
	revocation_init(&l);
	int err = revocation_split(file, ca, &list, &sig, note);
	if (!err)
		err = revocation_decode_list(list, &l, note);
	if (!err)
		err = b64_add(&text, buf_view(&sig));
	if (!err) {
		memcpy(zone, l.zone, sizeof l.zone);
		*body = json_pack("{s:s,s:o,s:s}", "ca", ca, "list",
			json_stringn((const char *)list.p, list.n), "signature",
			text.n ? (const char *)text.p : "");
		err = *body ? 0 : ERR_NOMEM;
	}
	revocation_fini(&l);
	buf_fini(&sig);
	buf_fini(&text);
	return err;
}

static int file_of(const json_t *body, struct buf *out, struct err_note *note)
{
	struct buf sig;
	buf_init(&sig, 256);
	int err = b64_parse(view_str(json_str(body, "signature")), &sig);
	if (err)
		err = err_set(note, ERR_SCHEMA, "signature is not base64");
	else
		err = revocation_join(
			json_str(body, "ca"), view_str(json_str(body, "list")), buf_view(&sig), out, note);
	buf_fini(&sig);
	return err;
}

int bundle_revoked_take(
	const json_t *body, struct trust *const *trusts, size_t n, const char *dir, struct err_note *note)
{
	struct buf file;
	bool ours = false, news = false;
	buf_init(&file, REVOCATION_BYTES_MAX + 1024);
	int err = file_of(body, &file, note);
	for (size_t i = 0; i < n && !err; i++) {
		if (!trusts[i])
			continue;
		int one = trust_revoke(trusts[i], buf_view(&file), note);
		ours = ours || one != ERR_LINK;
		news = news || one == 0;
		err = one == ERR_LINK || one == ERR_CONFLICT ? 0 : one;
	}
	if (!err && !ours)
		err = err_set(note, ERR_LINK, "a list of a zone that is not known here");
	if (!err && news)
		err = trust_keep(dir, buf_view(&file), note);
	buf_fini(&file);
	return err;
}
