#include "diode/frame/frame_key.h"
#include "common/crypto/openssl.h"
#include "common/os/file.h"
#include "diode/frame/wire.h"
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 32
#define ID_TIME 6
#define ID_RANDOM 12 /* its time and random bytes */

struct frame_key {
	const struct suite *suite;
	uint8_t master[KEY_BYTES];
	bool published;
	uint8_t objects[KEY_BYTES]; /* names objects */
	struct ghash *ghash;        /* NULL where it is missing */
	struct frame_mac *sessions; /* checks session ids */
};

/* 32 raw bytes; or 64 hex digits and at most one line end. */
static int parse(struct view v, uint8_t out[static KEY_BYTES])
{
	if (v.n == KEY_BYTES) {
		memcpy(out, v.p, KEY_BYTES);
		return 0;
	}
	if (v.n == 2 * KEY_BYTES + 1 && v.p[2 * KEY_BYTES] == '\n')
		v.n--;
	if (v.n != 2 * KEY_BYTES)
		return ERR_KEY;
	char hex[2 * KEY_BYTES + 1];
	memcpy(hex, v.p, v.n);
	hex[v.n] = 0;
	struct buf raw;
	buf_init(&raw, KEY_BYTES);
	int err = hex_parse(hex, &raw) == 0 && raw.n == KEY_BYTES ? 0 : ERR_KEY;
	if (err == 0)
		memcpy(out, raw.p, KEY_BYTES);
	buf_fini(&raw);
	buf_wipe(hex, sizeof hex);
	return err;
}

static int load(const char *file, uint8_t out[static KEY_BYTES], struct err_note *note)
{
	struct buf b;
	buf_init(&b, 4096);
	int err = file_read_secret(file, 4096, &b, note);
	if (err == 0) {
		err = parse(buf_view(&b), out);
		if (err != 0)
			err_set(note, err, "%s: a key is 32 bytes or 64 hex digits", file);
	}
	buf_fini(&b);
	return err;
}

static int derive(const struct frame_key *k, struct view salt, const char *info, struct frame_mac **out)
{
	struct secret s = {.n = suite_key_size(k->suite)};
	int err = kdf(k->suite, view_of(k->master, sizeof k->master), salt, info, s.b, s.n);
	if (err == 0)
		err = frame_mac_new(k->suite, &s, k->ghash, out);
	secret_wipe(&s);
	return err;
}

int frame_key_load(const struct suite *s, const char *file, struct frame_key **out, struct err_note *note)
{
	static const char PUBLISHED[] = "sanwang diode: the published key";
	struct frame_key *k = calloc(1, sizeof *k);
	if (k == NULL)
		return err_set(note, ERR_NOMEM, "key");
	k->suite = s;
	k->published = file == NULL;
	k->ghash = ghash_open();
	int err = 0;
	if (file == NULL)
		memcpy(k->master, PUBLISHED, KEY_BYTES);
	else
		err = load(file, k->master, note);
	if (err == 0) {
		err = kdf(s, view_of(k->master, sizeof k->master), view_of(NULL, 0), "sanwang diode object 1",
			k->objects, sizeof k->objects);
		if (err == 0)
			err = derive(k, view_of(NULL, 0), "sanwang diode session 1", &k->sessions);
		if (err != 0)
			err_set(note, err, "key derivation");
	}
	if (err != 0) {
		frame_key_free(k);
		return err;
	}
	*out = k;
	return 0;
}

void frame_key_free(struct frame_key *k)
{
	if (k == NULL)
		return;
	frame_mac_free(k->sessions);
	ghash_close(k->ghash);
	buf_wipe(k->objects, sizeof k->objects);
	buf_wipe(k->master, sizeof k->master);
	free(k);
}

bool frame_key_published(const struct frame_key *k)
{
	return k->published;
}

uint8_t frame_key_suite(const struct frame_key *k)
{
	return strcmp(suite_name(k->suite), "gm") == 0 ? 1 : 2;
}

int frame_key_session_new(struct frame_key *k, int64_t now, struct frame_id *out)
{
	uint8_t tag[FRAME_TAG], time[8];
	struct frame_id id;
	wire_put64(time, (uint64_t)now);
	memcpy(id.b, time + 2, ID_TIME);
	random_bytes(id.b + ID_TIME, ID_RANDOM - ID_TIME);
	int err = frame_mac_make(k->sessions, id.b, view_of(NULL, 0), tag);
	if (err != 0)
		return err;
	memcpy(id.b + ID_RANDOM, tag, sizeof id.b - ID_RANDOM);
	*out = id;
	return 0;
}

int64_t frame_key_session_time(const struct frame_id *id)
{
	uint8_t time[8] = {0};
	memcpy(time + 2, id->b, ID_TIME);
	return (int64_t)wire_get64(time);
}

bool frame_key_session_ok(struct frame_key *k, const struct frame_id *id)
{
	uint8_t tag[FRAME_TAG];
	return frame_mac_make(k->sessions, id->b, view_of(NULL, 0), tag) == 0 &&
	       CRYPTO_memcmp(id->b + ID_RANDOM, tag, sizeof id->b - ID_RANDOM) == 0;
}

int frame_key_session_mac(const struct frame_key *k, const struct frame_id *id, struct frame_mac **out)
{
	return derive(k, view_of(id->b, sizeof id->b), "sanwang diode datagram 1", out);
}

void frame_key_object(const struct frame_key *k, struct view what, struct frame_object *out)
{
	struct digest d;
	mac_of(k->suite, view_of(k->objects, sizeof k->objects), what, &d);
	memcpy(out->b, d.b, sizeof out->b);
}

int frame_key_seal(
	struct frame_mac *m, const uint64_t *seq, uint8_t *const *datagram, const size_t *size, unsigned n)
{
	struct view v[FRAME_MAC_MANY];
	uint8_t tag[FRAME_MAC_MANY][FRAME_TAG];
	REQUIRE(n > 0 && n <= FRAME_MAC_MANY);
	for (unsigned i = 0; i < n; i++) {
		REQUIRE(size[i] > FRAME_TAG);
		v[i] = view_of(datagram[i], size[i] - FRAME_TAG);
	}
	int err = frame_mac_many(m, seq, v, n, tag);
	for (unsigned i = 0; err == 0 && i < n; i++)
		memcpy(datagram[i] + v[i].n, tag[i], FRAME_TAG);
	return err;
}

void frame_key_holds(
	struct frame_mac *m, const uint64_t *seq, const struct view *datagram, unsigned n, bool *holds)
{
	struct view v[FRAME_MAC_MANY];
	uint8_t tag[FRAME_MAC_MANY][FRAME_TAG];
	REQUIRE(n > 0 && n <= FRAME_MAC_MANY);
	for (unsigned i = 0; i < n; i++) {
		REQUIRE(datagram[i].n > FRAME_TAG);
		v[i] = view_of(datagram[i].p, datagram[i].n - FRAME_TAG);
	}
	bool made = frame_mac_many(m, seq, v, n, tag) == 0;
	for (unsigned i = 0; i < n; i++)
		holds[i] = made && CRYPTO_memcmp(tag[i], datagram[i].p + v[i].n, FRAME_TAG) == 0;
}
