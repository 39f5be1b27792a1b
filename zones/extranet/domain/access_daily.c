/* The daily log 登簿日志. */
#include "zones/extranet/domain/access.h"

#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <string.h>

/* Counts by registration type, in the format's order and spelling. */
static const struct {
	const char *code, *name;
} kinds[] = {{"100", "FirstReg"}, {"200", "TransferReg"}, {"300", "ChangeReg"}, {"400", "LogoutReg"},
	{"500", "RiviseReg"}, {"600", "DissentingReg"}, {"700", "AdvanceReg"}, {"800", "SeizeReg"},
	{"900", "OtherReg"}};
#define NKINDS (sizeof kinds / sizeof kinds[0])

static size_t kind_of(const json_t *entry)
{
	for (size_t i = 0; i < NKINDS; i++)
		if (strcmp(kinds[i].code, json_str(entry, "registration")) == 0)
			return i;
	return NKINDS - 1;
}

static int number_put(xmlTextWriterPtr w, const char *name, int n)
{
	return xmlTextWriterWriteFormatAttribute(w, (const xmlChar *)name, "%d", n);
}

static bool reported(const json_t *entry)
{
	return *json_str(entry, "message") != '\0';
}

static int counts_write(xmlTextWriterPtr w, const char *name, const struct access_day *d, bool all)
{
	int n[NKINDS] = {0}, total = 0, used = 0;
	size_t i;
	const json_t *one;
	json_array_foreach(d->entries, i, one)
	{
		if (all || reported(one)) {
			n[kind_of(one)]++;
			total++;
		}
	}
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)name);
	if (rc >= 0)
		rc = number_put(w, "totalNum", total);
	for (size_t k = 0; rc >= 0 && k < NKINDS; k++) {
		rc = number_put(w, kinds[k].name, n[k]);
		used += n[k] > 0;
	}
	if (rc >= 0)
		rc = number_put(w, "BusinessTypeCount", used);
	return rc >= 0 ? xmlTextWriterEndElement(w) : rc;
}

static int entry_write(xmlTextWriterPtr w, const json_t *e, bool all)
{
	const char *const fields[][2] = {{"BWID", json_str(e, "message")}, {"YWH", json_str(e, "entry")},
		{"BDCDYH", json_str(e, "unit")}, {"DJLX", json_str(e, "registration")},
		{"QLLX", json_str(e, "right")}, {"ZSZMH", json_str(e, "paper")},
		{"SFSB", reported(e) ? "1" : "0"}};
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)(all ? "Register" : "Access"));
	for (size_t i = 0; rc >= 0 && i < (all ? sizeof fields / sizeof fields[0] : 3); i++)
		rc = xmlTextWriterWriteAttribute(
			w, (const xmlChar *)fields[i][0], (const xmlChar *)fields[i][1]);
	return rc >= 0 ? xmlTextWriterEndElement(w) : rc;
}

static int list_write(xmlTextWriterPtr w, const char *name, const struct access_day *d, bool all)
{
	int n = 0;
	size_t i;
	const json_t *one;
	json_array_foreach(d->entries, i, one) n += all || reported(one);
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)name);
	if (rc >= 0)
		rc = number_put(w, "totalNum", n);
	json_array_foreach(d->entries, i, one)
	{
		if (rc >= 0 && (all || reported(one)))
			rc = entry_write(w, one, all);
	}
	return rc >= 0 ? xmlTextWriterEndElement(w) : rc;
}

static int day_write(xmlTextWriterPtr w, const struct access_day *d)
{
	const char *const fields[][2] = {
		{"AreaCode", d->division}, {"AreaName", d->office}, {"AccessDate", d->day}, {"Remark", ""}};
	int rc = xmlTextWriterStartElement(w, (const xmlChar *)"AccessLog");
	for (size_t i = 0; rc >= 0 && i < 4; i++)
		rc = xmlTextWriterWriteElement(
			w, (const xmlChar *)fields[i][0], (const xmlChar *)fields[i][1]);
	if (rc >= 0)
		rc = counts_write(w, "RegisterInfo", d, true);
	if (rc >= 0)
		rc = counts_write(w, "AccessInfo", d, false);
	if (rc >= 0)
		rc = list_write(w, "RegisterList", d, true);
	return rc >= 0 ? list_write(w, "AccessList", d, false) : rc;
}

int access_daily(const struct access_day *d, struct buf *out)
{
	xmlBufferPtr text = xmlBufferCreate();
	xmlTextWriterPtr w = text ? xmlNewTextWriterMemory(text, 0) : NULL;
	int rc = w ? 0 : -1;
	if (rc >= 0)
		rc = xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL);
	if (rc >= 0)
		rc = xmlTextWriterStartElement(w, (const xmlChar *)"AccessLogs");
	if (rc >= 0)
		rc = day_write(w, d);
	if (rc >= 0)
		rc = xmlTextWriterEndDocument(w);
	if (w)
		xmlFreeTextWriter(w);
	rc = rc < 0 ? ERR_NOMEM : buf_add(out, xmlBufferContent(text), (size_t)xmlBufferLength(text));
	if (text)
		xmlBufferFree(text);
	return rc;
}
