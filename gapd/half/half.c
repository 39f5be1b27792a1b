#include "gapd/half/half_impl.h"

#include "common/base/version.h"
#include "common/crypto/key_token.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/listing.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "gapd/half/half_inspect.h"
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int keys_load(struct half *h, struct err_note *note)
{
	const struct half_settings *s = &h->s;
	h->suite = suite_by_name(s->suite);
	if (!h->suite)
		return err_set(note, ERR_CONFIG, "suite: %s", s->suite);
	if (key_token_is(s->sign))
		return err_set(note, ERR_CONFIG,
			"keys.sign: a token cannot be reached from the guard's confinement");
	int rc = sign_key_load(s->sign, s->sign_cert, NULL, &h->signer, note);
	if (rc == 0)
		rc = open_key_load(s->open, s->open_cert, &h->opener, note);
	if (rc == 0)
		rc = trust_load(s->take_ca, &h->take_trust, note);
	if (rc == 0)
		rc = trust_load(s->origin_ca, &h->origin_trust, note);
	char revoked[4096];
	(void)snprintf(revoked, sizeof revoked, "%s/revoked", s->work);
	if (rc == 0)
		rc = trust_revoke_folder(h->take_trust, revoked, note);
	if (rc == 0)
		rc = trust_revoke_folder(h->origin_trust, revoked, note);
	if (rc == 0)
		rc = cert_load_pinned(s->recipient, CERT_ENCRYPT, &h->recipient, note);
	if (rc == 0)
		rc = catalogue_load(s->catalogue, &h->catalogue, note);
	if (rc == 0)
		rc = bundle_pool_new(&h->pool);
	if (rc == 0 && strcmp(sign_key_subject(h->signer), h->d->station) != 0)
		rc = err_set(note, ERR_CONFIG, "keys.sign_cert: of %s, this is %s",
			sign_key_subject(h->signer), h->d->station);
	return rc;
}

/* Bundles that were built but never numbered: nobody has seen them. */
static void leftovers_remove(struct half *h)
{
	struct listing l;
	int rc = listing_open(h->work, ".", &l);
	for (const struct dirent *e; (e = listing_next(&l));) {
		size_t n = strlen(e->d_name);
		if (n > 4 && strcmp(e->d_name + n - 4, ".swb") == 0 && strcmp(e->d_name, h->state.file) != 0)
			unlinkat(h->work, e->d_name, 0);
	}
	rc = listing_close(&l, rc);
	if (rc < 0)
		log_warn("leftovers", "reason=%s what=\"unnumbered bundles stay in the work folder\"",
			err_name(rc));
}

static int folders_open(struct half *h, struct err_note *note)
{
	int rc = file_mkdirs(h->s.work, 0700);
	if (rc == 0)
		rc = file_mkdirs(h->s.audit, 0700);
	if (rc == 0)
		rc = file_open_dir(h->s.work, &h->work);
	if (rc < 0)
		return err_set(note, rc, "%s: %s", h->s.work, err_text(rc));
	rc = half_state_load(h->work, &h->state, note);
	if (rc < 0)
		return rc;
	leftovers_remove(h);
	if ((rc = spool_open(h->s.spool, "gap", true, &h->spool)) < 0 ||
		(rc = spool_watch_new(h->spool, SPOOL_OUT, &h->watch)) < 0)
		return err_set(note, rc, "%s: %s", h->s.spool, err_text(rc));
	return half_log_open(h, note);
}

static int confine(struct half *h, struct err_note *note)
{
	char gap[4096];
	bool applied = false;
	snprintf(gap, sizeof gap, "%s/gap", h->s.spool);
	const struct sandbox_path paths[] = {{gap, true}, {h->s.work, true}, {h->s.audit, true}};
	int rc = sandbox_paths(paths, 3, &applied);
	if (rc == 0)
		rc = sandbox_calls(SANDBOX_FILES);
	return rc < 0 ? err_set(note, rc, "confinement: %s", err_text(rc)) : 0;
}

