#include "zones/extranet/domain/access.h"

#include "common/base/id.h"
#include "zones/extranet/store/book_columns.h"
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <string.h>

/* ---- columns as attributes */
struct column {
	const char *name, *show;
};
#define COLUMN(kind, name, zh, en, show) {#name, show},
#define WHOLE(U)                                                                                             \
	BOOK_HEAD(COLUMN) BOOK_##U(COLUMN){"ywh", "case"},                                                   \
	{                                                                                                    \
		NULL, NULL                                                                                   \
	}
#define COLUMNS_MAX 32
struct element {
	const char *table, *name;
	struct column columns[COLUMNS_MAX];
	bool right;
};
static const struct element elements[] = {
	{"zdjbxx", "KTT_ZDJBXX", {WHOLE(ZDJBXX)}, false},
	{"zhjbxx", "KTT_ZHJBXX", {WHOLE(ZHJBXX)}, false},
	{"zrz", "KTT_FW_ZRZ", {WHOLE(ZRZ)}, false},
	{"h", "KTT_FW_H", {WHOLE(H)}, false},
	{"tdsyq", "QLF_QL_TDSYQ", {WHOLE(TDSYQ)}, true},
	{"jsydsyq", "QLF_QL_JSYDSYQ", {WHOLE(JSYDSYQ)}, true},
	{"fdcq1", "QLF_FW_FDCQ_DZ", {WHOLE(FDCQ1)}, true},
	{"fdcq2", "QLF_FW_FDCQ_YZ", {WHOLE(FDCQ2)}, true},
	{"nydsyq", "QLF_QL_NYDSYQ", {WHOLE(NYDSYQ)}, true},
	{"lq", "QLT_QL_LQ", {WHOLE(LQ)}, true},
	{"hysyq", "QLF_QL_HYSYQ", {WHOLE(HYSYQ)}, true},
	{"fdcq3", "QLF_FW_FDCQ_QFSYQ", {WHOLE(FDCQ3)}, true},
	{"dyaq", "QLF_QL_DYAQ", {WHOLE(DYAQ)}, true},
	{"dyiq", "QLF_QL_DYIQ", {WHOLE(DYIQ)}, true},
	{"jzq", "QLF_QL_JZQ", {WHOLE(JZQ)}, true},
	{"ygdj", "QLF_QL_YGDJ", {WHOLE(YGDJ)}, true},
	{"yydj", "QLF_QL_YYDJ", {WHOLE(YYDJ)}, true},
	{"cfdj", "QLF_QL_CFDJ", {WHOLE(CFDJ)}, true},
	{"qlr", "ZTT_GY_QLR", {WHOLE(QLR)}, false},
	{"zxdj", "QLF_QL_ZXDJ", {WHOLE(ZXDJ)}, false},
};

static const struct element *element_of(const char *table)
{
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
		if (strcmp(elements[i].table, table) == 0)
			return &elements[i];
	return NULL;
}

/* "2026-11-24T03:42:00.123Z" → 2026-11-24T11:42:00; what is no instant stands as it is. */
static void time_cst(const char *instant, char *out, size_t size)
{
	int64_t ms;
	char text[TIME_TEXT];
	snprintf(out, size, "%s", instant);
	if (time_parse(instant, &ms) < 0)
		return;
	time_text(ms + INT64_C(8) * 3600000, text);
	snprintf(out, size, "%.19s", text);
}

static void number_text(const char *show, int64_t n, char *out, size_t size)
{
	if (strcmp(show, "area") == 0)
		snprintf(out, size, "%lld.%04lld", (long long)(n / 10000), (long long)(n % 10000));
	else if (strcmp(show, "money") == 0)
		snprintf(out, size, "%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
	else
		snprintf(out, size, "%lld", (long long)n);
}

static int attribute(xmlTextWriterPtr w, const struct column *c, const json_t *value)
{
	char name[16], text[64];
	size_t i;
	const char *v = text;
	for (i = 0; c->name[i] && i < sizeof name - 1; i++)
		name[i] = (char)(c->name[i] >= 'a' && c->name[i] <= 'z' ? c->name[i] - 32 : c->name[i]);
	name[i] = '\0';
	if (!value || json_is_null(value))
		v = "";
	else if (json_is_integer(value))
		number_text(c->show, json_integer_value(value), text, sizeof text);
	else if (strcmp(c->show, "time") == 0)
		time_cst(json_string_value(value), text, sizeof text);
	else
		v = json_string_value(value);
	return xmlTextWriterWriteAttribute(w, (const xmlChar *)name, (const xmlChar *)v);
}

static int row_write(xmlTextWriterPtr w, const json_t *one)
{
	const struct element *e = element_of(json_str(one, "table"));
	const json_t *row = json_object_get(one, "row");
	bool ended = strcmp(json_str(one, "op"), "-") == 0;
	REQUIRE(e && row);
	/* Of what ended the right is told; its holders stand in the message that made it. */
	if (ended && !e->right)
		return 0;
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)e->name);
	for (const struct column *c = e->columns; rc >= 0 && c->name; c++)
		rc = attribute(w, c, json_object_get(row, c->name));
	if (rc >= 0)
		rc = xmlTextWriterWriteAttribute(
			w, (const xmlChar *)"QSZT", (const xmlChar *)(ended ? "2" : "1"));
	return rc >= 0 ? xmlTextWriterEndElement(w) : rc;
}

