/* The whole way of a disc in one process: what people do, in order and out of order, cut off and repeated. */
#include "burner/ferry/ferry.h"
#include "burner/ferry/stage_spool.h"
#include "burner/ledger/blank.h"
#include "burner/ledger/policy.h"
#include "common/os/file.h"
#include "tests/unit/burner/world.h"
#include "tests/unit/common/bundle/fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test has two sides of its own. */
struct ferry {
	struct world *w;
	struct ledger *here, *there;
	int spool, in;
	char folder[8][96];
};
static struct buf bundle; /* a good one */

static char *path(struct ferry *f, size_t i, const char *name)
{
	(void)snprintf(f->folder[i], sizeof f->folder[i], "%s/%s", f->w->dir, name);
	return f->folder[i];
}

static int make_bundle(void **state)
{
	struct fixture *x = fixture_new("gm", "gm");
	const size_t sizes[] = {3000};
	struct fixture_message *m = fixture_message_new(x->suite, "application.submitted", sizes, 1);
	(void)state;
	buf_init(&bundle, 1 << 20);
	fixture_bundle(x, &m, 1, &bundle);
	fixture_message_free(m);
	fixture_free(x);
	return 0;
}

static int drop_bundle(void **state)
{
	(void)state;
	buf_fini(&bundle);
	return 0;
}

static int setup(void **state)
{
	struct ferry *f = calloc(1, sizeof *f);
	struct err_note note = {0};
	assert_non_null(f);
	f->w = world_new("gm");
	assert_int_equal(ledger_open(path(f, 0, "here"), -1, &f->here, &note), 0);
	assert_int_equal(ledger_open(path(f, 1, "there"), -1, &f->there, &note), 0);
	f->spool = world_dir(f->w, "spool");
	f->in = world_dir(f->w, "in");
	path(f, 2, "spool");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct ferry *f = *state;
	ledger_close(f->here);
	ledger_close(f->there);
	close(f->spool);
	close(f->in);
	world_free(f->w);
	free(f);
	return 0;
}

static struct ferry_order order(struct ferry *f)
{
	return (struct ferry_order){.from = f->folder[2],
		.reason = "月度结果",
		.by = "he",
		.use = "data",
		.medium = "cd",
		.mark = DISC_INTERNAL,
		.suite = f->w->suite};
}

