/* A document from a layout and its data: drawn once, written as PDF and as OFD. */
#ifndef SW_DOCUMENT_DOCUMENT_H
#define SW_DOCUMENT_DOCUMENT_H
#include "common/crypto/key.h"
#include "common/document/layout.h"

struct document;
/* Checks the data (layout_data_check), canonicalises and draws it. suite: of the digest in its QR code.
 * ERR_SCHEMA, ERR_LIMIT (QR code, a table row higher than a page, 500 pages). */
SW_MUST_USE int document_new(const struct layout *l, json_t *data, const struct suite *suite,
	struct document **out, struct err_note *note);
void document_free(struct document *d); /* wipes its texts */
/* The data in canonical form: what a signature over the document's content covers. */
struct view document_facts(const struct document *d);
size_t document_pages(const struct document *d);
/* Both append; the same document gives the same bytes (OFD: but for a randomised signature). ERR_NOMEM,
 * ERR_LIMIT, ERR_IO. */
SW_MUST_USE int document_pdf(const struct document *d, struct buf *out);
/* GB/T 33190: text as text with its place and subset fonts, the canonical data as attachment `facts.json`,
 * and a signature of `seal` over the digest of every member (README.md says what of the standard is not
 * there). at: RFC 3339. */
SW_MUST_USE int document_ofd(
	const struct document *d, const struct sign_key *seal, const char *at, struct buf *out);
#endif
