/* What an enemy on the way, a broken disc or a compromised station may present, each with its reason code.
 * Tree: both: every byte is changed in the plain one, one in five in the other */
#include "common/bundle/bundle_contents.h"
#include "common/bundle/bundle_frame.h"
#include "common/bundle/bundle_keys.h"
#include "common/bundle/bundle_tar.h"
#include "tests/unit/common/bundle/fixture.h"
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include <cmocka.h>

#define BLOCK BUNDLE_TAR_BLOCK
static const char *const NAMES[5] = {"manifest.json", "manifest.sig", "signer.pem", "keys.json", "payload"};

static void honest(const struct fixture *f, struct buf *out)
{
	static const size_t sizes[1] = {10};
	struct fixture_message *m = fixture_message_new(f->suite, "application.submitted", sizes, 1);
	buf_init(out, 1 << 20);
	fixture_bundle(f, &m, 1, out);
	fixture_message_free(m);
}

static void expect(const struct bundle_policy *p, struct view v, int want, const char *what)
{
	struct err_note note = {.text = ""};
	int err = fixture_read(p, v, NULL, &note);
	if (err != want || (want && !note.text[0]))
		fail_msg("%s: %s (%s), expected %s", what, err_name(err), note.text, err_name(want));
}

/* ---- damage */

/* Every byte and length; one in five where the sanitizers make each try slow (the other tree tries the rest).
 */
#ifdef __SANITIZE_ADDRESS__
#define STRIDE 5
#else
#define STRIDE 1
#endif

/* Offsets of the five members and of the end. */
static void find_members(const struct buf *b, size_t at[static 6])
{
	int fd = fixture_fd(buf_view(b));
	struct bundle_tar t = {.fd = fd, .end = (int64_t)b->n};
	for (size_t i = 0; i < 5; i++) {
		int64_t content, size;
		at[i] = (size_t)t.offset;
		assert_int_equal(bundle_tar_next(&t, NAMES[i], INT64_MAX, &content, &size, NULL), 0);
	}
	at[5] = (size_t)t.offset;
	(void)close(fd);
}

/* Every bit of what no signature covers; elsewhere one bit of every byte. */
static void test_every_byte(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf b;
	size_t at[6];
	honest(f, &b);
	find_members(&b, at);
	expect(&p, buf_view(&b), 0, "untouched");
	for (size_t i = 0; i < b.n; i += STRIDE)
		for (unsigned mask = 1; mask < 256; mask <<= 1) {
			struct err_note note = {.text = ""};
			if ((i < at[1] || i >= at[4]) && mask != 1U << i % 8)
				continue;
			b.p[i] ^= (uint8_t)mask;
			int err = fixture_read(&p, buf_view(&b), NULL, &note);
			b.p[i] ^= (uint8_t)mask;
			if (!err || err_fault(err) != ERR_FAULT_PEER || !note.text[0])
				fail_msg("byte %zu of %zu ^ %#x: %s (%s)", i, b.n, mask, err_name(err),
					note.text);
		}
	buf_fini(&b);
	fixture_free(f);
}

static void test_every_length(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf b;
	honest(f, &b);
	for (size_t n = 0; n < b.n; n += STRIDE)
		expect(&p, view_of(b.p, n), ERR_TRUNCATED, "cut");
	assert_int_equal(buf_add(&b, "", 1), 0);
	expect(&p, buf_view(&b), ERR_TRAILING, "one byte more");
	/* The size said is larger than what can be read: a file that shrinks while it is read. */
	struct bundle_reader *r = NULL;
	int fd = fixture_fd(view_of(b.p, 700));
	assert_int_equal(bundle_open(fd, 100000, &p, &r, NULL), ERR_TRUNCATED);
	(void)close(fd);
	buf_fini(&b);
	fixture_free(f);
}

/* ---- members moved about */

/* The file with the members in this order ('a' to 'e' of b, 'A' to 'E' of other), and an end. */
static void arrange(const struct buf *b, const struct buf *other, const char *order, struct buf *out)
{
	size_t at[2][6];
	find_members(b, at[0]);
	find_members(other, at[1]);
	buf_reset(out);
	for (; *order; order++) {
		int o = *order < 'a';
		size_t k = (size_t)(*order - (o ? 'A' : 'a'));
		const struct buf *from = o ? other : b;
		assert_int_equal(buf_add(out, from->p + at[o][k], at[o][k + 1] - at[o][k]), 0);
	}
	fixture_end(out);
}

