#include "common/service/command.h"
#include "common/base/version.h"
#include "common/service/directory.h"
#include "common/service/parts.h"

#include "common/audit/audit_prune.h"
#include "common/audit/audit_prune_log.h"
#include "common/db/db_move.h"
#include "common/service/revoked.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help_print(const struct service_def *def)
{
	printf("usage: %s -c FILE [--check]\n"
	       "       %s COMMAND -c FILE [OPERAND…]\n"
	       "%s\n\n"
	       "  -c, --config FILE  configuration (YAML; unknown keys are refused)\n"
	       "      --division CODE  of several divisions served: the command is about this one\n"
	       "      --check        test the configuration, print the values in use and exit\n"
	       "      --openapi      print the interface as an OpenAPI 3.1 document and exit\n"
	       "      --help, --version\n\n"
	       "commands:\n"
	       "  init               make the data folder, the master key and the vault\n"
	       "  user add           add accounts: one JSON object per line on standard input\n"
	       "                     {\"user\",\"role\",\"name\",\"id_number\"?,\"password\",\"tenant\"?}; "
	       "tenant 000000 is the\n"
	       "                     platform's own: its role admin makes the administrators of divisions\n"
	       "  directory FILE     take a statement of the unified platform's directory: who works here, "
	       "who left\n"
	       "  backup FILE        consistent copy of the database while it is in use\n"
	       "  revoke FILE        keep this zone's list of revoked keys (swbundle revoke) and send it to "
	       "the "
	       "other zones\n"
	       "  keys show          keys, how far each table is, and how many rows are not under the "
	       "newest\n"
	       "  keys rotate        new data keys, every value sealed anew; this and what follows needs the "
	       "service\n"
	       "                     stopped (POST /api/keys/rotate and rotate-index while it runs)\n"
	       "  keys rotate-index  a new key of the blind index, every index under it\n"
	       "  keys prune         forget the old data keys; refused while a value is under one\n"
	       "  keys master NAME   wrap the data keys under another master key: a file, or a pkcs11: URI "
	       "(then name\n"
	       "                     it as keys.master)\n"
	       "  fixity             read every stored file and compare its digest; exit 1 when one is "
	       "damaged\n"
	       "  prune-log DAY      delete audit entries from before that day (2026-11-24); refused, and "
	       "the refusal\n"
	       "                     recorded, unless it is a year ago\n"
	       "  import MAIN.DB     move this zone's data set from SQLite into the PostgreSQL database, "
	       "compared\n",
		def->program, def->program, def->about);
	for (size_t i = 0; i < def->ncommands; i++)
		printf("  %-18s %s\n", def->commands[i].name, def->commands[i].help);
	printf("\nroles: admin");
	for (const struct account_role *r = def->roles; r && r->role; r++)
		printf(" %s", r->role);
	printf("\nexit codes: 0 done, 1 refused or a check failed, 2 usage or configuration\n");
}

static int usage(const struct service_def *def, const char *what)
{
	fprintf(stderr, "USAGE: %s (see %s --help)\n", what, def->program);
	return 2;
}

