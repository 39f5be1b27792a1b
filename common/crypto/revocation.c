#include "common/crypto/revocation.h"
#include "common/base/json.h"
#include "common/base/json_form.h"
#include "common/crypto/cert_form.h"
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX ((INT64_C(1) << 53) - 1)
#define TRY(e)                                                                                               \
	do {                                                                                                 \
		int err_ = (e);                                                                              \
		if (err_)                                                                                    \
			return err_;                                                                         \
	} while (0)

void revocation_init(struct revocation_list *l)
{
	memset(l, 0, sizeof *l);
}

void revocation_fini(struct revocation_list *l)
{
	if (!l)
		return;
	free(l->v);
	revocation_init(l);
}

const struct revocation *revocation_find(const struct revocation_list *l, const char *key)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].key, key) == 0)
			return &l->v[i];
	return NULL;
}

static bool is_key_id(const char *s)
{
	return strlen(s) == KEY_ID - 1 && strspn(s, "0123456789abcdef") == KEY_ID - 1;
}

/* ---- adding */

/* The place of the link among the entry's, made when it is not there; NULL: no room. */
static struct revocation_good *good_place(struct revocation *r, const char *link)
{
	size_t i = 0;
	while (i < r->ngood && strcmp(r->good[i].link, link) < 0)
		i++;
	if (i < r->ngood && strcmp(r->good[i].link, link) == 0)
		return &r->good[i];
	if (r->ngood == CERT_LINKS_MAX)
		return NULL;
	memmove(&r->good[i + 1], &r->good[i], (r->ngood - i) * sizeof r->good[0]);
	r->ngood++;
	return &r->good[i];
}

int revocation_put(struct revocation_list *l, const struct revocation *r)
{
	size_t i = 0;
	while (i < l->n && strcmp(l->v[i].key, r->key) < 0)
		i++;
	if (i == l->n || strcmp(l->v[i].key, r->key) != 0) {
		if (l->n == REVOCATION_ENTRIES_MAX)
			return ERR_LIMIT;
		struct revocation *more = realloc(l->v, (l->n + 1) * sizeof *more);
		if (!more)
			return ERR_NOMEM;
		l->v = more;
		memmove(&l->v[i + 1], &l->v[i], (l->n - i) * sizeof *l->v);
		l->v[i] = *r;
		l->n++;
		return 0;
	}
	struct revocation *e = &l->v[i];
	memcpy(e->at, r->at, sizeof e->at);
	memcpy(e->reason, r->reason, sizeof e->reason);
	for (size_t g = 0; g < r->ngood; g++) {
		struct revocation_good *to = good_place(e, r->good[g].link);
		if (!to)
			return ERR_LIMIT;
		*to = r->good[g];
	}
	return 0;
}

/* ---- writing */

