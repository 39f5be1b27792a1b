#include "diode/frame/frame_key.h"
#include "common/crypto/openssl.h"
#include "common/os/file.h"
#include "diode/frame/wire.h"
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 32
#define ID_RANDOM 12

struct frame_key {
	const struct suite *suite;
	uint8_t master[KEY_BYTES];
	bool published;
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
		err = frame_mac_new(k->suite, &s, out);
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
	int err = 0;
	if (file == NULL)
		memcpy(k->master, PUBLISHED, KEY_BYTES);
	else
		err = load(file, k->master, note);
	if (err == 0) {
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

int frame_key_session_new(struct frame_key *k, struct frame_id *out)
{
	uint8_t tag[FRAME_TAG];
	struct frame_id id;
	random_bytes(id.b, ID_RANDOM);
	int err = frame_mac_make(k->sessions, id.b, view_of(NULL, 0), tag);
	if (err != 0)
		return err;
	memcpy(id.b + ID_RANDOM, tag, sizeof id.b - ID_RANDOM);
	*out = id;
	return 0;
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

static void nonce_of(uint64_t seq, uint8_t nonce[static 12])
{
	memset(nonce, 0, 4);
	wire_put64(nonce + 4, seq);
}

int frame_key_seal(struct frame_mac *m, uint64_t seq, uint8_t *datagram, size_t n)
{
	uint8_t nonce[12];
	REQUIRE(n > FRAME_TAG);
	nonce_of(seq, nonce);
	return frame_mac_make(m, nonce, view_of(datagram, n - FRAME_TAG), datagram + n - FRAME_TAG);
}

bool frame_key_holds(struct frame_mac *m, uint64_t seq, struct view datagram)
{
	uint8_t nonce[12], tag[FRAME_TAG];
	REQUIRE(datagram.n > FRAME_TAG);
	nonce_of(seq, nonce);
	return frame_mac_make(m, nonce, view_of(datagram.p, datagram.n - FRAME_TAG), tag) == 0 &&
	       CRYPTO_memcmp(tag, datagram.p + datagram.n - FRAME_TAG, FRAME_TAG) == 0;
}