static int command_name(const struct service_def *def, struct command_line *l)
{
	const char *name = l->argv[0];
	int used = 1;
	if (strcmp(name, "init") == 0) {
		l->command = COMMAND_INIT;
	} else if (strcmp(name, "user") == 0) {
		if (l->argc < 2 || strcmp(l->argv[1], "add") != 0)
			return usage(def, "user: the only action is \"add\"");
		l->command = COMMAND_USER_ADD;
		used = 2;
	} else if (strcmp(name, "keys") == 0) {
		l->command = COMMAND_KEYS;
	} else if (strcmp(name, "fixity") == 0) {
		l->command = COMMAND_FIXITY;
	} else if (strcmp(name, "prune-log") == 0) {
		l->command = COMMAND_PRUNE;
	} else if (strcmp(name, "import") == 0 && l->argc == 2 && db_move_is_source(l->argv[1])) {
		l->command = COMMAND_MOVE;
	} else if (strcmp(name, "backup") == 0) {
		l->command = COMMAND_BACKUP;
	} else if (strcmp(name, "directory") == 0) {
		l->command = COMMAND_DIRECTORY;
	} else if (strcmp(name, "revoke") == 0) {
		l->command = COMMAND_REVOKE;
	} else {
		for (size_t i = 0; i < def->ncommands; i++)
			if (strcmp(name, def->commands[i].name) == 0)
				l->own = &def->commands[i];
		if (!l->own)
			return usage(def, "unknown command");
		l->command = COMMAND_OWN;
	}
	l->argc -= used;
	l->argv += used;
	if (l->command == COMMAND_BACKUP && l->argc != 1)
		return usage(def, "backup: needs one FILE");
	if (l->command == COMMAND_PRUNE && l->argc != 1)
		return usage(def, "prune-log: needs one DAY");
	if (l->command == COMMAND_DIRECTORY && l->argc != 1)
		return usage(def, "directory: needs one FILE");
	if (l->command == COMMAND_REVOKE && l->argc != 1)
		return usage(def, "revoke: needs one FILE");
	return COMMAND_GO;
}

int command_parse(const struct service_def *def, int argc, char **argv, struct command_line *out)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"division", required_argument, NULL, 'd'}, {"check", no_argument, NULL, 'k'},
		{"openapi", no_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	*out = (struct command_line){.command = COMMAND_RUN};
	for (int c; (c = getopt_long(argc, argv, "c:", options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			out->config = optarg;
			break;
		case 'd':
			out->division = optarg;
			break;
		case 'k':
			out->check = true;
			break;
		case 'o':
			out->command = COMMAND_OPENAPI;
			return COMMAND_GO;
		case 'h':
			help_print(def);
			return 0;
		case 'v':
			printf("%s %s\n", def->program, SW_VERSION);
			return 0;
		default:
			return usage(def, "unknown option");
		}
	}
	out->argc = argc - optind;
	out->argv = argv + optind;
	if (!out->config)
		return usage(def, "-c FILE is missing");
	return out->argc > 0 ? command_name(def, out) : COMMAND_GO;
}

static int user_add_line(struct service *s, const char *text, size_t n, size_t line, struct err_note *note)
{
	static const char *const keys[] = {"user", "role", "name", "id_number", "password", "tenant", NULL};
	json_t *o = NULL;
	struct account_new a = {.organisation = "", .tenant = s->tenant};
	int rc = json_parse(view_of(text, n), 4096, &o, note);
	if (rc == 0)
		rc = json_only_keys(o, keys, note);
	if (rc == 0)
		rc = json_get_str(o, "user", 63, &a.user, note);
	if (rc == 0)
		rc = json_get_str(o, "role", 127, &a.roles, note);
	if (rc == 0)
		rc = json_get_str(o, "name", 95, &a.name, note);
	if (rc == 0)
		rc = json_get_str(o, "password", 255, &a.password, note);
	if (rc == 0 && json_object_get(o, "tenant"))
		rc = json_get_str(o, "tenant", 6, &a.tenant, note);
	a.id_number = json_str(o, "id_number");
	if (rc == 0)
		rc = account_add(s->accounts, &a, "system", note);
	json_decref(o);
	if (rc < 0 && note->err) {
		char text_was[sizeof note->text];
		memcpy(text_was, note->text, sizeof text_was);
		err_set(note, rc, "line %zu: %.200s", line, text_was);
	}
	return rc;
}

static int user_add(struct service *s, struct err_note *note)
{
	char *text = NULL;
	size_t size = 0, line = 0;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = getline(&text, &size, stdin)) > 0)
		rc = user_add_line(s, text, (size_t)n, ++line, note);
	if (text)
		buf_wipe(text, size);
	free(text);
	return rc == 0 && line == 0 ? err_set(note, ERR_USAGE, "user add: standard input is empty") : rc;
}