static json_t *encode_good(const struct revocation_good *g)
{
	char hex[DIGEST_HEX];
	json_t *o = json_pack(
		"{s:s,s:I,s:I}", "link", g->link, "epoch", (json_int_t)g->epoch, "seq", (json_int_t)g->seq);
	digest_hex(&g->identity, hex);
	if (o && g->named && json_object_set_new(o, "identity", json_string(hex)) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *encode_entry(const struct revocation *r)
{
	json_t *good = json_array();
	for (size_t i = 0; i < r->ngood && good; i++)
		if (json_array_append_new(good, encode_good(&r->good[i])) != 0) {
			json_decref(good);
			return NULL;
		}
	return json_pack("{s:s,s:s,s:s,s:o}", "key", r->key, "at", r->at, "reason", r->reason, "good", good);
}

static int encode_list(const struct revocation_list *l, struct buf *out)
{
	json_t *entries = json_array();
	int err = entries ? 0 : ERR_NOMEM;
	for (size_t i = 0; i < l->n && !err; i++)
		if (json_array_append_new(entries, encode_entry(&l->v[i])) != 0)
			err = ERR_NOMEM;
	json_t *o =
		err ? NULL
		    : json_pack("{s:i,s:s,s:s,s:s,s:I,s:O}", "format", 1, "zone", l->zone, "suite", l->suite,
			      "issued", l->issued, "number", (json_int_t)l->number, "entries", entries);
	if (!err)
		err = o ? json_canon(o, out) : ERR_NOMEM;
	json_decref(o);
	json_decref(entries);
	return err;
}

int revocation_join(const char *ca, struct view list, struct view sig, struct buf *out, struct err_note *note)
{
	struct buf text;
	buf_init(&text, 1024);
	if (!is_key_id(ca))
		return err_set(note, ERR_SCHEMA, "revocations: ca is not a key id");
	int err = b64_add(&text, sig);
	if (!err)
		err = buf_addf(out, "{\"ca\":\"%s\",\"list\":", ca);
	if (!err)
		err = buf_add_view(out, list);
	if (!err)
		err = buf_addf(out, ",\"signature\":\"%s\"}", text.n ? (const char *)text.p : "");
	buf_fini(&text);
	return err ? err_set(note, err, "revocations: %s", err_text(err)) : 0;
}

int revocation_sign(
	const struct revocation_list *l, const struct sign_key *ca, struct buf *out, struct err_note *note)
{
	struct buf list, sig;
	struct revocation_list again;
	buf_init(&list, REVOCATION_BYTES_MAX);
	buf_init(&sig, 256);
	revocation_init(&again);
	int err = encode_list(l, &list);
	/* What we sign must be what we accept. */
	if (!err)
		err = revocation_decode_list(buf_view(&list), &again, note);
	if (!err)
		err = sign_make(ca, buf_view(&list), &sig);
	if (!err)
		err = revocation_join(sign_key_id(ca), buf_view(&list), buf_view(&sig), out, note);
	revocation_fini(&again);
	buf_fini(&list);
	buf_fini(&sig);
	return err;
}

/* ---- reading */

static int get_time(const json_t *o, const char *key, char out[static TIME_TEXT], struct err_note *note)
{
	int64_t ms;
	TRY(json_get_text(o, key, out, TIME_TEXT, note));
	return time_parse(out, &ms) ? err_set(note, ERR_SCHEMA, "revocations: %s is not a time", key) : 0;
}

static int decode_good(const json_t *o, struct revocation *r, struct err_note *note)
{
	static const char *const keys[] = {"link", "epoch", "seq", "identity", NULL};
	struct revocation_good *g = &r->good[r->ngood];
	const char *hex = NULL;
	TRY(json_only_keys(o, keys, note));
	TRY(json_get_text(o, "link", g->link, sizeof g->link, note));
	TRY(json_get_int(o, "epoch", 1, NUMBER_MAX, &g->epoch, note));
	TRY(json_get_int(o, "seq", 0, NUMBER_MAX, &g->seq, note));
	g->named = json_object_get(o, "identity") != NULL;
	if (g->named)
		TRY(json_get_str(o, "identity", DIGEST_HEX - 1, &hex, note));
	if (g->named && digest_parse(hex, &g->identity))
		return err_set(note, ERR_SCHEMA, "revocations: identity is not a digest");
	if (!cert_form_link_ok(g->link) || (r->ngood && strcmp(r->good[r->ngood - 1].link, g->link) >= 0))
		return err_set(note, ERR_SCHEMA, "revocations: good: no link, twice, or out of order");
	r->ngood++;
	return 0;
}

static int decode_entry(const json_t *o, struct revocation_list *l, struct err_note *note)
{
	static const char *const keys[] = {"at", "good", "key", "reason", NULL};
	struct revocation *r = &l->v[l->n];
	json_t *good = NULL;
	const json_t *v;
	size_t i;
	TRY(json_only_keys(o, keys, note));
	TRY(json_get_text(o, "key", r->key, sizeof r->key, note));
	TRY(get_time(o, "at", r->at, note));
	TRY(json_get_text(o, "reason", r->reason, sizeof r->reason, note));
	TRY(json_get_arr(o, "good", CERT_LINKS_MAX, &good, note));
	json_array_foreach(good, i, v) TRY(decode_good(v, r, note));
	if (!is_key_id(r->key) || (l->n && strcmp(l->v[l->n - 1].key, r->key) >= 0))
		return err_set(
			note, ERR_SCHEMA, "revocations: key %zu: no key id, twice, or out of order", l->n);
	if (!cert_form_link_ok(r->reason))
		return err_set(note, ERR_SCHEMA, "revocations: key %s: reason is not a word", r->key);
	l->n++;
	return 0;
}

static int decode_members(const json_t *o, struct revocation_list *l, struct err_note *note)
{
	static const char *const keys[] = {"format", "zone", "suite", "issued", "number", "entries", NULL};
	json_t *entries = NULL;
	const json_t *v;
	size_t i;
	int64_t format = 0;
	TRY(json_get_int(o, "format", 0, NUMBER_MAX, &format, note));
	if (format != 1)
		return err_set(
			note, ERR_FORMAT, "revocations: format version %lld is not known", (long long)format);
	TRY(json_only_keys(o, keys, note));
	TRY(json_get_text(o, "zone", l->zone, sizeof l->zone, note));
	TRY(json_get_text(o, "suite", l->suite, sizeof l->suite, note));
	TRY(get_time(o, "issued", l->issued, note));
	TRY(json_get_int(o, "number", 1, NUMBER_MAX, &l->number, note));
	TRY(json_get_arr(o, "entries", REVOCATION_ENTRIES_MAX, &entries, note));
	if (!l->zone[0] || !suite_by_name(l->suite))
		return err_set(note, ERR_SCHEMA, "revocations: zone or suite");
	l->v = calloc(json_array_size(entries) + 1, sizeof *l->v);
	if (!l->v)
		return ERR_NOMEM;
	json_array_foreach(entries, i, v) TRY(decode_entry(v, l, note));
	return 0;
}

int revocation_decode_list(struct view list, struct revocation_list *out, struct err_note *note)
{
	json_t *o = NULL;
	int err = json_parse(list, REVOCATION_BYTES_MAX, &o, note);
	if (!err)
		err = json_form(list, note);
	if (!err && !json_is_object(o))
		err = err_set(note, ERR_SCHEMA, "revocations: not an object");
	if (!err)
		err = decode_members(o, out, note);
	if (err)
		revocation_fini(out);
	json_decref(o);
	return err;
}

int revocation_split(
	struct view file, char ca[static KEY_ID], struct view *list, struct buf *sig, struct err_note *note)
{
	enum { CA, LIST, SIGNATURE, N };
	static const char *const names[] = {"ca", "list", "signature", NULL};
	struct view v[N];
	if (file.n > REVOCATION_BYTES_MAX)
		return err_set(note, ERR_LIMIT, "revocations: more than %d bytes", REVOCATION_BYTES_MAX);
	TRY(json_form_object(file, names, v, note));
	if (v[CA].n != KEY_ID + 1 || v[CA].p[0] != '"' || v[LIST].n == 0 || v[SIGNATURE].n < 2 ||
		v[SIGNATURE].p[0] != '"')
		return err_set(note, ERR_SCHEMA, "revocations: not ca, list and signature");
	memcpy(ca, v[CA].p + 1, KEY_ID - 1);
	ca[KEY_ID - 1] = '\0';
	if (!is_key_id(ca))
		return err_set(note, ERR_SCHEMA, "revocations: ca is not a key id");
	if (b64_parse(view_of(v[SIGNATURE].p + 1, v[SIGNATURE].n - 2), sig))
		return err_set(note, ERR_SCHEMA, "revocations: signature is not base64");
	*list = v[LIST];
	return 0;
}

int revocation_decode(struct view file, struct revocation_list *out, struct err_note *note)
{
	char ca[KEY_ID];
	struct view list;
	struct buf sig;
	buf_init(&sig, 256);
	int err = revocation_split(file, ca, &list, &sig, note);
	if (!err)
		err = revocation_decode_list(list, out, note);
	buf_fini(&sig);
	return err;
}
