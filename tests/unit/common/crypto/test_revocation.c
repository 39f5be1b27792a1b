/* Lists of revoked keys: what is taken, what is refused, and what they do to signatures before and after. */
#include "common/base/json.h"
#include "common/crypto/revocation.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct zone {
	struct trust *trust;
	struct sign_key *ca;
	struct cert *signer, *opener;
};
struct world {
	char dir[64], was[256];
	struct zone a, b; /* of the same suite */
};

static void load(const char *name, struct buf *out)
{
	buf_init(out, 1 << 20);
	assert_int_equal(file_read(AT_FDCWD, name, 1 << 20, out), 0);
}

static void make_zone(const char *suite, const char *name, struct zone *z)
{
	char p[6][32];
	static const char *const files[] = {"ca.key", "ca.pem", "s.key", "s.pem", "e.key", "e.pem"};
	static const char *const links[] = {"gap", "diode", NULL};
	struct err_note note = {.text = ""};
	for (size_t i = 0; i < 6; i++)
		(void)snprintf(p[i], sizeof p[i], "%s-%s", name, files[i]);
	assert_int_equal(key_make_ca(suite_by_name(suite), name, 100, p[0], p[1], &note), 0);
	assert_int_equal(key_issue_signer(p[0], p[1], name, links, 50, p[2], p[3], &note), 0);
	assert_int_equal(key_issue(p[0], p[1], CERT_ENCRYPT, name, 50, NULL, p[4], p[5], &note), 0);
	assert_int_equal(trust_load(p[1], &z->trust, &note), 0);
	assert_int_equal(sign_key_load(p[0], p[1], NULL, &z->ca, &note), 0);
	assert_int_equal(cert_load_pinned(p[3], CERT_SIGN, &z->signer, &note), 0);
	assert_int_equal(cert_load_pinned(p[5], CERT_ENCRYPT, &z->opener, &note), 0);
}

static struct world *begin(const char *suite)
{
	struct world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	strcpy(w->dir, "/tmp/revocation.XXXXXX");
	assert_non_null(getcwd(w->was, sizeof w->was));
	assert_true(mkdtemp(w->dir) && chdir(w->dir) == 0);
	make_zone(suite, "internet", &w->a);
	make_zone(suite, "extranet", &w->b);
	return w;
}

static void free_zone(struct zone *z)
{
	trust_free(z->trust);
	sign_key_free(z->ca);
	cert_free(z->signer);
	cert_free(z->opener);
}

static void end(struct world *w)
{
	char cmd[96];
	free_zone(&w->a);
	free_zone(&w->b);
	assert_int_equal(chdir(w->was), 0);
	(void)snprintf(cmd, sizeof cmd, "rm -rf %s", w->dir);
	assert_int_equal(system(cmd), 0);
	free(w);
}

static struct revocation entry(const char *key, const char *reason)
{
	struct revocation r = {.ngood = 1};
	(void)snprintf(r.key, sizeof r.key, "%s", key);
	strcpy(r.at, "2026-11-24T00:00:00.000Z");
	(void)snprintf(r.reason, sizeof r.reason, "%s", reason);
	strcpy(r.good[0].link, "gap");
	r.good[0].epoch = 2;
	r.good[0].seq = 17;
	return r;
}

static void begin_list(const struct zone *z, const char *zone, int64_t number, struct revocation_list *l)
{
	revocation_init(l);
	(void)snprintf(l->zone, sizeof l->zone, "%s", zone);
	(void)snprintf(l->suite, sizeof l->suite, "%s", suite_name(trust_suite(z->trust)));
	strcpy(l->issued, "2026-11-25T00:00:00.000Z");
	l->number = number;
}

/* One entry for the zone's signer. */
static void make(const struct zone *z, int64_t number, const struct revocation *r, struct buf *out)
{
	struct revocation_list l;
	struct err_note note = {.text = ""};
	begin_list(z, trust_zone(z->trust), number, &l);
	assert_int_equal(revocation_put(&l, r), 0);
	buf_init(out, REVOCATION_BYTES_MAX);
	if (revocation_sign(&l, z->ca, out, &note))
		fail_msg("%s", note.text);
	revocation_fini(&l);
}