static void test_members(void **state)
{
	static const struct {
		const char *order;
		int err;
	} cases[] = {{"abcde", 0}, {"ABCDE", 0}, {"", ERR_FORMAT}, {"bacde", ERR_MEMBER},
		{"abced", ERR_MEMBER}, {"acbde", ERR_MEMBER}, {"aabcde", ERR_MEMBER}, {"abcdee", ERR_MEMBER},
		{"abcdeA", ERR_MEMBER}, {"bcde", ERR_MEMBER}, {"acde", ERR_MEMBER}, {"abde", ERR_MEMBER},
		{"abce", ERR_MEMBER}, {"abcd", ERR_TRUNCATED},
		{"abcde"
		 "abcde",
			ERR_MEMBER},
		/* mix and match of two good bundles */
		{"Abcde", ERR_SIGNATURE}, {"aBcde", ERR_SIGNATURE}, {"abcDe", ERR_KEY}, {"abcdE", ERR_DIGEST},
		{"ABcde", ERR_KEY}, {"abCde", 0}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a, b, c;
	honest(f, &a);
	honest(f, &b);
	buf_init(&c, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		arrange(&a, &b, cases[i].order, &c);
		expect(&p, buf_view(&c), cases[i].err, cases[i].order);
	}
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&c);
	fixture_free(f);
}

static void test_no_bundle(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("gm", "gm");
	struct bundle_policy p = fixture_policy(f);
	uint8_t junk[4096];
	memset(junk, 'x', sizeof junk);
	expect(&p, view_of(junk, sizeof junk), ERR_FORMAT, "junk");
	memset(junk, 0, sizeof junk);
	expect(&p, view_of(junk, sizeof junk), ERR_FORMAT, "zeros");
	expect(&p, view_str("%PDF-1.7\n"), ERR_TRUNCATED, "a short file");
	expect(&p, view_of("", 0), ERR_TRUNCATED, "an empty file");
	fixture_free(f);
}

/* ---- who, where to, whose key */

static void test_route(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct fixture *stranger = fixture_new(*state, *state);
	struct fixture *foreign = fixture_new(strcmp(*state, "gm") ? "gm" : "intl", "gm");
	struct bundle_policy p = fixture_policy(f), q;
	struct buf b;
	honest(f, &b);
	q = p;
	q.link = "diode";
	expect(&q, buf_view(&b), ERR_LINK, "another link");
	q = p;
	q.from = "gap-inner";
	expect(&q, buf_view(&b), ERR_LINK, "another sender");
	q = p;
	q.to = "extranet";
	expect(&q, buf_view(&b), ERR_LINK, "another receiver");
	q = p;
	q.from = "gap-outer";
	q.to = "internet";
	expect(&q, buf_view(&b), ERR_LINK, "the other direction");
	q = p;
	q.link = q.from = q.to = NULL;
	expect(&q, buf_view(&b), 0, "a tool that takes any");
	q = p;
	q.trust = stranger->internet.trust;
	expect(&q, buf_view(&b), ERR_CERT, "same names, another authority");
	q.trust = f->extranet.trust;
	expect(&q, buf_view(&b), ERR_CERT, "another zone's authority");
	q.trust = foreign->internet.trust;
	expect(&q, buf_view(&b), ERR_SUITE, "the other suite");
	q = p;
	q.payload_max = 1000;
	expect(&q, buf_view(&b), ERR_LIMIT, "larger than taken");
	q = p;
	q.keys = (const struct open_key *const *)&stranger->extranet.open;
	expect(&q, buf_view(&b), ERR_KEY, "not wrapped for us");
	q.keys = NULL;
	q.nkeys = 0;
	expect(&q, buf_view(&b), ERR_KEY, "no key");
	buf_fini(&b);
	fixture_free(foreign);
	fixture_free(stranger);
	fixture_free(f);
}

/* Certificates of the right authority that are not the sending station's. */
static void test_certificates(void **state)
{
	static const struct {
		enum cert_use use;
		const char *station, *links[3];
		int err;
	} cases[] = {{CERT_SIGN, "internet", {"gap", NULL}, 0},
		{CERT_SIGN, "internet", {"diode", "gap", NULL}, 0},
		{CERT_SIGN, "internet", {"diode", NULL}, ERR_CERT},
		{CERT_SIGN, "internet", {"gap2", "ga", NULL}, ERR_CERT},
		{CERT_SIGN, "internet", {NULL}, ERR_CERT}, {CERT_SIGN, "extranet", {"gap", NULL}, ERR_CERT},
		{CERT_SIGN, "INTERNET", {"gap", NULL}, ERR_CERT}, {CERT_PERSON, "internet", {NULL}, ERR_CERT},
		{CERT_SEAL, "internet", {NULL}, ERR_CERT}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct fixture forger = *f;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char name[2][32], path[4][128];
		struct buf plain, b;
		struct err_note note = {.text = ""};
		(void)snprintf(name[0], 32, "forger-%zu.key", i);
		(void)snprintf(name[1], 32, "forger-%zu.pem", i);
		(void)fixture_path(f, "internet-ca.key", path[0]);
		(void)fixture_path(f, "internet-ca.pem", path[1]);
		(void)fixture_path(f, name[0], path[2]);
		(void)fixture_path(f, name[1], path[3]);
		int err = cases[i].links[0] ? key_issue_signer(path[0], path[1], cases[i].station,
						      cases[i].links, 10, path[2], path[3], &note)
					    : key_issue(path[0], path[1], cases[i].use, cases[i].station, 10,
						      NULL, path[2], path[3], &note);
		assert_int_equal(err, 0);
		assert_int_equal(sign_key_load(path[2], path[3], NULL, &forger.internet.sign, &note), 0);
		buf_init(&plain, 1 << 16);
		buf_init(&b, 1 << 20);
		fixture_member(&plain, "contents.json", view_str("{\"messages\":[],\"origin\":false}"));
		fixture_end(&plain);
		fixture_forge(&forger, &(struct fixture_forgery){.plain = buf_view(&plain)}, &b);
		expect(&p, buf_view(&b), cases[i].err, cases[i].station);
		sign_key_free(forger.internet.sign);
		buf_fini(&plain);
		buf_fini(&b);
	}
	fixture_free(f);
}

