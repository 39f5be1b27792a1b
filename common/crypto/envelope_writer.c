#include "common/crypto/envelope.h"
#include "common/crypto/envelope_form.h"
#include <stdlib.h>
#include <string.h>

struct envelope_writer {
	const struct suite *suite;
	struct secret key;
	envelope_sink *sink;
	void *cookie;
	uint64_t chunk;
	int err; /* the first failure stays */
	bool finished;
	size_t n;
	uint8_t plain[ENVELOPE_FORM_CHUNK];
	uint8_t sealed[ENVELOPE_FORM_SEALED];
};

static int emit_head(struct envelope_writer *w, const struct cert *to)
{
	uint8_t fixed[ENVELOPE_FORM_FIXED], len[2];
	struct buf encap, wrapped, out;
	buf_init(&encap, ENVELOPE_FORM_RECIPIENT_MAX);
	buf_init(&wrapped, SUITE_KEY_MAX);
	buf_init(&out, ENVELOPE_FORM_FIXED + ENVELOPE_FORM_RECIPIENT_MAX);
	int err = 0;
	envelope_form_head(w->suite, &w->key, fixed);
	if (to)
		err = wrap_seal(to, view_of(fixed, ENVELOPE_FORM_BOUND), &w->key, &encap, &wrapped);
	envelope_form_put32(fixed + ENVELOPE_FORM_BOUND, to ? (uint32_t)(2 + encap.n + wrapped.n) : 0);
	if (!err)
		err = buf_add(&out, fixed, sizeof fixed);
	if (!err && to) {
		len[0] = (uint8_t)(encap.n >> 8);
		len[1] = (uint8_t)encap.n;
		err = buf_add(&out, len, sizeof len);
		if (!err)
			err = buf_add_view(&out, buf_view(&encap));
		if (!err)
			err = buf_add_view(&out, buf_view(&wrapped));
	}
	if (!err)
		err = w->sink(w->cookie, buf_view(&out));
	buf_fini(&encap);
	buf_fini(&wrapped);
	buf_fini(&out);
	return err;
}

int envelope_writer_new(const struct suite *s, const struct cert *to, const struct secret *key,
	envelope_sink *sink, void *cookie, struct envelope_writer **out)
{
	REQUIRE((to || key) && (!key || key->n == suite_key_size(s)));
	if (to && cert_suite(to) != s)
		return ERR_SUITE;
	struct envelope_writer *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	w->suite = s;
	w->sink = sink;
	w->cookie = cookie;
	if (key)
		w->key = *key;
	else
		secret_random(s, &w->key);
	int err = emit_head(w, to);
	if (err)
		envelope_writer_free(w);
	else
		*out = w;
	return err;
}

static int emit_chunk(struct envelope_writer *w, struct view plain, bool last)
{
	uint8_t nonce[12];
	envelope_form_nonce(w->chunk++, last, nonce);
	int err = aead_seal(w->suite, &w->key, nonce, view_of("", 0), plain, w->sealed);
	return err ? err : w->sink(w->cookie, view_of(w->sealed, plain.n + AEAD_TAG));
}

int envelope_write(struct envelope_writer *w, struct view plain)
{
	REQUIRE(!w->finished);
	while (plain.n && !w->err) {
		/* A full chunk is written only when more follows, for the last one is marked. */
		if (w->n == ENVELOPE_FORM_CHUNK) {
			w->err = emit_chunk(w, view_of(w->plain, w->n), false);
			w->n = 0;
			continue;
		}
		if (w->n == 0 && plain.n > ENVELOPE_FORM_CHUNK) {
			w->err = emit_chunk(w, view_of(plain.p, ENVELOPE_FORM_CHUNK), false);
			plain = view_of(plain.p + ENVELOPE_FORM_CHUNK, plain.n - ENVELOPE_FORM_CHUNK);
			continue;
		}
		size_t room = ENVELOPE_FORM_CHUNK - w->n;
		size_t n = plain.n < room ? plain.n : room;
		memcpy(w->plain + w->n, plain.p, n);
		w->n += n;
		plain = view_of(plain.p + n, plain.n - n);
	}
	return w->err;
}

int envelope_finish(struct envelope_writer *w)
{
	REQUIRE(!w->finished);
	if (!w->err)
		w->err = emit_chunk(w, view_of(w->plain, w->n), true);
	w->finished = true;
	return w->err;
}

void envelope_writer_free(struct envelope_writer *w)
{
	if (!w)
		return;
	buf_wipe(w, sizeof *w);
	free(w);
}
