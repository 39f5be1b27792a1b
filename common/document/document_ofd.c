/* The container of GB/T 33190: OFD.xml, document, resources, pages, attachment, signature. */
#include "common/document/document_impl.h"
#include "common/document/font_part.h"
#include "common/document/ofd_page.h"
#include "common/document/ofd_xml.h"
#include "common/document/ofd_zip.h"

#include <stdio.h>
#include <string.h>

#define MEMBER_MAX (32 << 20)

struct ofd {
	const struct document *d;
	const struct sign_key *seal;
	struct ofd_zip *zip;
	const char *at;
	unsigned id; /* next free object id */
};

/* Ends the XML, adds it under a name and frees it. */
static int xml_add(struct ofd *o, struct ofd_xml *x, const char *name)
{
	struct buf text;
	buf_init(&text, MEMBER_MAX);
	int rc = ofd_xml_end(x, &text);
	if (rc == 0)
		rc = ofd_zip_add(o->zip, name, buf_view(&text));
	ofd_xml_free(x);
	buf_fini(&text);
	return rc;
}

static int root_add(struct ofd *o)
{
	struct ofd_xml *x = NULL;
	char title[400], id[DIGEST_HEX];
	int rc = ofd_xml_new("OFD", &x);
	if (rc < 0)
		return rc;
	digest_hex_of(sign_key_suite(o->seal), document_facts(o->d), id);
	id[32] = '\0';
	snprintf(title, sizeof title, "%s %s", layout_zh(o->d->layout), json_str(o->d->data, "number"));
	ofd_xml_attr(x, "Version", "1.0");
	ofd_xml_attr(x, "DocType", "OFD");
	ofd_xml_open(x, "DocBody");
	ofd_xml_open(x, "DocInfo");
	ofd_xml_put(x, "DocID", id);
	ofd_xml_put(x, "Title", title);
	ofd_xml_put(x, "Author", json_str(o->d->data, "office"));
	ofd_xml_put(x, "Subject", layout_en(o->d->layout));
	ofd_xml_put(x, "CreationDate", json_str(o->d->data, "date"));
	ofd_xml_put(x, "Creator", "sanwang");
	ofd_xml_close(x);
	ofd_xml_put(x, "DocRoot", "Doc_0/Document.xml");
	ofd_xml_put(x, "Signatures", "Doc_0/Signs/Signatures.xml");
	return xml_add(o, x, "OFD.xml");
}

static int document_add(struct ofd *o)
{
	struct ofd_xml *x = NULL;
	int rc = ofd_xml_new("Document", &x);
	if (rc < 0)
		return rc;
	size_t pages = document_pages(o->d);
	char max[16];
	snprintf(max, sizeof max, "%u", o->id + (unsigned)pages);
	ofd_xml_open(x, "CommonData");
	ofd_xml_put(x, "MaxUnitID", max);
	ofd_xml_open(x, "PageArea");
	ofd_xml_put(x, "PhysicalBox", "0 0 210 297");
	ofd_xml_close(x);
	ofd_xml_put(x, "PublicRes", "PublicRes.xml");
	ofd_xml_close(x);
	ofd_xml_open(x, "Pages");
	for (size_t i = 0; i < pages; i++) {
		ofd_xml_open(x, "Page");
		ofd_xml_attr(x, "ID", "%u", o->id++);
		ofd_xml_attr(x, "BaseLoc", "Pages/Page_%zu/Content.xml", i);
		ofd_xml_close(x);
	}
	ofd_xml_close(x);
	ofd_xml_put(x, "Attachments", "Attachs/Attachments.xml");
	return xml_add(o, x, "Doc_0/Document.xml");
}

static int fonts_add(struct ofd *o)
{
	struct ofd_xml *x = NULL;
	const struct font_part *f;
	int rc = ofd_xml_new("Res", &x);
	if (rc < 0)
		return rc;
	ofd_xml_attr(x, "BaseLoc", "Res");
	ofd_xml_open(x, "Fonts");
	for (size_t i = 0; rc == 0 && (f = o->d->fonts[i]); i++) {
		char name[64];
		snprintf(name, sizeof name, "Doc_0/Res/font_%zu.otf", i);
		rc = ofd_zip_add(o->zip, name, font_part_file(f));
		ofd_xml_open(x, "Font");
		ofd_xml_attr(x, "ID", "%zu", OFD_FONT_ID + i);
		ofd_xml_attr(x, "FontName", "%s", font_part_family(f));
		ofd_xml_attr(x, "FamilyName", "%s", font_part_family(f));
		if (font_part_is_bold(f))
			ofd_xml_attr(x, "Bold", "true");
		ofd_xml_put(x, "FontFile", strrchr(name, '/') + 1);
		ofd_xml_close(x);
	}
	if (rc == 0)
		return xml_add(o, x, "Doc_0/PublicRes.xml");
	ofd_xml_free(x);
	return rc;
}

static int pages_add(struct ofd *o)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < document_pages(o->d); i++) {
		struct buf text;
		char name[64];
		buf_init(&text, MEMBER_MAX);
		snprintf(name, sizeof name, "Doc_0/Pages/Page_%zu/Content.xml", i);
		rc = ofd_page(o->d->drawing, i, &o->id, &text);
		if (rc == 0)
			rc = ofd_zip_add(o->zip, name, buf_view(&text));
		buf_fini(&text);
	}
	return rc;
}

