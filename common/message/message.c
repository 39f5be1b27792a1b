#include "common/message/message.h"

#include "common/base/json_form.h"
#include "common/crypto/suite.h"
#include <stdio.h>
#include <string.h>

void message_init(struct message *m)
{
	memset(m, 0, sizeof *m);
}

void message_fini(struct message *m)
{
	if (!m)
		return;
	json_decref(m->body);
	m->body = NULL;
}

/* The members as they stand in the bytes, in this order. */
enum {
	ANSWERS,
	ATTACHMENTS,
	BODY,
	CREATED,
	DEADLINE,
	DEST,
	EPOCH,
	HELD,
	ID,
	KEYS,
	ORIGIN,
	SUITE,
	TENANT,
	TYPE,
	VERSION,
	MEMBERS
};
static const char *const NAMES[MEMBERS + 1] = {"answers", "attachments", "body", "created", "deadline",
	"dest", "epoch", "held", "id", "keys", "origin", "suite", "tenant", "type", "version", NULL};

/* A text without escapes as it stands. */
static bool take_plain(struct view s, char *to, size_t size)
{
	if (s.n < 2 || s.p[0] != '"' || s.n - 2 > size - 1 || memchr(s.p, '\\', s.n))
		return false;
	memcpy(to, s.p + 1, s.n - 2);
	to[s.n - 2] = '\0';
	return true;
}

/* Any text of at most size-1 bytes. */
static int take_text(struct view s, const char *name, char *to, size_t size, struct err_note *note)
{
	json_t *v = NULL;
	if (take_plain(s, to, size))
		return 0;
	if (s.n == 0 || s.p[0] != '"')
		return err_set(note, ERR_SCHEMA, "%s: %s", name, s.n ? "not a text" : "missing");
	int rc = json_parse(s, MESSAGE_BYTES_MAX, &v, note);
	if (rc == 0 && json_string_length(v) > size - 1)
		rc = err_set(note, ERR_SCHEMA, "%s: longer than %zu bytes", name, size - 1);
	if (rc == 0)
		memcpy(to, json_string_value(v), json_string_length(v) + 1);
	json_decref(v);
	return rc;
}

/* A text of the head. None of them needs an escape: what has one is no such text. */
static int take_str(const struct view *v, int i, char *to, size_t size, struct err_note *note)
{
	if (take_plain(v[i], to, size))
		return 0;
	int rc = take_text(v[i], NAMES[i], to, size, note);
	return rc < 0 ? rc : err_set(note, ERR_SCHEMA, "%s: a character that no name has", NAMES[i]);
}

static int take_number(
	struct view s, const char *name, int64_t min, int64_t max, int64_t *out, struct err_note *note)
{
	int64_t n = 0;
	if (s.n == 0 || s.n > 16 || s.p[0] < '0' || s.p[0] > '9')
		return err_set(
			note, ERR_SCHEMA, "%s: %s", name, s.n ? "not a number of this kind" : "missing");
	for (size_t k = 0; k < s.n; k++)
		n = n * 10 + (s.p[k] - '0');
	if (n < min || n > max)
		return err_set(
			note, ERR_SCHEMA, "%s: not within %lld…%lld", name, (long long)min, (long long)max);
	*out = n;
	return 0;
}

/* The next entry of a list with room for `max`; 1 there is one, 0 none. */
static int take_entry(
	struct view *rest, const char *list, size_t i, size_t max, struct view *out, struct err_note *note)
{
	if (!json_form_next(rest, out))
		return 0;
	return i < max ? 1 : err_set(note, ERR_SCHEMA, "%s: more than %zu entries", list, max);
}

static int check_list(struct view v, const char *name, struct err_note *note)
{
	if (v.n > 0 && v.p[0] == '[')
		return 0;
	return err_set(note, ERR_SCHEMA, "%s: %s", name, v.n ? "not a list" : "missing");
}

/* Lower-case words with dots, dashes and underscores: types, kinds, zones. */
static bool is_token(const char *s)
{
	const char *p = s;
	while ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '.' || *p == '_' || *p == '-')
		p++;
	return p > s && !*p;
}