/* ---- one call each: the result, or the error */
static char last[DISC_ID]; /* number of the disc that was staged last */
static int done(int rc, json_t **out)
{
	if (rc == 0)
		json_decref(*out);
	return rc;
}
static int stage(struct ferry *f, const char *const *names)
{
	struct ferry_order o = order(f);
	struct err_note note = {0};
	json_t *out = NULL;
	for (; names && *names; names++)
		world_put(f->spool, *names, buf_view(&bundle));
	int rc = ferry_stage(f->here, &o, &out, &note);
	if (rc == 0)
		(void)snprintf(last, sizeof last, "%s", json_str(out, "disc"));
	return done(rc, &out);
}
static int stage_one(struct ferry *f)
{
	static const char *const one[] = {"a.swb", NULL};
	return stage(f, one);
}
static int approve(struct ferry *f, const struct sign_key *k)
{
	struct err_note note = {0};
	json_t *out = NULL;
	return done(ferry_approve(f->here, last, k, &out, &note), &out);
}
static int burn_on(struct ferry *f, const char *image, const char *blank)
{
	struct err_note note = {0};
	json_t *out = NULL;
	const struct ferry_burning b = {.to = path(f, 3, image), .by = "he", .blank = blank};
	return done(ferry_burn(f->here, last, &b, &out, &note), &out);
}
static int burn(struct ferry *f, const char *image)
{
	return burn_on(f, image, NULL);
}
static int handover_sealed(struct ferry *f, const char *seal)
{
	struct err_note note = {0};
	json_t *out = NULL;
	const struct ferry_handing h = {.from = "intranet", .to = "extranet", .seal = seal, .by = "he"};
	return done(ferry_handover(f->here, last, &h, &out, &note), &out);
}
static int handover(struct ferry *f)
{
	return handover_sealed(f, "");
}
static int declare_void(struct ferry *f)
{
	struct err_note note = {0};
	json_t *out = NULL;
	return done(ferry_void(f->here, last, "wrong", -1, "he", &out, &note), &out);
}
static int receive_as(struct ferry *f, const char *seal, const char *identity)
{
	struct err_note note = {0};
	json_t *out = NULL;
	const struct ferry_arrival a = {.disc = last,
		.from = "intranet",
		.by = "yu",
		.seal = seal,
		.identity = identity,
		.mark = DISC_INTERNAL,
		.blank = ""};
	return done(ferry_receive(f->there, &a, &out, &note), &out);
}
static int receive(struct ferry *f)
{
	return receive_as(f, "", "");
}
static int import(struct ferry *f, const char *image)
{
	struct err_note note = {0};
	json_t *out = NULL;
	struct source s;
	assert_int_equal(source_open(path(f, 3, image), &s, &note), 0);
	int rc = ferry_import(f->there, &s, f->w->trust, f->in, "yu", &out, &note);
	source_close(&s);
	return done(rc, &out);
}
static int archive(struct ferry *f)
{
	struct err_note note = {0};
	json_t *out = NULL;
	return done(ferry_archive(f->there, last, "shelf 3", "yu", &out, &note), &out);
}
static int destroy(struct ferry *f, struct ledger *l, const struct sign_key *k)
{
	struct err_note note = {0};
	json_t *out = NULL;
	(void)f;
	return done(ferry_destroy(l, last, "shredder", k, &out, &note), &out);
}
static const char *state_in(struct ledger *l, enum ledger_side side)
{
	static char text[24];
	json_t *r = NULL;
	if (ledger_read(l, side, last, &r, NULL) < 0)
		return "none";
	(void)snprintf(text, sizeof text, "%s", json_str(r, "state"));
	json_decref(r);
	return text;
}

/* ---- every act in every state of the way */
enum act { STAGED, APPROVED_ONCE, APPROVED, BURNT, HANDED, VOID, WAYS };
static void bring(struct ferry *f, enum act to, const char *image)
{
	assert_int_equal(stage_one(f), 0);
	if (to >= APPROVED_ONCE)
		assert_int_equal(approve(f, f->w->he), 0);
	if (to >= APPROVED)
		assert_int_equal(approve(f, f->w->lin), 0);
	if (to >= BURNT)
		assert_int_equal(burn(f, image), 0);
	if (to == HANDED)
		assert_int_equal(handover(f), 0);
	if (to == VOID)
		assert_int_equal(declare_void(f), 0);
}

static int approve_he(struct ferry *f)
{
	return approve(f, f->w->he);
}
static int approve_he2(struct ferry *f)
{
	return approve(f, f->w->he2);
}
static int approve_tao(struct ferry *f)
{
	return approve(f, f->w->tao);
}
static int burn_again(struct ferry *f)
{
	return burn(f, "again.iso");
}
static int destroy_he(struct ferry *f)
{
	return destroy(f, f->here, f->w->he);
}