static int attachment_add(struct ofd *o)
{
	struct ofd_xml *x = NULL;
	int rc = ofd_xml_new("Attachments", &x);
	if (rc < 0)
		return rc;
	ofd_xml_open(x, "Attachment");
	ofd_xml_attr(x, "ID", "facts");
	ofd_xml_attr(x, "Name", "facts.json");
	ofd_xml_attr(x, "Format", "JSON");
	ofd_xml_attr(x, "Size", "%.3f", (double)document_facts(o->d).n / 1024);
	ofd_xml_put(x, "FileLoc", "facts.json");
	ofd_xml_close(x);
	rc = xml_add(o, x, "Doc_0/Attachs/Attachments.xml");
	return rc == 0 ? ofd_zip_add(o->zip, "Doc_0/Attachs/facts.json", document_facts(o->d)) : rc;
}

/* Object identifiers of the suite: signature, digest. */
static const char *oid(const struct ofd *o, bool digest)
{
	bool gm = strcmp(suite_name(sign_key_suite(o->seal)), "gm") == 0;
	if (digest)
		return gm ? "1.2.156.10197.1.401" : "2.16.840.1.101.3.4.2.1";
	return gm ? "1.2.156.10197.1.501" : "1.3.101.112";
}

static int references_put(struct ofd *o, struct ofd_xml *x)
{
	struct digest digest;
	const char *name;
	int rc = 0;
	ofd_xml_open(x, "References");
	ofd_xml_attr(x, "CheckMethod", "%s", oid(o, true));
	for (size_t i = 0; rc == 0 && (name = ofd_zip_member(o->zip, i, &digest)); i++) {
		struct buf value;
		buf_init(&value, 64);
		rc = b64_add(&value, view_of(digest.b, sizeof digest.b));
		ofd_xml_open(x, "Reference");
		ofd_xml_attr(x, "FileRef", "/%s", name);
		ofd_xml_put(x, "CheckValue", rc == 0 ? (const char *)value.p : "");
		ofd_xml_close(x);
		buf_fini(&value);
	}
	ofd_xml_close(x);
	return rc;
}

static int signature_text(struct ofd *o, struct buf *out)
{
	struct ofd_xml *x = NULL;
	int rc = ofd_xml_new("Signature", &x);
	if (rc < 0)
		return rc;
	ofd_xml_open(x, "SignedInfo");
	ofd_xml_open(x, "Provider");
	ofd_xml_attr(x, "ProviderName", "sanwang");
	ofd_xml_close(x);
	ofd_xml_put(x, "SignatureMethod", oid(o, false));
	ofd_xml_put(x, "SignatureDateTime", o->at);
	rc = references_put(o, x);
	ofd_xml_close(x);
	ofd_xml_put(x, "SignedValue", "/Doc_0/Signs/Sign_0/SignedValue.dat");
	if (rc == 0)
		rc = ofd_xml_end(x, out);
	ofd_xml_free(x);
	return rc;
}

static int signature_add(struct ofd *o)
{
	struct ofd_xml *x = NULL;
	struct buf text, value;
	buf_init(&text, 1 << 20);
	buf_init(&value, 512);
	int rc = signature_text(o, &text);
	if (rc == 0)
		rc = sign_make(o->seal, buf_view(&text), &value);
	if (rc == 0)
		rc = ofd_xml_new("Signatures", &x);
	if (rc == 0) {
		ofd_xml_put(x, "MaxSignId", "1");
		ofd_xml_open(x, "Signature");
		ofd_xml_attr(x, "ID", "1");
		ofd_xml_attr(x, "Type", "Sign");
		ofd_xml_attr(x, "BaseLoc", "Sign_0/Signature.xml");
		ofd_xml_close(x);
		rc = xml_add(o, x, "Doc_0/Signs/Signatures.xml");
	}
	if (rc == 0)
		rc = ofd_zip_add(o->zip, "Doc_0/Signs/Sign_0/Signature.xml", buf_view(&text));
	if (rc == 0)
		rc = ofd_zip_add(o->zip, "Doc_0/Signs/Sign_0/SignedValue.dat", buf_view(&value));
	if (rc == 0)
		rc = ofd_zip_add(o->zip, "Doc_0/Signs/Sign_0/signer.pem", sign_key_cert_pem(o->seal));
	buf_fini(&text);
	buf_fini(&value);
	return rc;
}

int document_ofd(const struct document *d, const struct sign_key *seal, const char *at, struct buf *out)
{
	struct ofd o = {.d = d, .seal = seal, .at = at, .id = 100};
	size_t was = out->n;
	int64_t ms = 0;
	int rc = time_parse(at, &ms);
	if (rc == 0)
		rc = ofd_zip_new(sign_key_suite(seal), ms / 1000, out, &o.zip);
	if (rc == 0)
		rc = root_add(&o);
	if (rc == 0)
		rc = fonts_add(&o);
	if (rc == 0)
		rc = pages_add(&o);
	if (rc == 0)
		rc = document_add(&o);
	if (rc == 0)
		rc = attachment_add(&o);
	if (rc == 0)
		rc = signature_add(&o);
	if (rc == 0)
		rc = ofd_zip_end(o.zip);
	ofd_zip_free(o.zip);
	if (rc < 0)
		out->n = was;
	return rc;
}