static void half_fini(struct half *h)
{
	audit_log_close(h->audit);
	spool_watch_free(h->watch);
	spool_close(h->spool);
	catalogue_free(h->catalogue);
	bundle_pool_free(h->pool);
	cert_free(h->recipient);
	trust_free(h->origin_trust);
	trust_free(h->take_trust);
	open_key_free(h->opener);
	sign_key_free(h->signer);
	if (h->work >= 0)
		close(h->work);
	config_free_fields(HALF_SETTINGS_TABLE, &h->s);
}

static int run(struct half *h, struct err_note *note)
{
	bool net = false;
	proc_no_dump();
	int rc = sandbox_net(&net);
	if (rc == 0 && (rc = sandbox_user(h->s.user)) < 0)
		return err_set(note, rc, "user: %s", h->s.user);
	if (rc == 0)
		rc = proc_stop_fd(&h->stop_fd);
	if (rc == 0)
		rc = folders_open(h, note);
	if (rc == 0)
		rc = confine(h, note);
	if (rc < 0)
		return rc;
	log_info("ready", "epoch=%lld seq=%lld", (long long)h->state.epoch, (long long)h->state.seq);
	rc = half_carry(h);
	int log = audit_log_checkpoint(h->audit, NULL, NULL);
	if (rc == ERR_STOPPING && log == 0)
		return 0;
	return err_set(note, rc == ERR_STOPPING ? log : rc, "%s", err_text(rc == ERR_STOPPING ? log : rc));
}

static void usage(const struct half_def *d, FILE *to)
{
	fprintf(to, "usage: %s -c FILE [--check|--prune-log DAY]\n       %s [-c FILE] --inspect FILE…\n",
		d->program, d->program);
}

static int help(const struct half_def *d)
{
	usage(d, stdout);
	printf("\n%s\nIt is started by gapd-switch(8), which hands it one descriptor (--fd N).\n\n"
	       "  -c FILE         configuration; --check only reads it and the keys\n"
	       "  --prune-log DAY entries of the log from before that day go; none of the last 365 days\n"
	       "  --inspect FILE… verdict on single files: a bundle (needs -c) or a material\n"
	       "      --help, --version\n\nConfiguration keys:\n",
		d->about);
	for (const struct config_field *f = HALF_SETTINGS_TABLE; f->key; f++)
		printf("  %-16s %s\n", f->key, f->doc);
	return 0;
}

int half_main(const struct half_def *d, int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'k'}, {"fd", required_argument, NULL, 'f'},
		{"inspect", no_argument, NULL, 'i'}, {"prune-log", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	struct half h = {.d = d, .work = -1, .socket = -1, .stop_fd = -1};
	struct err_note note = {0};
	const char *file = NULL, *prune = NULL;
	bool check = false, inspect = false;
	int c;
	log_init(d->program);
	fault_init(d->program);
	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'f':
			h.socket = (int)strtol(optarg, NULL, 10);
			break;
		case 'i':
			inspect = true;
			break;
		case 'p':
			prune = optarg;
			break;
		case 'h':
			return help(d);
		case 'v':
			printf("%s %s\n", d->program, SW_VERSION);
			return 0;
		default:
			usage(d, stderr);
			return 2;
		}
	if ((!file && !inspect) || (!inspect && optind != argc) || (inspect && optind == argc)) {
		usage(d, stderr);
		return 2;
	}
	int rc = file ? config_load(file, HALF_SETTINGS_TABLE, &h.s, &note) : 0;
	if (rc == 0 && file)
		rc = keys_load(&h, &note);
	int code = rc < 0 ? 2 : 0;
	if (rc == 0 && inspect) {
		code = half_inspect_files(&h, argv + optind, (size_t)(argc - optind));
	} else if (rc == 0 && prune) {
		rc = half_prune(&h, prune, &note);
		code = rc == ERR_USAGE ? 2 : rc < 0 ? 1 : 0;
	} else if (rc == 0 && !check && h.socket < 3) {
		rc = err_set(&note, ERR_USAGE, "--fd: gapd-switch starts this program");
		code = 2;
	} else if (rc == 0 && !check) {
		rc = run(&h, &note);
		code = rc < 0 ? 1 : 0;
	}
	if (rc < 0)
		log_refusal(&note);
	half_fini(&h);
	return code;
}