/* signer.pem is under no signature: only its one form is taken. */
static void test_certificate_text(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a, b, pem;
	size_t at[6];
	honest(f, &a);
	buf_init(&b, 1 << 20);
	buf_init(&pem, 1 << 14);
	find_members(&a, at);
	size_t n = strlen((const char *)a.p + at[2] + BLOCK);
	for (int trick = 0; trick < 4; trick++) {
		struct view text = view_of(a.p + at[2] + BLOCK, n);
		buf_reset(&pem);
		if (trick == 0) /* text in front, which openssl skips */
			assert_int_equal(buf_add_str(&pem, "subject=CN = internet\n"), 0);
		assert_int_equal(buf_add_view(&pem, text), 0);
		if (trick == 1)
			assert_int_equal(buf_add_str(&pem, "\n"), 0);
		if (trick == 2)
			assert_int_equal(buf_add_view(&pem, text), 0);
		if (trick == 3)
			pem.p[10] = '_';
		buf_reset(&b);
		assert_int_equal(buf_add(&b, a.p, at[2]), 0);
		fixture_member(&b, "signer.pem", buf_view(&pem));
		assert_int_equal(buf_add(&b, a.p + at[3], a.n - at[3]), 0);
		expect(&p, buf_view(&b), ERR_CERT, "certificate text");
	}
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&pem);
	fixture_free(f);
}

/* ---- keys.json */

static const char GOOD_CONTENTS[] = "{\"messages\":[],\"origin\":false}";

/* Key wrapped again for a new recipient: the same bundle. Wrapped for another identity, or another key:
 * refused. */
static void test_rewrap(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a, keys, b;
	size_t at[6];
	struct digest id, before;
	honest(f, &a);
	find_members(&a, at);
	buf_init(&keys, 16384);
	buf_init(&b, 1 << 20);
	struct bundle_reader *r = NULL;
	assert_int_equal(fixture_read(&p, buf_view(&a), &r, NULL), 0);
	before = *bundle_identity(r);
	struct digest commitment = bundle_manifest(r)->key_commitment;
	bundle_reader_free(r);
	size_t n = strlen((const char *)a.p + at[3] + BLOCK);
	struct secret key = {.n = 0};
	assert_int_equal(bundle_keys_open(view_of(a.p + at[3] + BLOCK, n), f->suite, p.keys, 1, &before,
				 &commitment, &key, NULL),
		0);
	for (int trick = 0; trick < 3; trick++) {
		const struct cert *to[] = {f->extranet.encrypt, f->gap.encrypt};
		struct secret k = key;
		id = before;
		if (trick == 1)
			id.b[5] ^= 1;
		if (trick == 2)
			k.b[3] ^= 1;
		buf_reset(&keys);
		buf_reset(&b);
		assert_int_equal(bundle_keys_seal(f->suite, to, 2, &id, &k, &keys), 0);
		assert_int_equal(buf_add(&b, a.p, at[3]), 0);
		fixture_member(&b, "keys.json", buf_view(&keys));
		assert_int_equal(buf_add(&b, a.p + at[4], a.n - at[4]), 0);
		struct bundle_policy q = p;
		q.keys = (const struct open_key *const *)&f->gap.open;
		expect(&p, buf_view(&b), trick ? ERR_KEY : 0, "first recipient");
		expect(&q, buf_view(&b), trick ? ERR_KEY : 0, "second recipient");
	}
	secret_wipe(&key);
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&keys);
	fixture_free(f);
}