static int judge(
	const struct zone *z, const char *link, int64_t epoch, int64_t seq, bool numbered, uint8_t identity)
{
	struct digest d = {{identity}};
	struct err_note note = {.text = ""};
	const struct trust_bundle b = {link, epoch, seq, numbered, &d};
	int err = trust_judge(z->trust, z->signer, &b, &note);
	assert_true(err == 0 || (err == ERR_REVOKED && strstr(note.text, cert_key_id(z->signer))));
	return err;
}

static void test_last_good(void **state)
{
	struct world *w = begin(*state);
	struct revocation r = entry(cert_key_id(w->a.signer), "retired");
	struct buf list;
	struct err_note note = {.text = ""};
	assert_int_equal(judge(&w->a, "gap", 9, 9, true, 1), 0);
	make(&w->a, 1, &r, &list);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), 0);
	assert_int_equal(trust_revocations(w->a.trust), 1);
	static const struct {
		const char *link;
		int64_t epoch, seq;
		bool numbered;
		int err;
	} cases[] = {{"gap", 1, 1, true, 0}, {"gap", 1, 999, true, 0}, {"gap", 2, 1, true, 0},
		{"gap", 2, 17, true, 0}, {"gap", 2, 18, true, ERR_REVOKED}, {"gap", 3, 1, true, ERR_REVOKED},
		{"gap", 2, 17, false, ERR_REVOKED}, {"gap", 1, 1, false, ERR_REVOKED},
		{"diode", 1, 1, true, ERR_REVOKED}, {"ga", 1, 1, true, ERR_REVOKED}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
			judge(&w->a, cases[i].link, cases[i].epoch, cases[i].seq, cases[i].numbered, 1),
			cases[i].err);
	/* Another zone's keys are not touched. */
	assert_int_equal(judge(&w->b, "gap", 9, 9, true, 1), 0);
	buf_fini(&list);
	/* With its identity the last one is that bundle alone. */
	r.good[0].named = true;
	r.good[0].identity = (struct digest){{7}};
	make(&w->a, 2, &r, &list);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), 0);
	assert_int_equal(judge(&w->a, "gap", 2, 17, true, 7), 0);
	assert_int_equal(judge(&w->a, "gap", 2, 17, true, 8), ERR_REVOKED);
	assert_int_equal(judge(&w->a, "gap", 2, 16, true, 8), 0);
	buf_fini(&list);
	end(w);
}

/* Recipients and persons are judged by the time. */
static void test_by_time(void **state)
{
	struct world *w = begin(*state);
	struct revocation r = entry(cert_key_id(w->a.opener), "retired");
	struct buf list, pem;
	struct cert *c = NULL;
	struct err_note note = {.text = ""};
	int64_t at = 0, now = time_now_ms();
	time_text(now, r.at);
	assert_int_equal(time_parse(r.at, &at), 0);
	make(&w->a, 1, &r, &list);
	load("internet-e.pem", &pem);
	assert_int_equal(cert_check(w->a.trust, buf_view(&pem), CERT_ENCRYPT, 0, &c, &note), 0);
	cert_free(c);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), 0);
	buf_fini(&list);
	assert_int_equal(cert_check(w->a.trust, buf_view(&pem), CERT_ENCRYPT, 0, &c, &note), ERR_REVOKED);
	assert_int_equal(cert_check(w->a.trust, buf_view(&pem), CERT_ENCRYPT, at, &c, &note), ERR_REVOKED);
	assert_int_equal(cert_check(w->a.trust, buf_view(&pem), CERT_ENCRYPT, at - 1000, &c, &note), 0);
	cert_free(c);
	strcpy(r.reason, "compromised");
	make(&w->a, 2, &r, &list);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), 0);
	assert_int_equal(
		cert_check(w->a.trust, buf_view(&pem), CERT_ENCRYPT, at - 1000, &c, &note), ERR_REVOKED);
	buf_fini(&list);
	buf_fini(&pem);
	end(w);
}