static int fixity_now(struct service *s, struct err_note *note)
{
	struct fixity_result r;
	int rc = fixity_sweep(s->fixity, &r);
	if (rc < 0)
		return err_set(note, rc, "the sweep did not end: %s", err_text(rc));
	printf("%lld files, %lld bytes, %lld damaged, %lld named by no row\n", (long long)r.files,
		(long long)r.bytes, (long long)r.damaged, (long long)r.orphans);
	return r.damaged ? err_set(note, ERR_DIGEST, "%lld files are damaged; the log names them",
				   (long long)r.damaged)
			 : 0;
}

static int log_prune(struct service *s, const char *day, struct err_note *note)
{
	char *dir = NULL;
	int64_t before = 0, through = 0;
	int rc = audit_prune_day(day, &before, note);
	if (rc < 0)
		return rc;
	if (asprintf(&dir, "%s/audit", s->data_dir) < 0)
		return ERR_NOMEM;
	rc = audit_prune(s->db, dir, "system", before, &through, note);
	free(dir);
	if (rc == 0)
		printf("entries 0 to %lld go when the record of it stands in the log\n",
			(long long)through - 1);
	return rc;
}

static int keys_print(struct service *s)
{
	json_t *report = NULL;
	struct buf text;
	buf_init(&text, 1 << 20);
	int rc = reseal_report(s->reseal, &report);
	if (rc == 0)
		rc = json_canon(report, &text);
	if (rc == 0)
		printf("%.*s\n", (int)text.n, (const char *)text.p);
	buf_fini(&text);
	json_decref(report);
	return rc;
}

static int keys_prune(struct service *s, struct err_note *note)
{
	int64_t left = 0;
	int rc = reseal_left(s->reseal, &left);
	if (rc == 0 && left)
		return err_set(note, ERR_STATE, "%lld rows are under an old key: rotate to the end first",
			(long long)left);
	return rc == 0 ? vault_prune(s->vault, note) : rc;
}

static int keys_command(struct service *s, int argc, char **argv, struct err_note *note)
{
	const char *what = argc ? argv[0] : "";
	bool index = strcmp(what, "rotate-index") == 0;
	if (argc == 1 && strcmp(what, "show") == 0)
		return keys_print(s);
	bool rotate = index || strcmp(what, "rotate") == 0, prune = strcmp(what, "prune") == 0;
	if ((argc == 1 && (rotate || prune)) || (argc == 2 && strcmp(what, "master") == 0)) {
		int alone = -1, rc = parts_alone(s, &alone, note);
		if (rc < 0)
			return rc;
		if (rotate)
			rc = reseal_rotate(s->reseal, "system", index, note);
		if (rc == 0 && rotate)
			rc = reseal_all(s->reseal);
		else if (rc == 0)
			rc = prune ? keys_prune(s, note) : vault_set_master(s->vault, argv[1], note);
		close(alone);
		return rc;
	}
	return err_set(note, ERR_USAGE, "keys: show, rotate, rotate-index, prune or master FILE");
}

int command_shared(const struct command_line *l, struct service *s, struct err_note *note)
{
	if (l->command == COMMAND_USER_ADD)
		return user_add(s, note);
	if (l->command == COMMAND_KEYS)
		return keys_command(s, l->argc, l->argv, note);
	if (l->command == COMMAND_FIXITY)
		return fixity_now(s, note);
	if (l->command == COMMAND_PRUNE)
		return log_prune(s, l->argv[0], note);
	if (l->command == COMMAND_DIRECTORY)
		return directory_file(s, l->argv[0], note);
	if (l->command == COMMAND_REVOKE)
		return revoked_publish(s, l->argv[0], note);
	REQUIRE(l->command == COMMAND_BACKUP);
	int rc = exchange_backup_begin(s->exchange);
	if (rc == 0)
		rc = db_backup(s->db, l->argv[0]);
	if (rc == 0)
		rc = exchange_mark_backup(s->exchange);
	return rc < 0 ? err_set(note, rc, "backup to %s: %s", l->argv[0], err_text(rc)) : 0;
}