static bool is_file_name(const char *s)
{
	if (!s[0] || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return false;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if (*p < 0x20 || *p == 0x7f || *p == '/' || *p == '\\')
			return false;
	return true;
}

/* Only the first number of an epoch follows one of an earlier epoch. */
static int decode_after(struct view text, int64_t epoch, struct order_key *key, struct err_note *note)
{
	enum { EPOCH_, N, COUNT };
	static const char *const members[] = {"epoch", "n", NULL};
	struct view v[COUNT];
	if (key->n != 1 || epoch < 2)
		return err_set(note, ERR_SCHEMA, "after: not the first number of a later epoch");
	int rc = json_form_object(text, members, v, note);
	if (rc == 0)
		rc = take_number(v[EPOCH_], "epoch", 1, epoch - 1, &key->after_epoch, note);
	return rc == 0 ? take_number(v[N], "n", 1, INT64_C(1) << 52, &key->after_n, note) : rc;
}

/* A generation opens behind a number of its own epoch or of an earlier one, or, with 0 and 0, behind none
 * that its sender knows. */
static int decode_opens(struct view text, int64_t epoch, struct order_key *key, struct err_note *note)
{
	enum { EPOCH_, N, COUNT };
	static const char *const members[] = {"epoch", "n", NULL};
	struct view v[COUNT];
	int rc = json_form_object(text, members, v, note);
	if (rc == 0)
		rc = take_number(v[EPOCH_], "epoch", 0, epoch, &key->after_epoch, note);
	if (rc == 0)
		rc = take_number(v[N], "n", 0, INT64_C(1) << 52, &key->after_n, note);
	if (rc < 0)
		return rc;
	key->opens = true;
	bool earlier = key->after_epoch == epoch ? key->after_n + 1 == key->n : key->n == 1;
	bool names = key->after_epoch > 0 && key->after_n > 0 && earlier;
	bool none = key->after_epoch == 0 && key->after_n == 0;
	return names || none ? 0 : err_set(note, ERR_SCHEMA, "opens: not behind an earlier number");
}

static int decode_key(struct view text, struct message *m, size_t i, struct err_note *note)
{
	enum { AFTER, ID_, KIND, N, OPENS, COUNT };
	static const char *const members[] = {"after", "id", "kind", "n", "opens", NULL};
	struct order_key *key = &m->keys[i];
	struct view v[COUNT];
	int rc = json_form_object(text, members, v, note);
	if (rc == 0)
		rc = take_text(v[KIND], "kind", key->kind, sizeof key->kind, note);
	if (rc == 0)
		rc = take_text(v[ID_], "id", key->id, sizeof key->id, note);
	if (rc == 0)
		rc = take_number(v[N], "n", 1, INT64_C(1) << 52, &key->n, note);
	key->after_epoch = key->after_n = 0;
	key->opens = false;
	if (rc == 0 && v[AFTER].p && v[OPENS].p)
		rc = err_set(note, ERR_SCHEMA, "keys[%zu]: follows and opens", i);
	if (rc == 0 && v[AFTER].p)
		rc = decode_after(v[AFTER], m->epoch, key, note);
	if (rc == 0 && v[OPENS].p)
		rc = decode_opens(v[OPENS], m->epoch, key, note);
	if (rc == 0 && (!is_token(key->kind) || !key->id[0]))
		rc = err_set(note, ERR_SCHEMA, "keys[%zu]: not an order key", i);
	for (size_t b = 0; rc == 0 && b < i; b++)
		if (strcmp(m->keys[b].kind, key->kind) == 0 && strcmp(m->keys[b].id, key->id) == 0)
			rc = err_set(note, ERR_SCHEMA, "keys[%zu]: stands twice", i);
	return rc;
}

static int decode_keys(struct view list, struct message *m, struct err_note *note)
{
	struct view text;
	int more, rc = check_list(list, "keys", note);
	if (rc < 0)
		return rc;
	while ((more = take_entry(&list, "keys", m->nkeys, MESSAGE_KEYS_MAX, &text, note)) == 1) {
		rc = decode_key(text, m, m->nkeys, note);
		if (rc < 0)
			return rc;
		m->nkeys++;
	}
	return more;
}

/* Only what opens a generation says what its receiver has. */
static int decode_held(const struct view *v, struct message *m, struct err_note *note)
{
	enum { EPOCH_, SEQ, COUNT };
	static const char *const members[] = {"epoch", "seq", NULL};
	struct view text[COUNT];
	bool opens = false;
	for (size_t i = 0; i < m->nkeys; i++)
		opens |= m->keys[i].opens;
	if (opens != (v[HELD].p != NULL))
		return err_set(note, ERR_SCHEMA, "held: goes with keys that open a generation");
	if (!opens)
		return 0;
	int rc = json_form_object(v[HELD], members, text, note);
	if (rc == 0)
		rc = take_number(text[EPOCH_], "epoch", 1, m->epoch, &m->held_epoch, note);
	return rc == 0 ? take_number(text[SEQ], "seq", 0, INT64_C(1) << 52, &m->held_seq, note) : rc;
}

static int decode_attachment(struct view text, struct message *m, size_t i, struct err_note *note)
{
	enum { DIGEST_, MEDIA, NAME, SIZE, COUNT };
	static const char *const members[] = {"digest", "media", "name", "size", NULL};
	struct attachment *at = &m->attachments[i];
	struct view v[COUNT];
	char hex[DIGEST_HEX];
	int rc = json_form_object(text, members, v, note);
	if (rc == 0)
		rc = take_text(v[NAME], "name", at->name, sizeof at->name, note);
	if (rc == 0)
		rc = take_text(v[MEDIA], "media", at->media, sizeof at->media, note);
	if (rc == 0)
		rc = take_number(v[SIZE], "size", 0, INT64_C(1) << 50, &at->size, note);
	if (rc == 0)
		rc = take_text(v[DIGEST_], "digest", hex, sizeof hex, note);
	if (rc == 0 && (digest_parse(hex, &at->digest) < 0 || !is_file_name(at->name)))
		rc = err_set(note, ERR_SCHEMA, "attachments[%zu]: bad name or digest", i);
	return rc;
}

static int decode_attachments(struct view list, struct message *m, struct err_note *note)
{
	struct view text;
	int more, rc = check_list(list, "attachments", note);
	if (rc < 0)
		return rc;
	while ((more = take_entry(
			&list, "attachments", m->nattachments, MESSAGE_ATTACHMENTS_MAX, &text, note)) == 1) {
		rc = decode_attachment(text, m, m->nattachments, note);
		if (rc < 0)
			return rc;
		m->nattachments++;
	}
	return more;
}

/* Request and reply: only what has a deadline may answer something. */
static int decode_transient(const struct view *v, struct message *m, struct err_note *note)
{
	int64_t at;
	int rc = v[DEADLINE].p ? take_str(v, DEADLINE, m->deadline, sizeof m->deadline, note) : 0;
	if (rc == 0 && v[DEADLINE].p && time_parse(m->deadline, &at) < 0)
		rc = err_set(note, ERR_SCHEMA, "deadline: not a time");
	if (rc < 0 || !v[ANSWERS].p)
		return rc;
	rc = take_str(v, ANSWERS, m->answers.s, sizeof m->answers.s, note);
	if (rc == 0 && (!uuid_valid(m->answers.s) || !m->deadline[0]))
		rc = err_set(note, ERR_SCHEMA, "answers: not a UUID, or without a deadline");
	return rc;
}

static int check_head(const struct message *m, struct err_note *note)
{
	int64_t at;
	if (!uuid_valid(m->id.s))
		return err_set(note, ERR_SCHEMA, "id: not a UUID");
	if (time_parse(m->created, &at) < 0)
		return err_set(note, ERR_SCHEMA, "created: not a time");
	if (!suite_by_name(m->suite))
		return err_set(note, ERR_SUITE, "suite: unknown");
	if (!is_token(m->type) || !is_token(m->origin) || !is_token(m->dest))
		return err_set(note, ERR_SCHEMA, "type, origin, dest: not a name");
	size_t digits = 0;
	while (m->tenant[digits] >= '0' && m->tenant[digits] <= '9')
		digits++;
	if (m->tenant[0] && (digits != 6 || m->tenant[6]))
		return err_set(note, ERR_SCHEMA, "tenant: not a division code");
	return 0;
}

static int decode_head(const struct view *v, struct message *m, struct err_note *note)
{
	const struct {
		int member;
		char *to;
		size_t size;
	} texts[] = {{ID, m->id.s, sizeof m->id.s}, {TYPE, m->type, sizeof m->type},
		{TENANT, m->tenant, sizeof m->tenant}, {CREATED, m->created, sizeof m->created},
		{ORIGIN, m->origin, sizeof m->origin}, {DEST, m->dest, sizeof m->dest},
		{SUITE, m->suite, sizeof m->suite}};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof texts / sizeof *texts; i++)
		rc = take_str(v, texts[i].member, texts[i].to, texts[i].size, note);
	if (rc == 0)
		rc = take_number(v[VERSION], "version", 1, 1000000, &m->version, note);
	if (rc == 0)
		rc = take_number(v[EPOCH], "epoch", 1, INT64_C(1) << 40, &m->epoch, note);
	return rc == 0 ? check_head(m, note) : rc;
}

