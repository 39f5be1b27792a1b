/* burner: the disc ferry 光盘摆渡. */
#include "burner/cli/options.h"
#include "burner/ferry/ferry.h"

#include "common/base/version.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSPHRASE_MAX 1024
#define TEXT_MAX 200

/* One JSON object, or with --json absent its members line by line. */
static int print(const struct options *o, json_t *v)
{
	const char *key;
	json_t *member;
	if (o->json) {
		json_dumpf(v, stdout, JSON_COMPACT | JSON_SORT_KEYS);
		(void)putchar('\n');
	} else {
		json_object_foreach(v, key, member)
		{
			(void)printf("%s: ", key);
			json_dumpf(member, stdout, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
			(void)putchar('\n');
		}
	}
	json_decref(v);
	return 0;
}

/* Texts go into records and logs: short, one line. */
static int plain(const char *name, const char *text, struct err_note *note)
{
	if (strlen(text) > TEXT_MAX)
		return err_set(note, ERR_LIMIT, "--%s: longer than %d bytes", name, TEXT_MAX);
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			return err_set(note, ERR_SCHEMA, "--%s: a control character", name);
	json_t *utf8 = json_string(text);
	json_decref(utf8);
	return utf8 ? 0 : err_set(note, ERR_SCHEMA, "--%s: not UTF-8", name);
}

static int stage(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	json_t *out = NULL;
	const struct suite *s = suite_by_name(o->suite);
	int rc = s ? plain("reason", o->reason, note)
		   : err_set(note, ERR_SUITE, "--suite %.20s: gm or intl", o->suite);
	if (rc == 0)
		rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = ferry_stage(l, o->bundles, o->reason, o->by, s, &out, note);
	ledger_close(l);
	return rc < 0 ? rc : print(o, out);
}

/* From a file that only its owner can read, or "-" for standard input; the first line counts. */
static int passphrase_read(const char *file, struct buf *out, struct err_note *note)
{
	char block[PASSPHRASE_MAX];
	ssize_t n;
	int rc = 0;
	if (strcmp(file, "-") != 0)
		rc = file_read_secret(file, PASSPHRASE_MAX, out, note);
	else
		while (rc == 0 && (n = read(STDIN_FILENO, block, sizeof block)) != 0)
			if (n > 0 || errno != EINTR)
				rc = n < 0 ? ERR_IO : buf_add(out, block, (size_t)n);
	buf_wipe(block, sizeof block);
	if (rc == 0)
		rc = buf_add(out, "\n", 1);
	if (rc < 0)
		return err_set(note, rc, "the passphrase cannot be read");
	*(char *)memchr(out->p, '\n', out->n) = '\0';
	return 0;
}

static int approve(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	struct sign_key *k = NULL;
	struct buf phrase;
	json_t *out = NULL;
	buf_init(&phrase, PASSPHRASE_MAX + 1);
	int rc = passphrase_read(o->passphrase_file, &phrase, note);
	if (rc == 0)
		rc = sign_key_load(o->key, o->cert, (const char *)phrase.p, &k, note);
	buf_fini(&phrase);
	if (rc == 0)
		rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = ferry_approve(l, o->subject, k, &out, note);
	sign_key_free(k);
	ledger_close(l);
	return rc < 0 ? rc : print(o, out);
}

static int burn(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	json_t *out = NULL;
	int rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = ferry_burn(l, o->subject, o->to, o->by, &out, note);
	ledger_close(l);
	return rc < 0 ? rc : print(o, out);
}

static int handover(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	json_t *out = NULL;
	int rc = plain("to", o->to, note);
	if (rc == 0)
		rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = ferry_handover(l, o->subject, o->to, o->by, &out, note);
	ledger_close(l);
	return rc < 0 ? rc : print(o, out);
}

static int list(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	json_t *out = NULL;
	int rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = ledger_list(l, &out, note);
	ledger_close(l);
	return rc < 0 ? rc : print(o, out);
}

/* A foreign image is read in a process that reaches nothing but what it needs. */
static int confine(const struct options *o, struct err_note *note)
{
	const struct sandbox_path paths[] = {{o->store, true}, {o->into, true}};
	bool applied = false;
	int rc = sandbox_paths(paths, o->store ? 2 : 0, &applied);
	if (rc == 0)
		rc = sandbox_calls(SANDBOX_FILES);
	return rc < 0 ? err_set(note, rc, "cannot be confined") : 0;
}

static int image_open_file(const char *path, int *fd, struct err_note *note)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return *fd < 0 ? err_set(note, err_from_errno(errno), "%.150s: cannot be opened", path) : 0;
}

/* One character for equally many sectors. */
static void map_print(const struct repair_report *r)
{
	enum { CELLS = 64 * 16 };
	uint32_t per = (r->sectors + CELLS - 1) / CELLS;
	(void)printf("%u of %u sectors are bad, %u of them repaired (. good, + repaired, # bad; %u sectors "
		     "each)\n",
		r->bad, r->sectors, r->repaired, per);
	for (uint32_t at = 0, n = 0; at < r->sectors; at += per, n++) {
		uint8_t worst = 0;
		for (uint32_t i = at; i < at + per && i < r->sectors; i++)
			worst = r->map[i] > worst ? r->map[i] : worst;
		(void)putchar(".+#"[worst]);
		if (n % 64 == 63 || at + per >= r->sectors)
			(void)putchar('\n');
	}
}