static void test_keys_form(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {{"{\"recipients\":[]}", ERR_SCHEMA}, {"{}", ERR_SCHEMA}, {"[]", ERR_SCHEMA},
		{"", ERR_SYNTAX},
		{"{\"recipients\":[{\"encap\":\"AAAA\",\"key\":\"0123456789abcdef\"}]}", ERR_SCHEMA},
		{"{\"recipients\":[{\"encap\":\"AAAA\",\"key\":\"0123456789abcdef\",\"wrapped\":\"AAAA\"}]}",
			ERR_SCHEMA},
		{"{\"recipients\":[{\"encap\":\"AA=A\",\"key\":\"0123456789abcdef\",\"wrapped\":\"AAAA\"}]}",
			ERR_SCHEMA},
		{"{\"recipients\":[{\"encap\":\"AAAA\",\"key\":\"0123456789ABCDEF\",\"wrapped\":\"AAAA\"}]}",
			ERR_SCHEMA},
		{"{\"recipients\":[{\"encap\":\"AAAA\",\"extra\":1,\"key\":\"0123456789abcdef\",\"wrapped\":"
		 "\"AAAA\"}]}",
			ERR_SCHEMA},
		{"{\"recipients\" :[]}", ERR_SCHEMA}, {"{\"recipients\":[1]}", ERR_SCHEMA}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a, b;
	size_t at[6];
	honest(f, &a);
	find_members(&a, at);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_reset(&b);
		assert_int_equal(buf_add(&b, a.p, at[3]), 0);
		fixture_member(&b, "keys.json", view_str(cases[i].text));
		assert_int_equal(buf_add(&b, a.p + at[4], a.n - at[4]), 0);
		expect(&p, buf_view(&b), cases[i].err, cases[i].text);
	}
	buf_fini(&a);
	buf_fini(&b);
	fixture_free(f);
}

/* An encapsulated key has one text: X25519 ignores the top bit of a public key, SM2 what stands behind its
 * DER. */
static void test_encap_text(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a, b, encap, text, keys;
	size_t at[6];
	honest(f, &a);
	find_members(&a, at);
	buf_init(&b, 1 << 20);
	buf_init(&encap, 1024);
	buf_init(&text, 1024);
	buf_init(&keys, 16384);
	json_t *o = json_loads((const char *)a.p + at[3] + BLOCK, 0, NULL);
	json_t *entry = json_array_get(json_object_get(o, "recipients"), 0);
	assert_non_null(entry);
	assert_int_equal(b64_parse(view_str(json_str(entry, "encap")), &encap), 0);
	if (encap.n == 32)
		encap.p[31] ^= 0x80;
	else
		assert_int_equal(buf_add(&encap, "", 1), 0);
	assert_int_equal(b64_add(&text, buf_view(&encap)), 0);
	assert_int_equal(json_object_set_new(entry, "encap", json_string((const char *)text.p)), 0);
	assert_int_equal(json_canon(o, &keys), 0);
	assert_int_equal(buf_add(&b, a.p, at[3]), 0);
	fixture_member(&b, "keys.json", buf_view(&keys));
	assert_int_equal(buf_add(&b, a.p + at[4], a.n - at[4]), 0);
	expect(&p, buf_view(&b), ERR_KEY, "another text of the same key");
	json_decref(o);
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&encap);
	buf_fini(&text);
	buf_fini(&keys);
	fixture_free(f);
}

/* Who holds no key still sees that the payload is what was signed. */
static void test_check_payload(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf a;
	size_t at[6];
	honest(f, &a);
	find_members(&a, at);
	p.keys = NULL;
	p.nkeys = 0;
	for (int trick = 0; trick < 3; trick++) {
		struct bundle_reader *r = NULL;
		size_t i = trick == 1 ? at[4] + BUNDLE_TAR_HEADER_MAX : at[5];
		if (trick)
			a.p[i] ^= 1;
		int fd = fixture_fd(buf_view(&a));
		if (trick)
			a.p[i] ^= 1;
		assert_int_equal(bundle_open(fd, (int64_t)a.n, &p, &r, NULL), 0);
		static const int want[3] = {0, ERR_DIGEST, ERR_MEMBER};
		assert_int_equal(bundle_check_payload(r, NULL), want[trick]);
		assert_int_equal(bundle_count(r), 0);
		bundle_reader_free(r);
		(void)close(fd);
	}
	buf_fini(&a);
	fixture_free(f);
}

/* ---- a station that signs nonsense */

static void plain_of(struct buf *plain, const char *contents)
{
	buf_init(plain, 1 << 20);
	fixture_member(plain, "contents.json", view_str(contents));
	fixture_end(plain);
}