static const struct {
	const char *name;
	int (*act)(struct ferry *f);
	int want[WAYS];
} ACTS[] = {
	/* staged, one approval, approved, burnt, handed over, void */
	{"the first person approves again", approve_he,
		{0, ERR_APPROVAL, ERR_APPROVAL, ERR_STATE, ERR_STATE, ERR_STATE}},
	{"by a second key", approve_he2, {0, ERR_APPROVAL, ERR_APPROVAL, ERR_STATE, ERR_STATE, ERR_STATE}},
	{"another person approves", approve_tao, {0, 0, 0, ERR_STATE, ERR_STATE, ERR_STATE}},
	{"burn", burn_again, {ERR_APPROVAL, ERR_APPROVAL, 0, 0, ERR_STATE, ERR_STATE}},
	{"hand over", handover, {ERR_STATE, ERR_STATE, ERR_STATE, 0, 0, ERR_STATE}},
	{"declare void", declare_void, {0, 0, 0, 0, ERR_STATE, ERR_STATE}},
	{"destroy", destroy_he, {ERR_STATE, ERR_STATE, ERR_STATE, ERR_STATE, 0, 0}},
	{"receive on the other side", receive, {0, 0, 0, 0, 0, 0}},
	{"archive what never came", archive,
		{ERR_NOTFOUND, ERR_NOTFOUND, ERR_NOTFOUND, ERR_NOTFOUND, ERR_NOTFOUND, ERR_NOTFOUND}},
};

static void test_every_act_in_every_state(void **state)
{
	for (size_t a = 0; a < sizeof ACTS / sizeof *ACTS; a++)
		for (enum act w = 0; w < WAYS; w++) {
			assert_int_equal(setup(state), 0);
			struct ferry *f = *state;
			bring(f, w, "a.iso");
			char before[24];
			(void)snprintf(before, sizeof before, "%s", state_in(f->here, LEDGER_OUT));
			int rc = ACTS[a].act(f);
			if (rc != ACTS[a].want[w])
				fail_msg("%s, %s: %s", before, ACTS[a].name, err_name(rc));
			if (rc < 0)
				assert_string_equal(state_in(f->here, LEDGER_OUT), before);
			assert_int_equal(teardown(state), 0);
		}
}

static void test_stranger(void **state)
{
	struct ferry *f = *state;
	bring(f, APPROVED_ONCE, "a.iso");
	/* Of the same name, by a foreign authority: a second person by name only. */
	assert_int_equal(approve(f, f->w->stranger), ERR_APPROVAL);
	assert_int_equal(approve(f, f->w->lin), 0);
	assert_int_equal(burn(f, "a.iso"), 0);
	assert_int_equal(import(f, "a.iso"), 0);
}

/* ---- what may be staged */
static void flip(struct buf *b, const char *at, size_t n)
{
	uint8_t *p = memmem(b->p, b->n, at, n);
	assert_non_null(p);
	p[n / 2] ^= 1;
}

static void test_stage_checks(void **state)
{
	struct ferry *f = *state;
	static const char *const names[] = {"text", "cut", "cut in the manifest", "bit of the manifest",
		"another member", "something behind", "empty"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf b;
		char ls[1024];
		buf_init(&b, 1 << 20);
		assert_int_equal(buf_add_view(&b, buf_view(&bundle)), 0);
		switch (i) {
		case 0:
			buf_reset(&b);
			assert_int_equal(buf_add_str(&b, "not a bundle"), 0);
			break;
		case 1:
			b.n -= 2000;
			break;
		case 2:
			b.n = 700;
			break;
		case 3:
			flip(&b, "\"format\":1", 10);
			break;
		case 4:
			flip(&b, "signer.pem", 10);
			break;
		case 5:
			assert_int_equal(buf_add_str(&b, "x"), 0);
			break;
		default:
			b.n = 0;
		}
		world_put(f->spool, "a.swb", buf_view(&bundle));
		world_put(f->spool, "b.swb", buf_view(&b));
		int rc = stage(f, NULL);
		if (rc == 0)
			fail_msg("%s is staged", names[i]);
		/* Nothing was taken, nothing was made. */
		assert_string_equal(world_ls(f->spool, ls), "a.swb b.swb ");
		assert_string_equal(world_ls(ledger_dir(f->here, LEDGER_OUT), ls), "");
		buf_fini(&b);
	}
	assert_int_equal(unlinkat(f->spool, "b.swb", 0), 0);
	assert_int_equal(symlinkat("a.swb", f->spool, "b.swb"), 0);
	assert_int_equal(stage(f, NULL), ERR_MEMBER);
	assert_int_equal(unlinkat(f->spool, "b.swb", 0), 0);
	assert_int_equal(stage(f, NULL), 0);
	assert_int_equal(stage(f, NULL), ERR_NOTFOUND);
}

