/* 查询: what a person may ask the book over the portal. The text is canonical JSON
 * {"query" (UUID),"kind","division","about","purpose","created"}, signed by the person where it is about
 * people or property (不动产登记资料查询暂行办法); the public kinds ask about a paper or a case that the
 * asker names in full. Pure. */
#ifndef REG_DOMAIN_QUERY_H
#define REG_DOMAIN_QUERY_H
#include "common/base/json.h"

enum query_kind {
	QUERY_OWN,         /* 本人不动产: all of it, with who looked at it */
	QUERY_UNIT,        /* by unit code: natural state and restrictions, nobody's name */
	QUERY_CERTIFICATE, /* by certificate number: the same */
	QUERY_LOCATION,    /* by words of the location: the same */
	QUERY_NONE_PROOF,  /* 无房证明 */
	QUERY_OWN_PROOF,   /* 不动产登记信息证明（有房） */
	QUERY_PAPER,       /* state of a certificate or proof: about "NUMBER;DIGEST"; public */
	QUERY_NUMBER,      /* of a paper whose number alone is known: its state and nothing else; public */
	QUERY_CASE,        /* progress: about "NUMBER;NAME OR ID" or "NAME;ID"; public */
	QUERY_HOLDING,     /* 核对: does who names all of a certificate say what the book says?
			      about "NUMBER;UNIT;KIND;ID;NAME", KIND of document as in
			      codes.h; public */
	QUERY_NOTICE,      /* 公告 that run now; about nobody, public */
	QUERY_KIND_COUNT
};
struct query {
	enum query_kind kind;
	char id[37], about[256], purpose[128], created[25];
	const char *other; /* in `about`, behind the semicolon of a public kind; "" else */
	/* of QUERY_HOLDING, whose `other` is the unit; "" else */
	const char *id_kind, *id_number, *name;
};
const char *query_code(enum query_kind k);
bool query_public(enum query_kind k);
/* ERR_SCHEMA; ERR_REFUSED: another office's, or not of now (an hour either way). */
SW_MUST_USE int query_read(
	const char *text, const char *division, int64_t now_ms, struct query *out, struct err_note *note);
/* What of the rows of a unit (book_unit; lapses settled) binds: {"mortgages","seizures","prenotices",
 * "objections","residence","easements"} as numbers. New reference. */
json_t *query_limits(const json_t *rows);
#endif