static void test_signed_manifests(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {{"{\"format\":2,\"news\":true}", ERR_FORMAT}, {"{\"format\":0}", ERR_FORMAT},
		{"{}", ERR_SCHEMA}, {"", ERR_SYNTAX}, {"\xff", ERR_SYNTAX},
		{"[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", ERR_LIMIT}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf plain, b;
	plain_of(&plain, GOOD_CONTENTS);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_reset(&b);
		fixture_forge(f,
			&(struct fixture_forgery){
				.plain = buf_view(&plain), .manifest = view_str(cases[i].text)},
			&b);
		expect(&p, buf_view(&b), cases[i].err, cases[i].text);
	}
	buf_fini(&plain);
	buf_fini(&b);
	fixture_free(f);
}

static void other_key(struct manifest *m)
{
	strcpy(m->key, "0000000000000000");
}
static void other_suite(struct manifest *m)
{
	strcpy(m->suite, strcmp(m->suite, "gm") ? "gm" : "intl");
}
static void longer(struct manifest *m)
{
	m->payload_size++;
}
static void other_commitment(struct manifest *m)
{
	m->key_commitment.b[0] ^= 1;
}
static void other_digest(struct manifest *m)
{
	m->payload_digest.b[0] ^= 1;
}
static void one_message(struct manifest *m)
{
	strcpy(m->counts[0].type, "application.submitted");
	m->counts[0].n = m->ncounts = 1;
	m->root = m->prev;
}
static void endless(struct manifest *m)
{
	m->payload_size = INT64_C(9007199254740991);
}
static void most(struct manifest *m)
{
	m->payload_plain = m->payload_size * 100;
}
static void one_more(struct manifest *m)
{
	m->payload_plain++;
}
static void years_ago(struct manifest *m)
{
	strcpy(m->created, "2001-01-01T00:00:00.000Z");
}

static void test_signed_lies(void **state)
{
	static const struct {
		void (*tweak)(struct manifest *m);
		int err;
		const char *what;
	} cases[] = {{NULL, 0, "honest"}, {other_key, ERR_CERT, "names another key"},
		{other_suite, ERR_SUITE, "names the other suite"}, {longer, ERR_DIGEST, "other size"},
		{other_commitment, ERR_KEY, "other key"}, {other_digest, ERR_DIGEST, "other digest"},
		{one_message, ERR_MEMBER, "counts what is not there"},
		{most, ERR_MEMBER, "unpacks to a hundred times its size"},
		{one_more, ERR_MEMBER, "unpacks to one byte more"}, {endless, ERR_TRUNCATED, "endless data"},
		{years_ago, ERR_CERT, "signed before the certificate began"}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf plain, b;
	plain_of(&plain, GOOD_CONTENTS);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_reset(&b);
		fixture_forge(
			f, &(struct fixture_forgery){.plain = buf_view(&plain), .tweak = cases[i].tweak}, &b);
		expect(&p, buf_view(&b), cases[i].err, cases[i].what);
	}
	buf_fini(&plain);
	buf_fini(&b);
	fixture_free(f);
}

static void test_signed_contents(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {{GOOD_CONTENTS, 0}, {"", ERR_SYNTAX}, {"[]", ERR_SCHEMA},
		{"{\"messages\":[]}", ERR_SCHEMA}, {"{\"messages\":[],\"origin\":0}", ERR_SCHEMA},
		{"{\"messages\":[],\"origin\":false }", ERR_SYNTAX},
		{"{\"messages\":[],\"more\":1,\"origin\":false}", ERR_SCHEMA},
		{"{\"messages\":{},\"origin\":false}", ERR_SCHEMA},
		{"{\"messages\":[1],\"origin\":false}", ERR_SCHEMA},
		{"{\"messages\":[{}],\"origin\":false}", ERR_SCHEMA},
		{"{\"messages\":[],\"origin\":true}", ERR_LINK}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf plain, b;
		plain_of(&plain, cases[i].text);
		buf_init(&b, 1 << 20);
		fixture_forge(f, &(struct fixture_forgery){.plain = buf_view(&plain)}, &b);
		expect(&p, buf_view(&b), cases[i].err, cases[i].text);
		buf_fini(&plain);
		buf_fini(&b);
	}
	fixture_free(f);
}

/* A payload around one message with one attachment of 10 bytes, and one thing in it wrong. */
enum inner_trick {
	INNER_HONEST,
	INNER_MESSAGE_BYTES,
	INNER_MESSAGE_FORM,
	INNER_MESSAGE_ID,
	INNER_MESSAGE_SIZE,
	INNER_SALT,
	INNER_ATTACHMENT_BYTES,
	INNER_ATTACHMENT_DIGEST,
	INNER_ATTACHMENT_SIZE,
	INNER_ATTACHMENT_MISSING,
	INNER_ATTACHMENT_MORE,
	INNER_ATTACHMENT_UNLISTED,
	INNER_TYPE,
	INNER_ORDER,
	INNER_TWICE,
	INNER_EXTRA,
	INNER_TRAILING,
	INNER_TRUNCATED,
	INNER_EMPTY,
	INNER_PATH_UP
};

