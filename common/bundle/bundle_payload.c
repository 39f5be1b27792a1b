/* Members 4 and 5 of a bundle: decrypted into a nameless file while they are digested; what is in it is
 * looked at only when the digest is the signed one (bundle_inside.c). */
#include "common/bundle/bundle_flow.h"
#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_reader.h"
#include "common/bundle/bundle_tmp.h"
#include <unistd.h>

#define CHUNK (256 << 10)
/* Up to this many bytes stay in memory and touch no disk: a bundle that was closed at 16 MiB of content has
 * headers too. */
#define MEMORY (17 << 20)
static const uint8_t IV0[16];

/* ---- the file's members keys.json and payload */

static int open_key_member(struct bundle_reader *r, bool unwrap, struct secret *key, struct err_note *note)
{
	struct buf b;
	buf_init(&b, BUNDLE_KEYS_MAX);
	int err = bundle_tar_read(&r->tar, "keys.json", BUNDLE_KEYS_MAX, &b, note);
	if (!err)
		err = bundle_keys_open(buf_view(&b), r->suite, unwrap ? r->policy.keys : NULL,
			unwrap ? r->policy.nkeys : 0, &r->identity, &r->manifest.key_commitment, key, note);
	buf_fini(&b);
	return err;
}

/* Where the ciphertext stands; the archive ends exactly behind it. */
static int find_payload(struct bundle_reader *r, int64_t *at, struct err_note *note)
{
	int64_t size = 0;
	int err = bundle_tar_next(&r->tar, "payload", r->policy.payload_max, at, &size, note);
	if (!err && size != r->manifest.payload_size)
		err = err_set(note, ERR_DIGEST, "payload: %lld bytes, the manifest says %lld",
			(long long)size, (long long)r->manifest.payload_size);
	if (!err)
		err = bundle_tar_end(&r->tar, note);
	return err;
}

/* ---- the ciphertext */

struct opening {
	struct hasher *h;
	struct ctr *c;
	int to;       /* a file, */
	uint8_t *mem; /* or memory */
};

static int step_digest(void *cookie, struct bundle_chunk *k)
{
	const struct opening *o = cookie;
	hasher_add(o->h, view_of(k->in, k->n));
	return 0;
}

static int step_decrypt(void *cookie, struct bundle_chunk *k)
{
	const struct opening *o = cookie;
	if (o->mem)
		return ctr_update(o->c, k->in, o->mem + k->offset, k->n);
	int err = ctr_update(o->c, k->in, k->out, k->n);
	k->nout = k->n;
	return err ? err : bundle_tmp_write(o->to, k->offset, k->out, k->n);
}

static int feed(struct bundle_flow *f, int fd, int64_t at, int64_t size)
{
	struct bundle_chunk *k = NULL;
	int err = 0;
	for (int64_t done = 0; done < size && !err; done += CHUNK) {
		err = bundle_flow_chunk(f, &k);
		if (err)
			break;
		k->n = size - done < CHUNK ? (size_t)(size - done) : CHUNK;
		err = bundle_tar_pread(fd, at + done, k->in, k->n);
		if (!err)
			err = bundle_flow_put(f);
	}
	return err ? err : bundle_flow_drain(f);
}

/* Digests the ciphertext; with c its plaintext goes to r->mem or r->tmp. The digest must be the signed one.
 */
static int stream(struct bundle_reader *r, int64_t at, struct ctr *c, struct err_note *note)
{
	struct opening o = {.c = c, .to = r->tmp, .mem = r->mem.p};
	size_t cap = r->manifest.payload_size < CHUNK ? (size_t)r->manifest.payload_size : CHUNK;
	const struct bundle_flow_plan plan = {.cap_in = cap,
		.cap_out = c && !r->mem.p ? cap : 0,
		.open_in = true,
		.steps = {{step_digest, -1}, {step_decrypt, -1}},
		.nsteps = c ? 2 : 1,
		.cookie = &o,
		.pool = r->policy.pool};
	struct bundle_flow *f = NULL;
	struct digest d;
	int err = hasher_new(r->suite, &o.h);
	if (!err)
		err = bundle_flow_new(&plan, &f);
	if (!err)
		err = feed(f, r->tar.fd, at, r->manifest.payload_size);
	bundle_flow_free(f);
	if (err) {
		err = err_set(note, err, "payload: %s", err_text(err));
	} else {
		hasher_get(o.h, &d);
		if (!digest_eq(&d, &r->manifest.payload_digest))
			err = err_set(note, ERR_DIGEST, "payload: not what was signed");
	}
	hasher_free(o.h);
	return err;
}

static int make_room(struct bundle_reader *r)
{
	if (r->manifest.payload_size > MEMORY)
		return bundle_tmp_open(r->policy.tmp_dir, &r->tmp);
	return bundle_memory_new(r->policy.pool, (size_t)r->manifest.payload_size, &r->mem);
}

int bundle_read_payload(struct bundle_reader *r, struct err_note *note)
{
	struct secret key = {.n = 0};
	struct ctr *c = NULL;
	int64_t at = 0;
	REQUIRE(r->tmp < 0 && !r->mem.p && !r->plain);
	if (!r->policy.keys || !r->policy.nkeys)
		return err_set(note, ERR_KEY, "no key was given to open the payload with");
	int err = open_key_member(r, true, &key, note);
	if (!err)
		err = find_payload(r, &at, note);
	if (!err)
		err = ctr_new(r->suite, &key, IV0, &c);
	if (!err)
		err = make_room(r);
	if (!err)
		err = stream(r, at, c, note);
	const struct bundle_frames_source frames = {
		r->mem.p, r->tmp, r->manifest.payload_size, r->manifest.payload_plain, r->policy.pool};
	if (!err)
		err = bundle_inside(r, &frames, note);
	ctr_free(c);
	secret_wipe(&key);
	return err;
}

int bundle_check_payload(struct bundle_reader *r, struct err_note *note)
{
	struct secret none = {.n = 0};
	int64_t at = 0;
	int err = open_key_member(r, false, &none, note);
	if (!err)
		err = find_payload(r, &at, note);
	return err ? err : stream(r, at, NULL, note);
}
