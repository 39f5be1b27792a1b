#include "burner/disc/iso_record.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

void iso_le32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void iso_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

void iso_both32(uint8_t *p, uint32_t v)
{
	iso_le32(p, v);
	iso_be32(p + 4, v);
}

void iso_both16(uint8_t *p, uint16_t v)
{
	p[0] = p[3] = (uint8_t)v;
	p[1] = p[2] = (uint8_t)(v >> 8);
}

void iso_time(uint8_t *p, int64_t ms)
{
	struct tm t;
	time_t at = (time_t)(ms / 1000);
	gmtime_r(&at, &t);
	p[0] = (uint8_t)t.tm_year;
	p[1] = (uint8_t)(t.tm_mon + 1);
	p[2] = (uint8_t)t.tm_mday;
	p[3] = (uint8_t)t.tm_hour;
	p[4] = (uint8_t)t.tm_min;
	p[5] = (uint8_t)t.tm_sec;
	p[6] = 0;
}

static uint8_t *entry(uint8_t *p, const char sig[static 3], size_t n)
{
	memcpy(p, sig, 2);
	p[2] = (uint8_t)n;
	p[3] = 1;
	return p + 4;
}

/* PX, TF, NM, and for the root SP and CE. */
static size_t rock_ridge(const struct iso_record *r, uint8_t *out)
{
	uint8_t *p = out, *b;
	if (r->root && r->self == 0 && !r->name) {
		b = entry(p, "SP", 7);
		b[0] = 0xbe;
		b[1] = 0xef;
		b[2] = 0;
		p += 7;
	}
	b = entry(p, "PX", 36);
	iso_both32(b, r->folder ? S_IFDIR | 0555 : S_IFREG | 0444);
	iso_both32(b + 8, (uint32_t)r->links);
	iso_both32(b + 16, 0);
	iso_both32(b + 24, 0);
	p += 36;
	b = entry(p, "TF", 26);
	*b++ = 0x0e; /* modified, read, changed */
	for (int i = 0; i < 3; i++)
		iso_time(b + (ptrdiff_t)7 * i, r->time_ms);
	p += 26;
	if (r->posix) {
		size_t n = strlen(r->posix);
		b = entry(p, "NM", 5 + n);
		b[0] = 0;
		memcpy(b + 1, r->posix, n);
		p += 5 + n;
	}
	if (r->root && r->self == 0 && !r->name) {
		uint8_t er[ISO_RECORD_MAX + 1];
		b = entry(p, "CE", 28);
		iso_both32(b, r->er_at);
		iso_both32(b + 8, 0);
		iso_both32(b + 16, (uint32_t)iso_record_er(er));
		p += 28;
	}
	return (size_t)(p - out);
}

size_t iso_record_er(uint8_t out[static ISO_RECORD_MAX + 1])
{
	static const char id[] = "RRIP_1991A",
			  what[] = "THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE "
				   "SYSTEM SEMANTICS",
			  where[] = "PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER "
				    "IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.";
	size_t n = 8 + sizeof id - 1 + sizeof what - 1 + sizeof where - 1;
	uint8_t *b = entry(out, "ER", n);
	b[0] = sizeof id - 1;
	b[1] = sizeof what - 1;
	b[2] = sizeof where - 1;
	b[3] = 1;
	memcpy(b + 4, id, sizeof id - 1);
	memcpy(b + 4 + sizeof id - 1, what, sizeof what - 1);
	memcpy(b + 4 + sizeof id - 1 + sizeof what - 1, where, sizeof where - 1);
	return n;
}

/* Name as stored, with its version number for files; Joliet's characters have two bytes. */
static size_t stored_name(const struct iso_record *r, uint8_t *p)
{
	size_t n = 0;
	if (!r->name) {
		p[0] = (uint8_t)r->self;
		return 1;
	}
	for (int part = 0; part < (r->folder ? 1 : 2); part++)
		for (const char *c = part ? ";1" : r->name; *c; c++) {
			if (r->joliet)
				p[n++] = 0;
			p[n++] = (uint8_t)*c;
		}
	return n;
}

size_t iso_record_make(const struct iso_record *r, uint8_t out[static ISO_RECORD_MAX + 1])
{
	memset(out, 0, ISO_RECORD_MAX + 1);
	iso_both32(out + 2, r->at);
	iso_both32(out + 10, r->size);
	iso_time(out + 18, r->time_ms);
	out[25] = r->folder ? 2 : 0;
	iso_both16(out + 28, 1);
	size_t name = stored_name(r, out + 33), n = 33 + name;
	out[32] = (uint8_t)name;
	n += n % 2;
	if (r->rock)
		n += rock_ridge(r, out + n);
	n += n % 2;
	out[0] = (uint8_t)n;
	return n;
}