static int put(xmlTextWriterPtr w, const char *name, const char *text)
{
	return xmlTextWriterWriteElement(w, (const xmlChar *)name, (const xmlChar *)text);
}

static int head_write(xmlTextWriterPtr w, const struct access_head *h)
{
	char kind[16], at[32], parcel[20], titles[12], proofs[12];
	snprintf(kind, sizeof kind, "%.3s%02d01", h->registration, atoi(h->right));
	time_cst(h->at, at, sizeof at);
	snprintf(parcel, sizeof parcel, "%.19s", h->unit);
	snprintf(titles, sizeof titles, "%d", h->titles);
	snprintf(proofs, sizeof proofs, "%d", h->proofs);
	const char *const fields[][2] = {{"BizMsgID", h->id}, {"ASID", "AS100"}, {"AreaCode", h->division},
		{"RecType", kind}, {"RightType", h->right}, {"RegType", h->registration}, {"CreateDate", at},
		{"RecFlowID", h->entry}, {"RegOrgID", h->office}, {"ParcelID", parcel},
		{"EstateNum", h->unit}, {"PreEstateNum", h->before_unit}, {"PreCertID", h->before_paper},
		{"CertCount", titles}, {"ProofCount", proofs}, {"DigitalSign", ""}};
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)"Head");
	for (size_t i = 0; rc >= 0 && i < sizeof fields / sizeof fields[0]; i++)
		rc = put(w, fields[i][0], fields[i][1]);
	return rc >= 0 ? xmlTextWriterEndElement(w) : rc;
}

/* ---- documents */
static int begin(const char *root, xmlBufferPtr *text, xmlTextWriterPtr *w)
{
	*text = xmlBufferCreate();
	*w = *text ? xmlNewTextWriterMemory(*text, 0) : NULL;
	if (!*w || xmlTextWriterStartDocument(*w, NULL, "UTF-8", NULL) < 0 ||
		xmlTextWriterStartElement(*w, (const xmlChar *)root) < 0)
		return ERR_NOMEM;
	return 0;
}

static int finish(int rc, xmlTextWriterPtr w, xmlBufferPtr text, struct buf *out)
{
	if (rc >= 0 && xmlTextWriterEndDocument(w) < 0)
		rc = ERR_NOMEM;
	if (w)
		xmlFreeTextWriter(w);
	if (rc >= 0)
		rc = buf_add(out, xmlBufferContent(text), (size_t)xmlBufferLength(text));
	if (text)
		xmlBufferFree(text);
	return rc < 0 && rc > ERR_BASE_ ? ERR_NOMEM : rc;
}

int access_message(const struct access_head *h, const json_t *rows, struct buf *out)
{
	xmlBufferPtr text = NULL;
	xmlTextWriterPtr w = NULL;
	size_t i;
	const json_t *one;
	int rc = begin("Message", &text, &w);
	if (rc >= 0)
		rc = head_write(w, h);
	if (rc >= 0)
		rc = xmlTextWriterStartElement(w, (const xmlChar *)"Data");
	json_array_foreach(rows, i, one)
	{
		if (rc >= 0)
			rc = row_write(w, one);
	}
	return finish(rc, w, text, out);
}

int access_sign(struct view message, struct view signature, struct buf *out)
{
	static const char place[] = "<DigitalSign></DigitalSign>";
	const size_t head = sizeof "<DigitalSign>" - 1;
	const uint8_t *at = memmem(message.p, message.n, place, sizeof place - 1);
	if (!at)
		return ERR_BUG;
	size_t before = (size_t)(at - message.p) + head;
	int rc = buf_add(out, message.p, before);
	if (rc == 0)
		rc = b64_add(out, signature);
	return rc == 0 ? buf_add(out, message.p + before, message.n - before) : rc;
}
