#include "common/bundle/cli/cli_bundle.h"
#include <stdio.h>
#include <unistd.h>

static void report(const struct cli_bundle *o, const char *path, const struct bundle_reader *r)
{
	const struct manifest *m = bundle_manifest(r), *origin = bundle_origin_manifest(r);
	char hex[DIGEST_HEX];
	digest_hex(bundle_identity(r), hex);
	if (!o->json) {
		(void)printf("%s: good, %s from %s to %s over %s, epoch %lld, number %lld, identity %s%s\n",
			path, manifest_kind_name(m->kind), m->from, m->to, m->link, (long long)m->epoch,
			(long long)m->seq, hex, o->key ? "" : " (payload not opened)");
		return;
	}
	json_t *v = json_pack("{s:s,s:b,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:b}", "file", path, "ok", 1, "kind",
		manifest_kind_name(m->kind), "from", m->from, "to", m->to, "link", m->link, "epoch",
		(json_int_t)m->epoch, "seq", (json_int_t)m->seq, "identity", hex, "opened", o->key != NULL);
	if (v && origin) {
		digest_hex(bundle_origin_identity(r), hex);
		(void)json_object_set_new(
			v, "origin", json_pack("{s:s,s:s}", "from", origin->from, "identity", hex));
	}
	cli_json_take(v);
}

static int run(int argc, char **argv)
{
	struct cli_bundle o;
	int i = 0, code = cli_bundle_begin(&cmd_verify, argc, argv, &o, &i);
	if (code)
		return code;
	if (!o.trust) {
		cli_bundle_end(&o);
		return cli_usage(PROGRAM, &cmd_verify);
	}
	for (; i < argc; i++) {
		struct bundle_reader *r = NULL;
		struct err_note note = {.text = ""};
		int fd = -1, err = cli_bundle_open(&o, argv[i], &fd, &r, &note);
		if (err) {
			code = cli_bundle_refuse(o.json, err, &note, argv[i]);
			continue;
		}
		report(&o, argv[i], r);
		bundle_reader_free(r);
		(void)close(fd);
	}
	cli_bundle_end(&o);
	return code;
}

const struct cli_command cmd_verify = {"verify",
	"verify --trust CA.pem [--revoked DIR] [--from STATION] [--to STATION] [--link LINK]\n"
	"                [--key KEY --cert CERT [--origin-trust CA.pem]] [--json] FILE...",
	"check signature, certificate, digests and form; with a key also what is inside", run};