struct inner {
	struct fixture_message *m;
	struct bundle_contents c;
	struct buf plain, contents;
	struct digest root;
};

static void inner_entry(const struct fixture *f, struct inner *in, enum inner_trick trick)
{
	struct bundle_entry *e = NULL;
	size_t n = trick == INNER_ATTACHMENT_MISSING ? 0 : trick == INNER_ATTACHMENT_MORE ? 2 : 1;
	assert_int_equal(bundle_contents_grow(&in->c, n, &e), 0);
	strcpy(e->id, trick == INNER_MESSAGE_ID ? uuid_new().s : in->m->id.s);
	strcpy(e->type, trick == INNER_TYPE ? "application.withdrawn" : "application.submitted");
	memset(e->salt, 7, sizeof e->salt);
	e->message.size = (int64_t)in->m->bytes.n + (trick == INNER_MESSAGE_SIZE);
	digest_of(f->suite, buf_view(&in->m->bytes), &e->message.digest);
	if (trick == INNER_MESSAGE_BYTES)
		in->m->bytes.p[in->m->bytes.n / 2] ^= 1;
	for (size_t i = 0; i < n; i++) {
		struct view v = i ? view_str("more") : buf_view(&in->m->content[0]);
		e->attachments[i].size = (int64_t)v.n;
		digest_of(f->suite, v, &e->attachments[i].digest);
	}
	if (trick == INNER_ATTACHMENT_DIGEST)
		e->attachments[0].digest.b[0] ^= 1;
	if (trick == INNER_ATTACHMENT_SIZE)
		e->attachments[0].size++;
	struct bundle_tree *t = bundle_contents_tree(&in->c, f->suite);
	assert_non_null(t);
	bundle_tree_root(t, &in->root);
	bundle_tree_free(t);
	if (trick == INNER_SALT)
		e->salt[0] ^= 1;
	if (trick == INNER_TWICE)
		for (int i = 0; i < 1; i++) {
			struct bundle_entry *again = NULL;
			assert_int_equal(bundle_contents_grow(&in->c, 0, &again), 0);
			*again = in->c.entries[0];
			again->attachments = NULL;
			again->nattachments = 0;
		}
}

static void inner_new(const struct fixture *f, struct inner *in, enum inner_trick trick)
{
	static const size_t sizes[1] = {10};
	memset(in, 0, sizeof *in);
	buf_init(&in->plain, 1 << 20);
	buf_init(&in->contents, 1 << 20);
	in->m = fixture_message_new(f->suite, "application.submitted", sizes, 1);
	if (trick == INNER_MESSAGE_FORM)
		assert_int_equal(buf_add(&in->m->bytes, "\n", 1), 0);
	inner_entry(f, in, trick);
	if (trick == INNER_ATTACHMENT_BYTES)
		in->m->content[0].p[3] ^= 1;
	assert_int_equal(bundle_contents_encode(&in->c, &in->contents), 0);
	struct buf *p = &in->plain;
	struct view m = buf_view(&in->m->bytes), a = buf_view(&in->m->content[0]);
	if (trick == INNER_ORDER)
		fixture_member(p, "a/0/0", a);
	fixture_member(p, trick == INNER_PATH_UP ? "m/../../etc/passwd" : "m/0.json", m);
	if (trick != INNER_ORDER && trick != INNER_ATTACHMENT_UNLISTED)
		fixture_member(p, "a/0/0", a);
	if (trick == INNER_ATTACHMENT_MORE)
		fixture_member(p, "a/0/1", view_str("more"));
	if (trick == INNER_TWICE) {
		fixture_member(p, "m/1.json", m);
		fixture_member(p, "a/1/0", a);
	}
	fixture_member(p, "contents.json", buf_view(&in->contents));
	if (trick == INNER_EXTRA)
		fixture_member(p, "o/manifest.json", view_str("more"));
	fixture_end(p);
	if (trick == INNER_TRAILING)
		assert_int_equal(buf_add(p, "", 1), 0);
	if (trick == INNER_TRUNCATED)
		p->n -= BLOCK;
	if (trick == INNER_EMPTY)
		p->n = 1;
}

static void inner_free(struct inner *in)
{
	bundle_contents_fini(&in->c);
	fixture_message_free(in->m);
	buf_fini(&in->plain);
	buf_fini(&in->contents);
}

