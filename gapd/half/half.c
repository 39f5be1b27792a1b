#include "gapd/half/half_impl.h"

#include "common/base/version.h"
#include "common/crypto/key_token.h"
#include "common/log/log.h"
#include "common/os/fault.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "gapd/half/half_inspect.h"
#include "gapd/link/packet.h"
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SCAN_MAX 256
#define RESCAN_MS 1000
#define CHECKPOINT_MS 1000
#define YOUNG_S 2 /* a half-written file of somebody else is given this long */

int half_record(struct half *h, const char *action, const char *subject, json_t *detail)
{
	/* `--inspect` has no effect and no log. */
	if (!h->audit) {
		json_decref(detail);
		return 0;
	}
	int rc = audit_log_append(h->audit, action, subject, detail, NULL);
	json_decref(detail);
	return rc;
}

/* ---- towards the other side */

static bool young(struct half *h, const char *name)
{
	struct stat st;
	return fstatat(spool_fd(h->spool, SPOOL_OUT), name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       time(NULL) - st.st_mtime < YOUNG_S;
}

/* The file that was read is gone, or another one has its name and is looked at next. */
static int gone_or_another(int rc)
{
	return rc == ERR_NOTFOUND || rc == ERR_CONFLICT ? 0 : rc;
}

static int quarantine(
	struct half *h, const char *name, const struct taken_file *is, const struct err_note *why)
{
	log_warn("bundle-refused", "file=\"%s\" reason=%s %s", name, err_name(why->err), why->text);
	int rc = half_record(h, "bundle.refuse", name, json_pack("{s:s}", "reason", err_name(why->err)));
	if (rc == 0)
		rc = spool_quarantine(h->spool, SPOOL_OUT, name, is, why);
	return gone_or_another(rc);
}

/* Sends one file to the switch; ERR_BUSY: not this one, not now. */
static int hand_over(struct half *h, const char *name)
{
	struct err_note why = {0};
	struct half_taken taken;
	struct taken_file is = {0};
	char hex[DIGEST_HEX];
	int fd = -1, records = -1;
	int rc = spool_read(h->spool, SPOOL_OUT, name, &fd, &is);
	if (rc == ERR_NOTFOUND)
		return ERR_BUSY;
	if (rc < 0)
		err_set(&why, rc, "%s: %s", name, err_text(rc));
	else
		rc = half_take(h, fd, is.size, &records, &taken, &why);
	if (fd >= 0)
		close(fd);
	if (rc < 0 && err_fault(rc) == ERR_FAULT_PEER)
		return young(h, name) && rc != ERR_SIGNATURE && rc != ERR_CERT
			       ? ERR_BUSY
			       : quarantine(h, name, &is, &why);
	if (rc < 0) {
		log_error("take", "file=\"%s\" error=%s %s", name, err_name(rc), why.text);
		return rc;
	}
	digest_hex(&taken.identity, hex);
	if (!taken.tick)
		rc = half_record(h, "bundle.hand-over", hex,
			json_pack("{s:s,s:s,s:I,s:I,s:i,s:i}", "link", "gap", "from", taken.from, "epoch",
				(json_int_t)taken.epoch, "seq", (json_int_t)taken.seq, "messages",
				(int)taken.messages, "refused", (int)taken.refused));
	if (rc == 0) {
		const struct packet p = {.kind = PACKET_BUNDLE, .number = ++h->number};
		fault_point("hand-over.before");
		rc = packet_send(h->socket, &p, records);
		fault_point("hand-over.after");
	}
	close(records);
	if (rc < 0)
		return rc;
	h->out.active = true;
	h->out.tick = taken.tick;
	h->out.number = h->number;
	h->out.identity = taken.identity;
	h->out.is = is;
	snprintf(h->out.name, sizeof h->out.name, "%s", name);
	return 0;
}

/* "…-tick-TIME.swb": the time, by which the newest is found; NULL for a numbered bundle. */
static const char *tick_time(const char *name)
{
	const char *t = strstr(name, "-tick-");
	return t ? t + 6 : NULL;
}

/* The oldest bundle first. Of several ticks only the newest says something. */
static int hand_over_next(struct half *h)
{
	struct spool_names names = {0};
	const char *newest = "";
	int rc = spool_scan(h->spool, SPOOL_OUT, SCAN_MAX, &names);
	for (size_t i = 0; rc == 0 && i < names.n; i++) {
		const char *t = tick_time(names.v[i]);
		if (t && strcmp(t, newest) > 0)
			newest = t;
	}
	for (size_t i = 0; rc == 0 && i < names.n && !h->out.active; i++) {
		const char *t = tick_time(names.v[i]);
		rc = t && t != newest ? spool_remove(h->spool, SPOOL_OUT, names.v[i])
				      : hand_over(h, names.v[i]);
		if (rc == ERR_BUSY || rc == ERR_NOTFOUND)
			rc = 0;
	}
	spool_names_free(&names);
	return rc;
}

/* The other side has made its own durable, or refused it: only now the file goes. */
static int settle(struct half *h, const struct packet *p)
{
	char hex[DIGEST_HEX];
	int rc = 0;
	if (!h->out.active || p->number != h->out.number)
		return ERR_FORMAT;
	digest_hex(&h->out.identity, hex);
	if (p->kind == PACKET_REFUSED) {
		struct err_note why = {.err = p->err};
		snprintf(why.text, sizeof why.text, "other side: %s", p->text);
		rc = quarantine(h, h->out.name, &h->out.is, &why);
	} else {
		if (!h->out.tick)
			rc = half_record(h, "bundle.handed-over", hex, NULL);
		if (rc == 0)
			rc = gone_or_another(spool_take(h->spool, SPOOL_OUT, h->out.name, &h->out.is));
	}
	h->out.active = false;
	return rc;
}

/* ---- from the other side */

static void plain_text(const char *from, char *to, size_t n)
{
	size_t i = 0;
	for (; from[i] && i + 1 < n; i++)
		to[i] = (char)(from[i] < ' ' || from[i] > '~' ? '?' : from[i]);
	memset(to + i, 0, n - i);
}

static int accept_bundle(struct half *h, const struct packet *p, int records)
{
	struct err_note why = {0};
	struct packet answer = {.kind = PACKET_DONE, .number = p->number};
	int rc = half_deliver(h, records, &why);
	close(records);
	/* No record asks for what may be absent: a file of its own is gone, as when a half that was left
	 * behind by a killed switch meets the next one. */
	if (rc == ERR_NOTFOUND || (rc < 0 && err_fault(rc) != ERR_FAULT_PEER)) {
		log_error("deliver", "error=%s %s", err_name(rc), why.text);
		return rc;
	}
	if (rc < 0) {
		log_warn("bundle-refused", "from=switch reason=%s %s", err_name(rc), why.text);
		answer.kind = PACKET_REFUSED;
		answer.err = rc;
		plain_text(why.text, answer.text, sizeof answer.text);
		rc = half_record(h, "bundle.refuse", "switch", json_pack("{s:s}", "reason", err_name(rc)));
	}
	fault_point("answer.before");
	if (rc == 0)
		rc = packet_send(h->socket, &answer, -1);
	fault_point("answer.after");
	return rc;
}

static int receive(struct half *h)
{
	struct packet p;
	int fd = -1;
	int rc = packet_recv(h->socket, &p, &fd);
	if (rc < 0)
		return rc;
	return p.kind == PACKET_BUNDLE ? accept_bundle(h, &p, fd) : settle(h, &p);
}

/* ---- the process */

/* What was logged is signed within a second. */
static int checkpoint(struct half *h)
{
	int64_t now = time_mono_ms();
	if (now - h->checkpoint_ms < CHECKPOINT_MS)
		return 0;
	h->checkpoint_ms = now;
	return audit_log_checkpoint(h->audit, NULL, NULL) < 0 ? ERR_AUDIT : 0;
}

static int loop(struct half *h)
{
	int rc = half_deliver_rest(h);
	while (rc == 0) {
		spool_watch_clear(h->watch);
		if (!h->out.active)
			rc = hand_over_next(h);
		struct pollfd p[3] = {{h->socket, POLLIN, 0}, {h->stop_fd, POLLIN, 0},
			{h->out.active ? -1 : spool_watch_fd(h->watch), POLLIN, 0}};
		if (rc == 0)
			poll(p, 3, RESCAN_MS);
		if (p[1].revents)
			return ERR_STOPPING;
		if (rc == 0 && p[0].revents)
			rc = receive(h);
		if (rc == 0)
			rc = checkpoint(h);
		if (rc == ERR_BUSY)
			rc = 0;
	}
	return rc;
}

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
	DIR *dir = fdopendir(openat(h->work, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct dirent *e;
	while (dir && (e = readdir(dir))) {
		size_t n = strlen(e->d_name);
		if (n > 4 && strcmp(e->d_name + n - 4, ".swb") == 0 && strcmp(e->d_name, h->state.file) != 0)
			unlinkat(h->work, e->d_name, 0);
	}
	if (dir)
		closedir(dir);
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
	rc = loop(h);
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
