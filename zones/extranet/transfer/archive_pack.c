#include "zones/extranet/transfer/archive_pack.h"

#include "common/base/embed.h"
#include "common/log/log.h"
#include "zones/extranet/store/archive.h"
#include "zones/extranet/store/decision.h"
#include "zones/extranet/transfer/archive_page.h"
#include "zones/extranet/transfer/archive_parts.h"
#include <stdio.h>
#include <string.h>

EMBED(kit_check, "zones/extranet/transfer/kit/check.sh");
EMBED(kit_readme, "zones/extranet/transfer/kit/README.txt");

struct packing {
	struct registry *r;
	struct archive_case a;
	struct archive_parts parts;
	char manifest[DIGEST_HEX];
	struct blob_ref ref;
};

/* ---- what is needed to read and to check it */

static int trust_add(struct packing *p, const char *path, const struct trust *t)
{
	struct buf pem;
	buf_init(&pem, 262144);
	int rc = t ? trust_pem(t, &pem) : 0;
	if (rc == 0 && t)
		rc = bag_tag(p->parts.bag, path, buf_view(&pem));
	buf_fini(&pem);
	return rc;
}

static int readme_add(struct packing *p, struct buf *text)
{
	bool gm = strcmp(suite_name(sign_key_suite(p->a.office->seal)), "gm") == 0;
	json_t *words = json_pack("{s:s,s:s,s:s,s:s,s:s}", "number", p->a.c.number, "office",
		p->a.office->name, "signature", gm ? " -digest sm3 -pkeyopt distid:1234567812345678" : "",
		"chain", gm ? " -vfyopt distid:1234567812345678" : "", "digest", gm ? "sm3" : "sha256");
	int rc = words ? layout_expand(kit_readme, words, NULL, 0, text) : ERR_NOMEM;
	json_decref(words);
	return rc == 0 ? bag_tag(p->parts.bag, "README.txt", buf_view(text)) : rc;
}

static int tools_add(struct packing *p)
{
	struct buf readme, page;
	buf_init(&readme, 65536);
	buf_init(&page, 16 << 20);
	int rc = trust_add(p, "trust/zone.pem", decision_authority(p->r->service));
	if (rc == 0 && json_array_size(p->a.signatures))
		rc = trust_add(p, "trust/identity.pem", p->r->identity);
	if (rc == 0 && json_array_size(p->a.faces))
		rc = trust_add(p, "trust/face.pem", p->r->face);
	if (rc == 0 && json_array_size(p->a.mandates))
		rc = trust_add(p, "trust/authority.pem", p->r->authority);
	if (rc == 0)
		rc = bag_tag(p->parts.bag, "check.sh", view_str(kit_check));
	if (rc == 0)
		rc = readme_add(p, &readme);
	const struct archive_page_parts parts = {
		&p->a, p->parts.log, p->parts.files, readme.n ? (const char *)readme.p : ""};
	if (rc == 0)
		rc = archive_page(&parts, &page);
	if (rc == 0)
		rc = bag_add(p->parts.bag, "index.html", buf_view(&page));
	buf_fini(&readme);
	buf_fini(&page);
	return rc;
}

static int store(struct db_tx *tx, void *arg)
{
	struct packing *p = arg;
	int rc = archive_add(tx, &p->a.c, archive_case_closed(&p->a), p->manifest, &p->ref);
	return rc == 0 ? audit_record(tx, "system", "case.packed", p->a.c.number, NULL) : rc;
}

static int bag_make(struct packing *p)
{
	char info[400], day[11];
	int64_t ms = 0;
	int rc = time_parse(archive_case_closed(&p->a), &ms);
	time_date_cst(ms, day);
	snprintf(info, sizeof info, "Source-Organization: %s\nExternal-Identifier: %s\nBagging-Date: %s\n",
		p->a.office->name, p->a.c.number, day);
	if (rc == 0)
		rc = bag_new(p->r->service->blobs, p->a.c.number, ms, &p->parts.bag);
	if (rc == 0)
		rc = archive_parts_add(&p->parts);
	if (rc == 0)
		rc = tools_add(p);
	return rc == 0 ? bag_finish(p->parts.bag, info, p->a.office->seal, p->manifest, &p->ref) : rc;
}

int archive_pack(struct registry *r, const struct office *o, const char *case_id)
{
	struct service *s = r->service;
	struct packing p = {.r = r};
	int rc = archive_case_read(&p.a, r, o, case_id);
	p.parts = (struct archive_parts){r, &p.a, NULL, json_array(), json_array()};
	if (rc == 0 && (!p.parts.files || !p.parts.log))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = archive_case_ready(&p.a);
	if (rc == 0)
		rc = bag_make(&p);
	if (rc == 0)
		rc = db_write(s->db, o->division, store, &p);
	if (rc < 0 && rc != ERR_BUSY)
		log_error("archive", "case=%s error=%s", p.a.c.number, err_name(rc));
	bag_free(p.parts.bag);
	archive_case_fini(&p.a);
	json_decref(p.parts.files);
	json_decref(p.parts.log);
	return rc;
}
