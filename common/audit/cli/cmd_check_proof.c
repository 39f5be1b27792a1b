#include "common/audit/audit_proof.h"
#include "common/audit/cli/cli_audit.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)256 << 20)

static void report(const struct cli_audit *o, const char *file, const struct audit_proof *p)
{
	const char *origin = p->checkpoint.origin;
	long long size = (long long)p->checkpoint.size;
	json_t *entry = NULL;
	if (o->json) {
		json_t *v = json_pack("{s:b,s:s,s:s,s:s,s:I}", "ok", 1, "file", file, "origin", origin,
			"kind", p->consistency ? "consistency" : "entry", "entries", (json_int_t)size);
		if (p->consistency) {
			json_object_set_new(v, "earlier", json_integer(p->earlier.size));
		} else {
			json_object_set_new(v, "index", json_integer(p->index));
			if (json_parse(buf_view(&p->entry), 65535, &entry, NULL) == 0)
				json_object_set_new(v, "entry", entry);
		}
		cli_json_take(v);
	} else if (p->consistency) {
		(void)printf("%s: good, the checkpoint of %lld entries of %s is a prefix of that of %lld\n",
			file, (long long)p->earlier.size, origin, size);
	} else {
		(void)printf("%s: good, entry %lld of %lld of %s: %.*s\n", file, (long long)p->index, size,
			origin, (int)p->entry.n, (const char *)p->entry.p);
	}
}

/* Each line of the file is a proof. */
static int file_check(const struct cli_audit *o, const char *file)
{
	struct buf b;
	int code = CLI_DONE;
	size_t lines = 0;
	buf_init(&b, FILE_MAX);
	int rc = file_read(AT_FDCWD, file, FILE_MAX, &b);
	if (rc < 0)
		code = cli_refuse(o->json, rc, err_text(rc), file);
	for (size_t at = 0; rc == 0 && at < b.n;) {
		const uint8_t *end = memchr(b.p + at, '\n', b.n - at);
		size_t n = end ? (size_t)(end - (b.p + at)) : b.n - at;
		struct audit_proof p;
		struct err_note note = {.text = ""};
		int one = audit_proof_check(view_of(b.p + at, n), o->trust[0], &p, &note);
		if (one < 0) {
			code = cli_refuse(o->json, one, note.err ? note.text : err_text(one), file);
		} else {
			report(o, file, &p);
			buf_fini(&p.entry);
		}
		lines++;
		at += n + 1;
	}
	if (rc == 0 && lines == 0)
		code = cli_refuse(o->json, ERR_TRUNCATED, "no proof", file);
	buf_fini(&b);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_check_proof, "tjr", argc, argv, &o, &i);
	if (code)
		return code;
	if (i == argc || o.ntrust != 1)
		code = cli_usage(PROGRAM, &cmd_check_proof);
	for (; i < argc && code != CLI_USAGE; i++) {
		int one = file_check(&o, argv[i]);
		code = one ? one : code;
	}
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_check_proof = {"check-proof",
	"check-proof --trust CA.pem [--revoked DIR] [--json] FILE...",
	"check proofs with nothing but the zone's CA certificate", run};