static int verify(const struct options *o, struct err_note *note)
{
	struct repair_report report = {.known = false};
	struct trust *t = NULL;
	json_t *out = NULL;
	int fd = -1, rc = trust_load(o->trust, &t, note);
	if (rc == 0)
		rc = image_open_file(o->subject, &fd, note);
	if (rc == 0)
		rc = confine(o, note);
	if (rc == 0)
		rc = ferry_verify(fd, t, &out, &report, note);
	if (report.bad && !o->json)
		map_print(&report);
	repair_report_fini(&report);
	if (fd >= 0)
		close(fd);
	trust_free(t);
	return rc < 0 ? rc : print(o, out);
}

static int import(const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	struct trust *t = NULL;
	json_t *out = NULL;
	int fd = -1, into = -1, rc = trust_load(o->trust, &t, note);
	if (rc == 0)
		rc = image_open_file(o->subject, &fd, note);
	if (rc == 0 && (rc = file_open_dir(o->into, &into)) < 0)
		rc = err_set(note, rc, "%.150s: cannot be opened", o->into);
	if (rc == 0)
		rc = ledger_open(o->store, &l, note);
	if (rc == 0)
		rc = confine(o, note);
	if (rc == 0)
		rc = ferry_import(l, fd, t, into, o->by, &out, note);
	if (fd >= 0)
		close(fd);
	if (into >= 0)
		close(into);
	ledger_close(l);
	trust_free(t);
	return rc < 0 ? rc : print(o, out);
}

static const struct command COMMANDS[] = {
	{"stage", "stage --store S --bundles DIR --reason TEXT [--by USER] [--suite gm|intl]",
		"close all bundles of a folder as a new disc", NULL, "store bundles reason", stage},
	{"approve", "approve DISC --store S --key KEY --cert CERT --passphrase-file FILE|-",
		"sign its manifest with one's own key", "DISC", "store key cert passphrase-file", approve},
	{"burn", "burn DISC --store S --to FILE.iso [--by USER]",
		"write the image of an approved disc and read it back", "DISC", "store to", burn},
	{"handover", "handover DISC --store S --to PLACE --by USER", "give a burnt disc to who carries it",
		"DISC", "store to by", handover},
	{"verify", "verify IMAGE --trust CA.pem", "check an image: form, digests, approvals", "IMAGE",
		"trust", verify},
	{"import", "import IMAGE --trust CA.pem --store S --into DIR [--by USER]",
		"take the bundles of an image, once", "IMAGE", "trust store into", import},
	{"list", "list --store S", "all discs of this side, and those that never came", NULL, "store", list},
};
#define COMMANDS_N (sizeof COMMANDS / sizeof COMMANDS[0])

static void help(FILE *to)
{
	(void)fprintf(to, "usage: burner COMMAND ... [--json]\n\n");
	for (size_t i = 0; i < COMMANDS_N; i++)
		(void)fprintf(to, "  burner %s\n        %s\n", COMMANDS[i].synopsis, COMMANDS[i].help);
	(void)fprintf(to, "\nExit codes: 0 done, 1 refused, 2 wrong usage. See burner(1).\n");
}

static int run(int argc, char **argv)
{
	struct err_note note = {0};
	struct options o;
	const struct command *c = NULL;
	for (size_t i = 0; argc > 1 && i < COMMANDS_N; i++)
		if (strcmp(COMMANDS[i].name, argv[1]) == 0)
			c = &COMMANDS[i];
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		help(stdout);
		return CLI_DONE;
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		(void)printf("burner %s\n", SW_VERSION);
		return CLI_DONE;
	}
	if (!c) {
		(void)fprintf(stderr, "USAGE: unknown command, \"%.40s\"; see burner --help\n",
			argc > 1 ? argv[1] : "");
		return CLI_USAGE;
	}
	int rc = options_parse(c, argc - 1, argv + 1, &o, &note);
	if (rc == 0)
		rc = plain("by", o.by, &note);
	if (rc == 0)
		rc = c->run(&o, &note);
	if (rc < 0 && !note.err)
		err_set(&note, rc, "%s", err_text(rc));
	if (rc == ERR_USAGE) {
		(void)fprintf(stderr, "USAGE: %s; burner %s\n", note.text, c->synopsis);
		return CLI_USAGE;
	}
	return rc < 0 ? log_refusal(&note) : CLI_DONE;
}

int main(int argc, char **argv)
{
	fault_init("burner");
	log_init("burner");
	proc_no_dump();
	int code = run(argc, argv);
	/* What could not be told was not done. */
	if (fflush(stdout) != 0 && code == CLI_DONE) {
		(void)fprintf(stderr, "IO: standard output cannot be written\n");
		code = CLI_REFUSED;
	}
	return code;
}