static void test_signed_payloads(void **state)
{
	static const struct {
		enum inner_trick trick;
		int err;
		const char *what;
	} cases[] = {{INNER_HONEST, 0, "honest"}, {INNER_MESSAGE_BYTES, ERR_DIGEST, "message changed"},
		{INNER_MESSAGE_FORM, 0, "message not canonical"}, {INNER_MESSAGE_ID, ERR_SCHEMA, "other id"},
		{INNER_MESSAGE_SIZE, ERR_DIGEST, "other size"}, {INNER_SALT, ERR_DIGEST, "other salt"},
		{INNER_ATTACHMENT_BYTES, ERR_DIGEST, "attachment changed"},
		{INNER_ATTACHMENT_DIGEST, ERR_DIGEST, "other digest"},
		{INNER_ATTACHMENT_SIZE, ERR_SCHEMA, "other attachment size"},
		{INNER_ATTACHMENT_MISSING, ERR_SCHEMA, "attachment kept back"},
		{INNER_ATTACHMENT_MORE, ERR_MEMBER, "attachment the message does not know"},
		{INNER_ATTACHMENT_UNLISTED, ERR_MEMBER, "attachment left out"},
		{INNER_TYPE, ERR_SCHEMA, "other type"}, {INNER_ORDER, ERR_MEMBER, "order"},
		{INNER_TWICE, ERR_SCHEMA, "id twice"}, {INNER_EXTRA, ERR_MEMBER, "extra member"},
		{INNER_TRAILING, ERR_TRAILING, "data behind the end"},
		{INNER_TRUNCATED, ERR_TRUNCATED, "cut before encryption"},
		{INNER_EMPTY, ERR_TRUNCATED, "one byte"}, {INNER_PATH_UP, ERR_MEMBER, "parent folder"}};
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct inner in;
		struct buf b;
		struct err_note note = {.text = ""};
		inner_new(f, &in, cases[i].trick);
		buf_init(&b, 1 << 20);
		fixture_forge(f,
			&(struct fixture_forgery){.plain = buf_view(&in.plain),
				.root = in.root,
				.type = "application.submitted",
				.n = cases[i].trick == INNER_TWICE ? 2 : 1},
			&b);
		if (cases[i].trick == INNER_MESSAGE_FORM)
			assert_true(fixture_read(&p, buf_view(&b), NULL, &note) < 0 && note.text[0]);
		else
			expect(&p, buf_view(&b), cases[i].err, cases[i].what);
		buf_fini(&b);
		inner_free(&in);
	}
	fixture_free(f);
}

/* ---- frames a station signed that are not ours */

struct frames {
	const char *what;
	int err;
	void (*make)(struct view plain, struct buf *out);
};

static void zstd_frame(struct view v, bool sized, bool checksum, int window, struct buf *out)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t cap = ZSTD_compressBound(v.n), n;
	uint8_t *p = malloc(cap);
	assert_true(c && p);
	(void)ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, sized);
	(void)ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, checksum);
	if (window)
		(void)ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window);
	n = ZSTD_compress2(c, p, cap, v.p, v.n);
	assert_false(ZSTD_isError(n));
	assert_int_equal(buf_add(out, p, n), 0);
	free(p);
	(void)ZSTD_freeCCtx(c);
}

static void frames_honest(struct view v, struct buf *out)
{
	fixture_frames(v, out);
}
static void frames_by_zstd(struct view v, struct buf *out)
{
	zstd_frame(v, true, false, 0, out);
}
static void frames_unsized(struct view v, struct buf *out)
{
	zstd_frame(v, false, false, 0, out);
}
static void frames_checksum(struct view v, struct buf *out)
{
	zstd_frame(v, true, true, 0, out);
}
static void frames_window(struct view v, struct buf *out)
{
	zstd_frame(v, true, false, 10, out);
}
static void frames_two(struct view v, struct buf *out)
{
	zstd_frame(view_of(v.p, v.n / 2), true, false, 0, out);
	zstd_frame(view_of(v.p + v.n / 2, v.n - v.n / 2), true, false, 0, out);
}
static void frames_skipped(struct view v, struct buf *out)
{
	assert_int_equal(buf_add(out, "\x50\x2a\x4d\x18\x01\0\0\0x", 9), 0);
	fixture_frames(v, out);
}
static void frames_skipped_behind(struct view v, struct buf *out)
{
	fixture_frames(v, out);
	assert_int_equal(buf_add(out, "\x50\x2a\x4d\x18\x01\0\0\0x", 9), 0);
}
static void frames_behind(struct view v, struct buf *out)
{
	fixture_frames(v, out);
	assert_int_equal(buf_add(out, "", 1), 0);
}
static void frames_cut(struct view v, struct buf *out)
{
	fixture_frames(v, out);
	out->n--;
}
static void frames_none(struct view v, struct buf *out)
{
	assert_int_equal(buf_add_view(out, v), 0);
}
static void frames_bent(struct view v, struct buf *out)
{
	fixture_frames(v, out);
	for (size_t i = 12; i < 30; i++)
		out->p[i] ^= 0x55;
}