/* What does not fit on one disc makes a set; what fits on none is refused, and nothing staged. */
static void test_capacity(void **state)
{
	struct ferry *f = *state;
	struct ferry_order o = order(f);
	struct err_note note = {0};
	json_t *out = NULL;
	char ls[1024];
	static const struct {
		const char *medium;
		uint32_t sectors;
	} media[] = {{"cd", 359844}, {"dvd", 2295104}, {"dvd-dl", 4171712}, {"bd", 12219392}, {"1M", 512},
		{"700M", 358400}, {"16G", 8388608}, {"64G", 33554432}, {"65G", 0}, {"0M", 0}, {"-1M", 0},
		{"7", 0}, {"7K", 0}, {"7MB", 0}, {"", 0}, {"floppy", 0}};
	for (size_t i = 0; i < sizeof media / sizeof *media; i++)
		assert_int_equal(ferry_capacity(media[i].medium), media[i].sectors);
	world_put(f->spool, "a.swb", buf_view(&bundle));
	int fd = openat(f->spool, "b.swb", O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
	assert_int_equal(ftruncate(fd, INT64_C(900) << 20), 0);
	close(fd);
	assert_int_equal(ferry_stage(f->here, &o, &out, &note), ERR_LIMIT);
	assert_string_equal(world_ls(f->spool, ls), "a.swb b.swb ");
	assert_string_equal(world_ls(ledger_dir(f->here, LEDGER_OUT), ls), "");
	o.medium = "dvd";
	assert_int_equal(ferry_stage(f->here, &o, &out, &note), ERR_FORMAT);
}

/* ---- import */
static void test_import_once(void **state)
{
	struct ferry *f = *state;
	char names[1024], want[64];
	bring(f, BURNT, "a.iso");
	assert_int_equal(import(f, "a.iso"), 0);
	(void)snprintf(want, sizeof want, "%s.a.swb ", last);
	assert_string_equal(world_ls(f->in, names), want);
	assert_int_equal(unlinkat(f->in, strtok(want, " "), 0), 0);
	assert_int_equal(import(f, "a.iso"), ERR_IMPORTED);
	assert_string_equal(world_ls(f->in, names), "");
	assert_int_equal(archive(f), 0);
	assert_int_equal(archive(f), ERR_STATE);
	assert_int_equal(import(f, "a.iso"), ERR_IMPORTED);
}

/* Cut off behind any bundle: the rest comes with the repetition. */
static void test_import_resumes(void **state)
{
	struct ferry *f = *state;
	static const char *const three[] = {"a.swb", "b.swb", "c.swb", NULL};
	struct err_note note = {0};
	char names[1024];
	assert_int_equal(stage(f, three), 0);
	assert_int_equal(approve(f, f->w->he), 0);
	assert_int_equal(approve(f, f->w->lin), 0);
	assert_int_equal(burn(f, "a.iso"), 0);
	assert_int_equal(import(f, "a.iso"), 0);
	/* As a crash leaves it: the record says importing, one bundle is there. */
	json_t *r = NULL;
	assert_int_equal(ledger_read(f->there, LEDGER_IN, last, &r, &note), 0);
	assert_int_equal(json_object_set_new(r, "state", json_string("importing")), 0);
	assert_int_equal(ledger_write(f->there, LEDGER_IN, last, r, &note), 0);
	json_decref(r);
	for (const char *c = "ac"; *c; c++) {
		char name[64];
		(void)snprintf(name, sizeof name, "%s.%c.swb", last, *c);
		assert_int_equal(unlinkat(f->in, name, 0), 0);
	}
	assert_int_equal(import(f, "a.iso"), 0);
	assert_string_equal(state_in(f->there, LEDGER_IN), "imported");
	world_ls(f->in, names);
	assert_int_equal(strlen(names), 3 * (15 + 7));
	assert_int_equal(import(f, "a.iso"), ERR_IMPORTED);
}

/* Received by a person first, under the identity on the slip. */
static void test_receive(void **state)
{
	struct ferry *f = *state;
	char identity[DIGEST_HEX];
	json_t *out = NULL, *r = NULL;
	struct err_note note = {0};
	bring(f, BURNT, "a.iso");
	assert_int_equal(ledger_read(f->here, LEDGER_OUT, last, &r, &note), 0);
	(void)snprintf(identity, sizeof identity, "%s", json_str(r, "digest"));
	json_decref(r);
	const struct policy demand = {.receive = true, .seal = true};
	assert_int_equal(policy_set(f->there, &demand, "tao", &out, &note), 0);
	json_decref(out);
	assert_int_equal(import(f, "a.iso"), ERR_STATE);
	assert_int_equal(receive_as(f, "", identity), ERR_REFUSED);
	assert_int_equal(receive_as(f, "F-7", "short"), ERR_SCHEMA);
	assert_int_equal(receive_as(f, "F-7", identity), 0);
	assert_int_equal(receive_as(f, "F-7", identity), 0);
	assert_int_equal(receive_as(f, "F-8", identity), ERR_STATE);
	assert_int_equal(archive(f), ERR_STATE);
	assert_int_equal(import(f, "a.iso"), 0);
	assert_int_equal(receive_as(f, "F-7", identity), ERR_IMPORTED);
	assert_int_equal(ledger_read(f->there, LEDGER_IN, last, &r, &note), 0);
	assert_string_equal(json_str(r, "seal"), "F-7");
	assert_string_equal(json_str(r, "from"), "intranet");
	assert_true(record_was(r, "received") && record_was(r, "importing"));
	json_decref(r);
	/* Another disc than that of the slip. */
	bring(f, BURNT, "b.iso");
	assert_int_equal(receive_as(f, "F-9", identity), 0);
	assert_int_equal(import(f, "b.iso"), ERR_FORK);
	assert_string_equal(state_in(f->there, LEDGER_IN), "received");
	/* It may be destroyed instead. */
	assert_int_equal(destroy(f, f->there, f->w->he), 0);
	assert_int_equal(destroy(f, f->there, f->w->lin), 0);
	assert_int_equal(import(f, "b.iso"), ERR_FORK);
}

/* A void disc that turns up after the next one was imported is refused. */
static void test_void(void **state)
{
	struct ferry *f = *state;
	json_t *list = NULL;
	struct err_note note = {0};
	char dead[DISC_ID], ls[1024];
	bring(f, BURNT, "dead.iso");
	json_t *out = NULL;
	assert_int_equal(ferry_void(f->here, last, "scratched", f->spool, "he", &out, &note), 0);
	json_decref(out);
	(void)snprintf(dead, sizeof dead, "%s", last);
	/* Its bundles go with the next. */
	assert_string_equal(world_ls(f->spool, ls), "a.swb ");
	assert_int_equal(stage(f, NULL), 0);
	assert_int_equal(approve(f, f->w->lin), 0);
	assert_int_equal(approve(f, f->w->tao), 0);
	assert_int_equal(burn(f, "next.iso"), 0);
	assert_int_equal(import(f, "next.iso"), 0);
	assert_int_equal(ledger_list(f->there, &list, &note), 0);
	assert_int_equal(json_array_size(json_object_get(list, "missing")), 0);
	json_decref(list);
	assert_int_equal(import(f, "dead.iso"), ERR_REFUSED);
	assert_int_equal(ledger_list(f->there, &list, &note), 0);
	const json_t *why = json_array_get(json_object_get(list, "refused"), 0);
	assert_string_equal(json_str(why, "code"), "REFUSED");
	assert_non_null(strstr(json_str(why, "text"), dead));
	json_decref(list);
}

static void test_destroy(void **state)
{
	struct ferry *f = *state;
	struct err_note note = {0};
	json_t *out = NULL, *r = NULL;
	char name[64], ls[1024];
	bring(f, VOID, "a.iso");
	assert_int_equal(destroy(f, f->here, f->w->he), 0);
	assert_string_equal(state_in(f->here, LEDGER_OUT), "void");
	assert_int_equal(destroy(f, f->here, f->w->he), ERR_APPROVAL);
	assert_int_equal(destroy(f, f->here, f->w->he2), ERR_APPROVAL);
	assert_int_equal(ferry_destroy(f->here, last, "fire", f->w->lin, &out, &note), 0);
	json_decref(out);
	assert_string_equal(state_in(f->here, LEDGER_OUT), "destroyed");
	assert_int_equal(destroy(f, f->here, f->w->tao), ERR_STATE);
	/* The tombstone stays, with both signatures over what the first one said. */
	assert_int_equal(ledger_read(f->here, LEDGER_OUT, last, &r, &note), 0);
	const json_t *d = json_object_get(r, "destruction");
	assert_string_equal(json_str(d, "how"), "shredder");
	assert_int_equal(json_array_size(json_object_get(d, "signatures")), 2);
	json_decref(r);
	(void)snprintf(name, sizeof name, "%s/bundles", last);
	int dir = openat(ledger_dir(f->here, LEDGER_OUT), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_string_equal(world_ls(dir, ls), "");
	close(dir);
	/* A signature over another disc's destruction does not count here. */
	bring(f, VOID, "b.iso");
	assert_int_equal(destroy(f, f->here, f->w->he), 0);
	assert_int_equal(ledger_read(f->here, LEDGER_OUT, last, &r, &note), 0);
	json_t *sigs = json_object_get(json_object_get(r, "destruction"), "signatures");
	json_object_set_new(json_array_get(sigs, 0), "sig", json_string("AAAA"));
	assert_int_equal(ledger_write(f->here, LEDGER_OUT, last, r, &note), 0);
	json_decref(r);
	assert_int_equal(destroy(f, f->here, f->w->lin), ERR_SIGNATURE);
}

static void test_blank_and_seal(void **state)
{
	struct ferry *f = *state;
	struct err_note note = {0};
	json_t *out = NULL, *r = NULL;
	const struct policy demand = {.blank = true, .seal = true};
	assert_int_equal(policy_set(f->here, &demand, "tao", &out, &note), 0);
	json_decref(out);
	assert_int_equal(blank_add(f->here, "M1", "柜 1", DISC_INTERNAL, "he", &out, &note), 0);
	json_decref(out);
	assert_int_equal(blank_add(f->here, "M2", "柜 2", DISC_PUBLIC, "he", &out, &note), 0);
	json_decref(out);
	bring(f, APPROVED, NULL);
	assert_int_equal(burn(f, "a.iso"), ERR_REFUSED);
	assert_int_equal(burn_on(f, "a.iso", "M9"), ERR_NOTFOUND);
	assert_int_equal(burn_on(f, "a.iso", "M2"), ERR_REFUSED);
	assert_int_equal(faccessat(AT_FDCWD, path(f, 4, "a.iso"), F_OK, 0), -1);
	assert_int_equal(burn_on(f, "a.iso", "M1"), 0);
	assert_int_equal(burn_on(f, "a.iso", "M1"), 0);
	assert_int_equal(burn_on(f, "b.iso", "M2"), ERR_STATE);
	assert_int_equal(handover(f), ERR_REFUSED);
	assert_int_equal(handover_sealed(f, "F-1"), 0);
	assert_int_equal(handover_sealed(f, "F-1"), 0);
	assert_int_equal(handover_sealed(f, "F-2"), ERR_STATE);
	assert_int_equal(ledger_read(f->here, LEDGER_OUT, last, &r, &note), 0);
	assert_string_equal(json_str(r, "blank"), "M1");
	assert_string_equal(json_str(r, "label"), "柜 1");
	assert_string_equal(json_str(r, "seal"), "F-1");
	assert_int_equal(json_int(r, "policy"), 1);
	json_decref(r);
	/* The next disc: neither blank nor seal a second time. */
	assert_int_equal(blank_add(f->here, "M3", "柜 3", DISC_SECRET, "he", &out, &note), 0);
	json_decref(out);
	bring(f, APPROVED, NULL);
	assert_int_equal(burn_on(f, "c.iso", "M1"), ERR_STATE);
	assert_int_equal(burn_on(f, "c.iso", "M3"), 0);
	assert_int_equal(handover_sealed(f, "F-1"), ERR_EXISTS);
	assert_int_equal(handover_sealed(f, "F-2"), 0);
}

/* ---- the ledger behind its own back */
static void test_tampered(void **state)
{
	struct ferry *f = *state;
	struct buf b;
	char name[64];
	bring(f, APPROVED, NULL);
	int out = ledger_dir(f->here, LEDGER_OUT);
	(void)snprintf(name, sizeof name, "%s/bundles/a.swb", last);
	int fd = openat(out, name, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 3000), 1);
	close(fd);
	assert_int_equal(burn(f, "a.iso"), ERR_DIGEST);
	assert_int_equal(faccessat(AT_FDCWD, path(f, 4, "a.iso"), F_OK, 0), -1);
	(void)snprintf(name, sizeof name, "%s/disc.json", last);
	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(out, name, 1 << 20, &b), 0);
	*(char *)memmem(b.p, b.n, "internal", 8) = 'I';
	fd = openat(out, name, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, b.p, b.n, 0), b.n);
	close(fd);
	buf_fini(&b);
	assert_true(burn(f, "a.iso") < 0);
}

