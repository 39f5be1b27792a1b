/* burner: the disc ferry 光盘摆渡. */
#include "burner/cli/acts.h"
#include "burner/cli/image.h"

#include "common/base/version.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/proc.h"
#include <stdio.h>
#include <string.h>

static const struct command COMMANDS[] = {
	{"stage",
		"stage --store S --bundles DIR --reason TEXT [--by USER] [--mark MARK] [--use TEXT] "
		"[--medium cd|dvd|dvd-dl|bd|SIZE] "
		"[--trust CA.pem] [--revoked DIR] [--suite gm|intl]",
		"close the bundles of a folder as a new disc", NULL, "store bundles reason", acts_stage,
		NULL},
	{"approve", "approve DISC --store S --key KEY --cert CERT --passphrase-file FILE|-",
		"sign its manifest with one's own key", "DISC", "store key cert passphrase-file",
		acts_approve, NULL},
	{"burn", "burn DISC --store S --to FILE.iso [--blank SERIAL] [--drive DEVICE] [--by USER]",
		"write the image of an approved disc, by a drive too, and read it back", "DISC", "store to",
		acts_burn, NULL},
	{"handover", "handover DISC --store S --to PLACE --by USER [--from PLACE] [--seal NUMBER]",
		"give a burnt disc to who carries it", "DISC", "store to by", acts_handover, NULL},
	{"void", "void DISC --store S --reason TEXT --by USER [--bundles DIR]",
		"declare a disc void that was not handed over", "DISC", "store reason by", acts_void, NULL},
	{"receive",
		"receive DISC|CODE --store S --from PLACE --by USER [--mark MARK] [--seal NUMBER] "
		"[--identity HEX] "
		"[--blank SERIAL] [--key KEY --cert CERT --passphrase-file FILE|-]",
		"write down that a disc arrived, and sign that", "DISC", "store from by", acts_receive, NULL},
	{"verify", "verify IMAGE|DRIVE --trust CA.pem [--revoked DIR] [--store S --by USER]",
		"check a disc: form, digests, approvals, every sector; with --store one that was burnt here",
		"IMAGE", "trust", NULL, image_verify},
	{"import", "import IMAGE|DRIVE --trust CA.pem [--revoked DIR] --store S --into DIR [--by USER]",
		"take the bundles of a disc, once", "IMAGE", "trust store into", NULL, image_import},
	{"archive", "archive DISC --store S --place TEXT --by USER", "put an imported disc away", "DISC",
		"store place by", acts_archive, NULL},
	{"destroy", "destroy DISC --store S --how TEXT --key KEY --cert CERT --passphrase-file FILE|-",
		"sign that a disc is destroyed; two persons", "DISC", "store how key cert passphrase-file",
		acts_destroy, NULL},
	{"blank", "blank SERIAL --store S --label TEXT --by USER [--mark MARK]", "register a blank disc",
		"SERIAL", "store label by", acts_blank, NULL},
	{"scrap", "scrap SERIAL --store S --reason TEXT --by USER", "write off a blank disc", "SERIAL",
		"store reason by", acts_scrap, NULL},
	{"issued", "issued SERIAL --store S --state STATE",
		"the other side was told of a blank in this state", "SERIAL", "store state", acts_issued,
		NULL},
	{"erase", "erase SERIAL --store S --drive DEVICE --reason TEXT --by USER",
		"make a rewritable medium blank again, where the policy allows it", "SERIAL",
		"store drive reason by", acts_erase, NULL},
	{"revoke", "revoke KEY|CERT.pem --store S --last DISC|none --reason TEXT --by USER",
		"a person's approvals count no more, from the disc after this one", "KEY",
		"store last reason by", acts_revoke, NULL},
	{"policy", "policy --store S --from FILE.yaml --by USER",
		"what is demanded beyond two approvals, and what is allowed", NULL, "store from by",
		acts_policy, NULL},
	{"slip", "slip DISC --store S --to FILE.pdf [--by USER]", "print the transfer slip", "DISC",
		"store to", acts_slip, NULL},
	{"label", "label DISC --store S --to FILE.pdf [--by USER]", "print the label of the case", "DISC",
		"store to", acts_label, NULL},
	{"book", "book --store S --month YYYY-MM --to FILE.pdf [--by USER]", "print the register of a month",
		NULL, "store month to", acts_book, NULL},
	{"prune-log", "prune-log DAY --store S --by USER",
		"entries of the log from before that day go; none of the last 365 days", "DAY", "store by",
		acts_prune_log, NULL},
	{"show", "show DISC --store S", "what lies on a disc, why it leaves, and its steps", "DISC", "store",
		acts_show, NULL},
	{"list", "list --store S", "all discs of this side, those that never came, blanks, refusals", NULL,
		"store", acts_list, NULL},
};
#define COMMANDS_N (sizeof COMMANDS / sizeof COMMANDS[0])

/* What needs only the ledger. A refusal is written down before it is told. */
static int in_ledger(const struct command *c, const struct options *o, struct err_note *note)
{
	struct ledger *l = NULL;
	struct buf phrase;
	json_t *out = NULL;
	/* Nobody holds the ledger while a passphrase is typed. */
	int typed = acts_phrase(o, &phrase, note);
	int rc = c->act == acts_list ? ledger_look(o->store, &l, note)
				     : ledger_open(o->store, options_wait(o), &l, note);
	if (rc < 0) {
		buf_fini(&phrase);
		return rc;
	}
	struct options with = *o;
	with.phrase = &phrase;
	rc = typed < 0 ? typed : acts_texts(o, note);
	if (rc == 0)
		rc = c->act(l, &with, &out, note);
	buf_fini(&phrase);
	if (rc < 0 && rc != ERR_AUDIT && rc != ERR_USAGE && c->act != acts_list && c->act != acts_show) {
		struct err_note why = {0};
		char by[ACTS_BY];
		acts_by(o, by);
		if (note->err != rc)
			(void)err_set(note, rc, "%s", err_text(rc));
		int logged = ledger_refuse(l, c->name, acts_subject(o), by, note, &why);
		if (logged < 0)
			rc = err_set(note, logged, "%s", why.text);
	}
	ledger_close(l);
	return rc < 0 ? rc : options_print(o, out);
}

static void help(FILE *to)
{
	(void)fprintf(to, "usage: burner COMMAND ... [--json] [--wait SECONDS]\n\n");
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
		rc = c->act ? in_ledger(c, &o, &note) : c->run(&o, &note);
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