static void test_who_signs(void **state)
{
	struct world *w = begin(*state);
	struct revocation r = entry(cert_key_id(w->a.signer), "lost");
	struct buf list, other;
	struct err_note note = {.text = ""};
	make(&w->a, 5, &r, &list);
	/* Another zone's CA, and another zone's list. */
	assert_int_equal(trust_revoke(w->b.trust, buf_view(&list), &note), ERR_LINK);
	struct revocation_list l;
	begin_list(&w->a, "internet", 6, &l);
	assert_int_equal(revocation_put(&l, &r), 0);
	buf_init(&other, REVOCATION_BYTES_MAX);
	assert_int_equal(revocation_sign(&l, w->b.ca, &other, &note), 0);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&other), &note), ERR_CERT);
	revocation_fini(&l);
	buf_fini(&other);
	/* Not a byte may change. */
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), 0);
	make(&w->a, 6, &r, &other);
	for (size_t i = 0; i < other.n; i++) {
		other.p[i] ^= 1;
		note.text[0] = '\0';
		int err = trust_revoke(w->a.trust, buf_view(&other), &note);
		if (!err || !note.text[0])
			fail_msg("byte %zu: %s", i, err_name(err));
		other.p[i] ^= 1;
	}
	for (size_t n = 0; n < other.n; n += 7)
		assert_true(trust_revoke(w->a.trust, view_of(other.p, n), &note) < 0);
	assert_int_equal(trust_revocations(w->a.trust), 5);
	/* Older ones and another one of the same number are refused, the same one is not. */
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&other), &note), 0);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&other), &note), 0);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&list), &note), ERR_CONFLICT);
	buf_fini(&other);
	strcpy(r.reason, "retired");
	make(&w->a, 6, &r, &other);
	assert_int_equal(trust_revoke(w->a.trust, buf_view(&other), &note), ERR_CONFLICT);
	buf_fini(&other);
	buf_fini(&list);
	end(w);
}

static void test_form(void **state)
{
	static const struct {
		const char *from, *to;
		int err;
	} tricks[] = {{"\"format\":1", "\"format\":2", ERR_FORMAT}, {"\"zone\":", "\"zones\":", ERR_SCHEMA},
		{"\"number\":3", "\"number\":0", ERR_SCHEMA}, {"\"seq\":17", "\"seq\":-1", ERR_SCHEMA},
		{"\"epoch\":2", "\"epoch\":0", ERR_SCHEMA},
		{"\"link\":\"gap\"", "\"link\":\"Gap\"", ERR_SCHEMA},
		{"\"link\":\"gap\"", "\"link\":\"zap\"", ERR_SCHEMA},
		{"\"reason\":\"lost\"", "\"reason\":\"a b\"", ERR_SCHEMA},
		{"\"reason\":\"lost\"", "\"reason\":\"\"", ERR_SCHEMA},
		{"2026-11-24T", "2026-13-24T", ERR_SCHEMA}, {"2026-11-25T", "2026-11-25 ", ERR_SCHEMA},
		{"\"suite\":", "\"x\":1,\"suite\":", ERR_SYNTAX},
		{"\"key\":\"1111", "\"key\":\"3111", ERR_SCHEMA},
		{"\"key\":\"1111111111111111", "\"key\":\"2222222222222222", ERR_SCHEMA},
		{"\"key\":\"1111", "\"key\":\"111G", ERR_SCHEMA},
		{"\"suite\":\"gm\"", "\"suite\":\"md\"", ERR_SCHEMA}, {"[{", "[ {", ERR_SYNTAX}};
	struct world *w = begin("gm");
	struct revocation r = entry("1111111111111111", "lost");
	struct revocation_list l;
	struct buf file, bent;
	struct err_note note = {.text = ""};
	(void)state;
	begin_list(&w->a, "internet", 3, &l);
	strcpy(r.good[1].link, "hap");
	r.good[1].epoch = 5;
	r.good[1].seq = 6;
	r.ngood = 2;
	assert_int_equal(revocation_put(&l, &r), 0);
	strcpy(r.key, "2222222222222222");
	assert_int_equal(revocation_put(&l, &r), 0);
	buf_init(&file, REVOCATION_BYTES_MAX);
	assert_int_equal(revocation_sign(&l, w->a.ca, &file, &note), 0);
	revocation_fini(&l);
	assert_int_equal(revocation_decode(buf_view(&file), &l, &note), 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[1].ngood, 2);
	assert_non_null(revocation_find(&l, "2222222222222222"));
	assert_null(revocation_find(&l, "3333333333333333"));
	revocation_fini(&l);
	for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
		const char *at = strstr((const char *)file.p, tricks[i].from);
		assert_non_null(at);
		buf_init(&bent, REVOCATION_BYTES_MAX);
		size_t n = (size_t)(at - (const char *)file.p), m = strlen(tricks[i].from);
		assert_int_equal(buf_add(&bent, file.p, n), 0);
		assert_int_equal(buf_add_str(&bent, tricks[i].to), 0);
		assert_int_equal(buf_add(&bent, file.p + n + m, file.n - n - m), 0);
		revocation_init(&l);
		note.text[0] = '\0';
		int err = revocation_decode(buf_view(&bent), &l, &note);
		if (err != tricks[i].err || !note.text[0])
			fail_msg("%s: %s (%s)", tricks[i].to, err_name(err), note.text);
		revocation_fini(&l);
		buf_fini(&bent);
	}
	buf_fini(&file);
	end(w);
}

