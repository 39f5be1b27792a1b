#include "common/audit/audit_proof.h"
#include "common/audit/cli/cli_audit.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATCHES_MAX 1000

struct match {
	int64_t index;
	struct buf entry;
};
struct search {
	const struct cli_audit *o;
	int64_t entry; /* -1: by subject */
	struct match *v;
	size_t n;
};

static int each(void *arg, int64_t index, struct view entry)
{
	struct search *s = arg;
	json_t *o = NULL;
	bool wanted = s->entry == index;
	if (s->entry < 0) {
		int rc = json_parse(entry, entry.n, &o, NULL);
		if (rc < 0)
			return rc;
		wanted = cli_audit_wanted(s->o, o);
		json_decref(o);
	}
	if (!wanted)
		return 0;
	if (s->n == MATCHES_MAX)
		return ERR_LIMIT;
	struct match *m = &s->v[s->n++];
	m->index = index;
	buf_init(&m->entry, 65536);
	return buf_add_view(&m->entry, entry);
}

static int write_out(const struct cli_audit *o, const struct buf *text)
{
	if (!o->out)
		return fwrite(text->p, 1, text->n, stdout) == text->n
			       ? CLI_DONE
			       : cli_refuse(o->json, ERR_IO, "cannot be written", "standard output");
	int rc = file_write(AT_FDCWD, o->out, 0644, buf_view(text), "proof");
	return rc < 0 ? cli_refuse(o->json, rc, err_text(rc), o->out) : CLI_DONE;
}

static int entries_prove(const struct cli_audit *o, struct search *s, struct audit_view *v, const char *log)
{
	struct buf text;
	int rc = 0;
	buf_init(&text, (size_t)MATCHES_MAX * AUDIT_PROOF_MAX);
	if (s->n == 0)
		return cli_refuse(o->json, ERR_NOTFOUND, "no such entry", log);
	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		rc = audit_proof_entry(v, s->v[i].index, buf_view(&s->v[i].entry), &text);
		if (rc == 0)
			rc = buf_add_str(&text, "\n");
	}
	int code = rc == 0 ? write_out(o, &text)
			   : cli_refuse(o->json, rc,
				     rc == ERR_STATE   ? "this log has no checkpoints"
				     : rc == ERR_RANGE ? "the entry stands behind the checkpoint"
						       : err_text(rc),
				     log);
	buf_fini(&text);
	return code;
}

static int checkpoint_prove(const struct cli_audit *o, struct audit_view *v, const char *log)
{
	struct buf earlier, text;
	struct err_note note = {.text = ""};
	buf_init(&earlier, AUDIT_NOTE_MAX);
	buf_init(&text, AUDIT_PROOF_MAX);
	int rc = file_read(AT_FDCWD, o->checkpoint, AUDIT_NOTE_MAX, &earlier);
	if (rc < 0)
		err_set(&note, rc, "%.150s: %s", o->checkpoint, err_text(rc));
	if (rc == 0)
		rc = audit_proof_consistency(v, buf_view(&earlier), &text, &note);
	if (rc == 0)
		rc = buf_add_str(&text, "\n");
	int code = rc == 0 ? write_out(o, &text) : cli_refuse(o->json, rc, note.text, log);
	buf_fini(&earlier);
	buf_fini(&text);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_audit o;
	int i = 0, code = cli_audit_begin(&cmd_prove, "tljesaSUocr", argc, argv, &o, &i);
	if (code)
		return code;
	struct search s = {.o = &o, .entry = -1, .v = calloc(MATCHES_MAX, sizeof *s.v)};
	struct audit_view *v = NULL;
	char *end = NULL;
	if (o.entry)
		s.entry = strtoll(o.entry, &end, 10);
	if (i + 1 != argc || !s.v || (!o.entry && !o.subject && !o.action && !o.checkpoint) ||
		(o.entry && (*end || s.entry < 0 || !*o.entry)))
		code = cli_usage(PROGRAM, &cmd_prove);
	o.live = true; /* what stands under the checkpoint can be proved while more is written */
	if (!code)
		code = cli_audit_open(&o, argv[i], o.checkpoint ? NULL : each, &s, NULL, &v);
	if (!code)
		code = o.checkpoint ? checkpoint_prove(&o, v, argv[i]) : entries_prove(&o, &s, v, argv[i]);
	audit_view_close(v);
	for (size_t k = 0; k < s.n; k++)
		buf_fini(&s.v[k].entry);
	free(s.v);
	cli_audit_end(&o);
	return code;
}

const struct cli_command cmd_prove = {"prove",
	"prove [--trust CA.pem [--revoked DIR]] (--entry N | [--subject TEXT] [--action NAME] [--since TIME] "
	"[--until TIME] "
	"|\n"
	"                --checkpoint FILE) [--out FILE] [--json] LOG",
	"make proofs that entries stand in the log, or that an earlier checkpoint is a prefix of it, one a "
	"line",
	run};