static const struct frames FRAMES[] = {{"our own", 0, frames_honest}, {"zstd's own", 0, frames_by_zstd},
	{"without its size", ERR_MEMBER, frames_unsized}, {"with a checksum", ERR_MEMBER, frames_checksum},
	{"with a window", ERR_MEMBER, frames_window}, {"two for one chunk", ERR_MEMBER, frames_two},
	{"one that is skipped", ERR_MEMBER, frames_skipped},
	{"one that is skipped, behind", ERR_TRAILING, frames_skipped_behind},
	{"a byte behind", ERR_TRAILING, frames_behind}, {"a byte too few", ERR_TRUNCATED, frames_cut},
	{"none", ERR_MEMBER, frames_none}, {"damaged", ERR_MEMBER, frames_bent}};

static void test_signed_frames(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct inner in;
	inner_new(f, &in, INNER_HONEST);
	for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++) {
		struct buf b, frames;
		buf_init(&b, 1 << 20);
		buf_init(&frames, 1 << 20);
		FRAMES[i].make(buf_view(&in.plain), &frames);
		fixture_forge(f,
			&(struct fixture_forgery){.plain = buf_view(&in.plain),
				.frames = buf_view(&frames),
				.root = in.root,
				.type = "application.submitted",
				.n = 1},
			&b);
		expect(&p, buf_view(&b), FRAMES[i].err, FRAMES[i].what);
		buf_fini(&b);
		buf_fini(&frames);
	}
	inner_free(&in);
	fixture_free(f);
}

/* A quarter of a megabyte of zeros in forty bytes: zstd makes it, no writer of ours does, and no reader takes
 * it. */
static void test_signed_bomb(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct buf zeros, frames, b;
	buf_init(&zeros, 2 * BUNDLE_CHUNK);
	buf_init(&frames, 4 * BUNDLE_CHUNK);
	buf_init(&b, 4 * BUNDLE_CHUNK);
	assert_int_equal(buf_reserve(&zeros, 2 * BUNDLE_CHUNK), 0);
	memset(zeros.p, 0, 2 * BUNDLE_CHUNK);
	zeros.n = 2 * BUNDLE_CHUNK;
	struct view half = view_of(zeros.p, BUNDLE_CHUNK);
	zstd_frame(half, true, false, 0, &frames);
	assert_true(frames.n < 100);
	/* A second chunk that is stored brings the whole below the limit; the frame alone is seen. */
	fixture_frames(half, &frames);
	assert_true(frames.n > BUNDLE_CHUNK);
	struct fixture_forgery how = {.plain = buf_view(&zeros), .frames = buf_view(&frames)};
	fixture_forge(f, &how, &b);
	expect(&p, buf_view(&b), ERR_BOMB, "a frame that is a bomb");
	buf_reset(&b);
	how.plain = view_of(zeros.p, 1000);
	how.frames = view_of(frames.p, 60);
	how.plain_said = 6001;
	fixture_forge(f, &how, &b);
	expect(&p, buf_view(&b), ERR_BOMB, "a payload that says it is a bomb");
	buf_fini(&zeros);
	buf_fini(&frames);
	buf_fini(&b);
	fixture_free(f);
}

/* Bytes of the plaintext changed by one who can sign and encrypt: what is not message or attachment
 * content has one form only, and that content is under digests. */
static void test_signed_bytes(void **state)
{
	struct fixture *f = fixture_new(*state, *state);
	struct bundle_policy p = fixture_policy(f);
	struct inner in;
	inner_new(f, &in, INNER_HONEST);
	for (size_t i = 0; i < in.plain.n; i += 7) {
		struct buf b;
		struct err_note note = {.text = ""};
		in.plain.p[i] ^= 1;
		buf_init(&b, 1 << 20);
		fixture_forge(f,
			&(struct fixture_forgery){.plain = buf_view(&in.plain),
				.root = in.root,
				.type = "application.submitted",
				.n = 1},
			&b);
		in.plain.p[i] ^= 1;
		int err = fixture_read(&p, buf_view(&b), NULL, &note);
		if (!err || !note.text[0])
			fail_msg("byte %zu of %zu: %s (%s)", i, in.plain.n, err_name(err), note.text);
		buf_fini(&b);
	}
	inner_free(&in);
	fixture_free(f);
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
#define BOTH(t) cmocka_unit_test_prestate(t, gm), cmocka_unit_test_prestate(t, intl)
	const struct CMUnitTest tests[] = {BOTH(test_every_byte), BOTH(test_every_length), BOTH(test_members),
		cmocka_unit_test(test_no_bundle), BOTH(test_route), BOTH(test_certificates),
		BOTH(test_certificate_text), BOTH(test_rewrap), BOTH(test_keys_form), BOTH(test_encap_text),
		BOTH(test_check_payload), BOTH(test_signed_manifests), BOTH(test_signed_lies),
		BOTH(test_signed_contents), BOTH(test_signed_payloads), BOTH(test_signed_frames),
		BOTH(test_signed_bomb), BOTH(test_signed_bytes)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