/* Entries stay sorted, a key's links come together, and there is an end to both. */
static void test_put(void **state)
{
	struct revocation_list l;
	struct revocation r = entry("", "lost");
	(void)state;
	revocation_init(&l);
	for (unsigned i = 0; i < REVOCATION_ENTRIES_MAX; i++) {
		(void)snprintf(r.key, sizeof r.key, "%016x", i * 7919u % 65521u);
		assert_int_equal(revocation_put(&l, &r), 0);
	}
	assert_int_equal(l.n, REVOCATION_ENTRIES_MAX);
	for (size_t i = 1; i < l.n; i++)
		assert_true(strcmp(l.v[i - 1].key, l.v[i].key) < 0);
	strcpy(r.key, "ffffffffffffffff");
	assert_int_equal(revocation_put(&l, &r), ERR_LIMIT);
	strcpy(r.key, l.v[3].key);
	static const char *const links[] = {"disc", "level", "gap", "aa", "zz"};
	for (size_t i = 0; i < 5; i++) {
		strcpy(r.good[0].link, links[i]);
		assert_int_equal(revocation_put(&l, &r), i < 4 ? 0 : ERR_LIMIT);
	}
	assert_int_equal(l.v[3].ngood, 4);
	assert_string_equal(l.v[3].good[0].link, "aa");
	assert_string_equal(l.v[3].good[3].link, "level");
	revocation_fini(&l);
}

static void write_file(const char *name, struct view v)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0 && file_write_all(fd, v.p, v.n) == 0 && close(fd) == 0);
}

static void test_folder(void **state)
{
	struct world *w = begin(*state);
	struct revocation r = entry(cert_key_id(w->a.signer), "lost");
	struct buf list;
	struct err_note note = {.text = ""};
	assert_int_equal(trust_revoke_folder(w->a.trust, "none", &note), 0);
	assert_int_equal(mkdir("lists", 0700), 0);
	for (int64_t n = 1; n <= 3; n++) {
		char name[32];
		(void)snprintf(name, sizeof name, "lists/%lld.json", (long long)(4 - n));
		make(&w->a, n, &r, &list);
		write_file(name, buf_view(&list));
		buf_fini(&list);
	}
	r = entry(cert_key_id(w->b.signer), "lost");
	make(&w->b, 9, &r, &list);
	write_file("lists/other.json", buf_view(&list));
	write_file("lists/notes.txt", view_str("not a list"));
	assert_int_equal(trust_revoke_folder(w->a.trust, "lists", &note), 0);
	assert_int_equal(trust_revocations(w->a.trust), 3);
	assert_int_equal(trust_revoke_folder(w->b.trust, "lists", &note), 0);
	assert_int_equal(trust_revocations(w->b.trust), 9);
	list.p[list.n / 2] ^= 1;
	write_file("lists/bent.json", buf_view(&list));
	assert_true(trust_revoke_folder(w->b.trust, "lists", &note) < 0);
	assert_non_null(strstr(note.text, "bent.json"));
	buf_fini(&list);
	end(w);
}

int main(void)
{
	static char gm[] = "gm", intl[] = "intl";
#define BOTH(t) cmocka_unit_test_prestate(t, gm), cmocka_unit_test_prestate(t, intl)
	const struct CMUnitTest tests[] = {BOTH(test_last_good), BOTH(test_by_time), BOTH(test_who_signs),
		cmocka_unit_test(test_form), cmocka_unit_test(test_put), BOTH(test_folder)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
