#include "common/crypto/envelope.h"
#include "common/crypto/envelope_form.h"
#include <stdlib.h>
#include <string.h>

struct envelope_reader {
	const struct open_key *open;
	struct secret key; /* n 0 until known */
	const struct suite *suite;
	envelope_sink *sink;
	void *cookie;
	enum { IN_FIXED, IN_RECIPIENT, IN_CHUNKS } stage;
	size_t want; /* bytes of this stage */
	uint64_t chunk;
	int err; /* the first failure stays */
	bool finished;
	uint8_t head[ENVELOPE_FORM_BOUND];
	size_t n;
	uint8_t in[ENVELOPE_FORM_SEALED];
	uint8_t plain[ENVELOPE_FORM_CHUNK];
};

int envelope_reader_new(const struct open_key *k, const struct secret *key, envelope_sink *sink, void *cookie,
	struct envelope_reader **out)
{
	REQUIRE(!k != !key);
	struct envelope_reader *r = calloc(1, sizeof *r);
	if (!r)
		return ERR_NOMEM;
	r->open = k;
	if (key)
		r->key = *key;
	r->sink = sink;
	r->cookie = cookie;
	r->want = ENVELOPE_FORM_FIXED;
	*out = r;
	return 0;
}

/* With the key given or unwrapped: is it the one the file was made with? */
static int begin_chunks(struct envelope_reader *r)
{
	if (!envelope_form_committed(r->suite, &r->key, r->head))
		return ERR_KEY;
	r->stage = IN_CHUNKS;
	r->want = ENVELOPE_FORM_SEALED;
	return 0;
}

static int read_fixed(struct envelope_reader *r)
{
	r->suite = envelope_form_suite(r->in);
	if (!r->suite)
		return ERR_FORMAT;
	memcpy(r->head, r->in, sizeof r->head);
	uint32_t len = envelope_form_get32(r->in + ENVELOPE_FORM_BOUND);
	if (len > ENVELOPE_FORM_RECIPIENT_MAX)
		return ERR_FORMAT;
	if (r->open ? open_key_suite(r->open) != r->suite : r->key.n != suite_key_size(r->suite))
		return ERR_KEY;
	if (len == 0)
		return r->open ? ERR_KEY : begin_chunks(r);
	r->stage = IN_RECIPIENT;
	r->want = len;
	return 0;
}

static int read_recipient(struct envelope_reader *r)
{
	size_t key_size = suite_key_size(r->suite);
	if (r->n < 2 + key_size)
		return ERR_FORMAT;
	size_t encap = (size_t)r->in[0] << 8 | r->in[1];
	if (2 + encap + key_size != r->n)
		return ERR_FORMAT;
	if (r->open) {
		int err = wrap_open(r->open, view_of(r->head, sizeof r->head), view_of(r->in + 2, encap),
			view_of(r->in + 2 + encap, key_size), &r->key);
		if (err)
			return err;
	}
	return begin_chunks(r);
}

static int open_chunk(struct envelope_reader *r, bool last)
{
	uint8_t nonce[12];
	envelope_form_nonce(r->chunk, last, nonce);
	return aead_open(r->suite, &r->key, nonce, view_of("", 0), view_of(r->in, r->n), r->plain);
}

static int read_chunk(struct envelope_reader *r, bool last)
{
	int err = open_chunk(r, last);
	/* The same chunk under the other mark tells what was done to the file. */
	if (err == ERR_DIGEST && open_chunk(r, !last) == 0) {
		buf_wipe(r->plain, sizeof r->plain);
		return last ? ERR_TRUNCATED : ERR_TRAILING;
	}
	if (err)
		return err;
	/* An empty last chunk is the form of the empty file alone. */
	if (r->n == AEAD_TAG && r->chunk > 0)
		return ERR_FORMAT;
	r->chunk++;
	return r->n > AEAD_TAG ? r->sink(r->cookie, view_of(r->plain, r->n - AEAD_TAG)) : 0;
}

static int read_stage(struct envelope_reader *r)
{
	int err = 0;
	switch (r->stage) {
	case IN_FIXED:
		err = read_fixed(r);
		break;
	case IN_RECIPIENT:
		err = read_recipient(r);
		break;
	case IN_CHUNKS:
		err = read_chunk(r, false);
		break;
	}
	r->n = 0;
	return err;
}

int envelope_read(struct envelope_reader *r, struct view ciphertext)
{
	REQUIRE(!r->finished);
	while (ciphertext.n && !r->err) {
		/* A full chunk is opened only when more follows, for the last one is marked. */
		if (r->stage == IN_CHUNKS && r->n == r->want) {
			r->err = read_stage(r);
			continue;
		}
		size_t n = r->want - r->n;
		if (n > ciphertext.n)
			n = ciphertext.n;
		memcpy(r->in + r->n, ciphertext.p, n);
		r->n += n;
		ciphertext = view_of(ciphertext.p + n, ciphertext.n - n);
		if (r->stage != IN_CHUNKS && r->n == r->want)
			r->err = read_stage(r);
	}
	return r->err;
}

int envelope_read_finish(struct envelope_reader *r)
{
	REQUIRE(!r->finished);
	r->finished = true;
	if (!r->err && (r->stage != IN_CHUNKS || r->n < AEAD_TAG))
		r->err = ERR_TRUNCATED;
	if (!r->err)
		r->err = read_chunk(r, true);
	return r->err;
}

void envelope_reader_free(struct envelope_reader *r)
{
	if (!r)
		return;
	buf_wipe(r, sizeof *r);
	free(r);
}
