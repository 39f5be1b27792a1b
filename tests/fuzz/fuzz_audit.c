/* Any bytes as what swaudit and the receivers of checkpoints are handed. The first byte chooses: a
 * checkpoint, a tail, a tile of entries, log.json (each in the folder of a good log), or a proof whose
 * checkpoint and signer are put right, so that what lies behind them is reached. */
#include "common/audit/audit_folder.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_proof.h"
#include "common/audit/audit_view.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64];
static struct trust *authority;
static struct buf note, pem;
static int folder = -1;
#define FILES 4
static const char *const files[FILES] = {"checkpoint", "tail", "tile/entries/000", "log.json"};
static struct buf good[FILES];

static void clean(void)
{
	char command[96];
	snprintf(command, sizeof command, "rm -rf %s", dir);
	if (dir[0] && system(command) != 0)
		dir[0] = '\0';
}

static void log_make(const struct sign_key *k)
{
	struct audit_log *l = NULL;
	char path[96];
	snprintf(path, sizeof path, "%s/log", dir);
	REQUIRE(audit_log_open(path, "extranet/registryd", suite_by_name("gm"), k, &l, NULL) == 0);
	for (int i = 0; i < 260; i++)
		REQUIRE(audit_log_append(l, "a.b", "s", NULL, NULL) == 0);
	buf_init(&note, AUDIT_NOTE_MAX);
	REQUIRE(audit_log_checkpoint(l, &note, NULL) == 0);
	audit_log_close(l);
	REQUIRE(file_open_dir(path, &folder) == 0);
	for (int i = 0; i < FILES; i++) {
		buf_init(&good[i], 1 << 20);
		REQUIRE(file_read(folder, files[i], 1 << 20, &good[i]) == 0);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char f[4][96];
	static const char *const names[] = {"ca.key", "ca.pem", "key", "pem"};
	struct sign_key *k = NULL;
	(void)argc;
	(void)argv;
	strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz-audit.XXXXXX" : "/tmp/fuzz-audit.XXXXXX");
	REQUIRE(mkdtemp(dir));
	atexit(clean);
	for (int i = 0; i < 4; i++)
		snprintf(f[i], sizeof f[i], "%s/%s", dir, names[i]);
	REQUIRE(key_make_ca(suite_by_name("gm"), "extranet", 365, f[0], f[1], NULL) == 0);
	REQUIRE(key_issue(f[0], f[1], CERT_SIGN, "extranet", 365, NULL, f[2], f[3], NULL) == 0);
	REQUIRE(trust_load(f[1], &authority, NULL) == 0);
	REQUIRE(sign_key_load(f[2], f[3], NULL, &k, NULL) == 0);
	buf_init(&pem, 65536);
	REQUIRE(buf_add_view(&pem, sign_key_cert_pem(k)) == 0);
	log_make(k);
	sign_key_free(k);
	return 0;
}

static void file_put(int i, struct view v)
{
	int fd = openat(folder, files[i], O_WRONLY | O_TRUNC | O_CLOEXEC);
	REQUIRE(fd >= 0 && file_write_all(fd, v.p, v.n) == 0);
	close(fd);
}

/* Only the file as it was is good. */
static void fuzz_file(int i, struct view v)
{
	struct audit_view *view = NULL;
	struct err_note why = {0};
	char path[96];
	const struct audit_view_options o = {.trust = authority, .live = true};
	snprintf(path, sizeof path, "%s/log", dir);
	file_put(i, v);
	int rc = audit_view_open(path, &o, &view, &why);
	audit_view_close(view);
	/* Behind the checkpoint a tail may hold more, or the beginning of more. */
	REQUIRE(rc < 0 || i == 1 || view_eq(v, buf_view(&good[i])));
	REQUIRE(rc == 0 || why.text[0]);
	file_put(i, buf_view(&good[i]));
}

static void fuzz_note(struct view v)
{
	struct audit_note n;
	if (audit_note_parse(v, &n, NULL) == 0)
		REQUIRE(n.size >= 0 && n.origin[0] && strlen(n.key) == 8);
}

static void fuzz_proof(struct view v)
{
	struct audit_proof p;
	struct buf text;
	json_t *o = NULL;
	if (audit_proof_check(v, authority, &p, NULL) == 0)
		buf_fini(&p.entry);
	if (json_parse(v, 1 << 20, &o, NULL) < 0 || !json_is_object(o)) {
		json_decref(o);
		return;
	}
	json_object_set_new(o, "checkpoint", json_stringn((const char *)note.p, note.n));
	json_object_set_new(o, "signer", json_stringn((const char *)pem.p, pem.n));
	buf_init(&text, 4 << 20);
	if (json_canon(o, &text) == 0 && audit_proof_check(buf_view(&text), authority, &p, NULL) == 0)
		buf_fini(&p.entry);
	buf_fini(&text);
	json_decref(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct view v = view_of(data + 1, size - 1);
	switch (data[0] % 6) {
	case 0:
		fuzz_note(v);
		break;
	case 5:
		fuzz_proof(v);
		break;
	default:
		fuzz_file(data[0] % 6 - 1, v);
	}
	return 0;
}