static int decode(
	struct view bytes, struct view members[static MEMBERS], struct message *m, struct err_note *note)
{
	/* The lists are written as far as they go: clearing all of them would cost more than the rest. */
	memset(m, 0, offsetof(struct message, keys));
	m->nkeys = m->nattachments = 0;
	m->body = NULL;
	if (bytes.n > MESSAGE_BYTES_MAX)
		return err_set(note, ERR_LIMIT, "%zu bytes of JSON, at most %d", bytes.n, MESSAGE_BYTES_MAX);
	int rc = json_form_object(bytes, NAMES, members, note);
	if (rc == 0)
		rc = decode_head(members, m, note);
	if (rc == 0)
		rc = decode_transient(members, m, note);
	if (rc == 0)
		rc = decode_keys(members[KEYS], m, note);
	if (rc == 0)
		rc = decode_held(members, m, note);
	if (rc == 0)
		rc = decode_attachments(members[ATTACHMENTS], m, note);
	if (rc == 0 && (members[BODY].n == 0 || members[BODY].p[0] != '{'))
		rc = err_set(note, ERR_SCHEMA, "body: %s", members[BODY].n ? "not an object" : "missing");
	return rc;
}

int message_head(struct view bytes, struct message *m, struct err_note *note)
{
	struct view members[MEMBERS];
	return decode(bytes, members, m, note);
}

int message_decode(struct view bytes, struct message *m, struct err_note *note)
{
	struct view members[MEMBERS];
	int rc = decode(bytes, members, m, note);
	return rc == 0 ? json_parse(members[BODY], MESSAGE_BYTES_MAX, &m->body, note) : rc;
}