#define EACH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
/* What was staged leaves the folder; a bundle that was put under its name meanwhile waits for the next disc.
 */
static void test_stage_takes_what_it_read(void **state)
{
	struct ferry *f = *state;
	struct stage_spool s;
	struct err_note note = {0};
	struct stat st;
	world_put(f->spool, "a.swb", buf_view(&bundle));
	world_put(f->spool, "b.swb", buf_view(&bundle));
	assert_int_equal(stage_spool_read(f->spool, &s, &note), 0);
	assert_int_equal(s.n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(fstatat(f->spool, s.v[i].name, &st, 0), 0);
		s.v[i].from = taken_file(&st);
	}
	assert_int_equal(renameat(f->spool, "a.swb", f->in, "kept"), 0);
	world_put(f->spool, "a.swb", buf_view(&bundle));
	assert_int_equal(stage_spool_clear(&s, &note), 0);
	stage_spool_fini(&s);
	assert_int_equal(fstatat(f->spool, "b.swb", &st, 0), -1);
	assert_int_equal(fstatat(f->spool, "a.swb", &st, 0), 0);
	/* The same after a kill that left it aside. */
	assert_int_equal(renameat(f->spool, "a.swb", f->spool, ".taken~0123456789abcdef~a.swb"), 0);
	assert_int_equal(stage(f, NULL), 0);
	assert_int_equal(fstatat(f->spool, "a.swb", &st, 0), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_act_in_every_state),
		EACH(test_stranger), EACH(test_stage_checks), EACH(test_capacity), EACH(test_import_once),
		EACH(test_import_resumes), EACH(test_receive), EACH(test_void), EACH(test_destroy),
		EACH(test_blank_and_seal), EACH(test_tampered), EACH(test_stage_takes_what_it_read)};
	return cmocka_run_group_tests(tests, make_bundle, drop_bundle);
}
