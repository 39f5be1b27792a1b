/* 领证方式: how the paper certificate of a case reaches its holder, as the holder signs it. The portal shows
 * the text, the registry reads it anew and checks the signature over it. Pure. Source: guide 一(五), 一(七)
 * (电子证照, 现场领证, 邮寄送达). */
#ifndef SW_MESSAGE_DELIVERY_H
#define SW_MESSAGE_DELIVERY_H
#include "common/base/json.h"

#define DELIVERY_TEXT 1024
struct delivery {
	char way[12];                           /* electronic: no paper; window: fetched there; post */
	char name[91], phone[12], address[241]; /* of who receives it by post, else "" */
};
/* Known way; by post a name, a mobile number and an address of at least 6 bytes, none with control
 * characters; otherwise none of them. ERR_SCHEMA names the member. */
SW_MUST_USE int delivery_check(const struct delivery *d, struct err_note *note);
/* {"way","name","phone","address"}, the last three by post only; other members are refused but those of
 * `more` (NULL-terminated; NULL none). ERR_SCHEMA. */
SW_MUST_USE int delivery_parse(
	const json_t *o, const char *const *more, struct delivery *out, struct err_note *note);
/* Appends canonical JSON {"act":"deliver","address","application","name","phone","way"}. */
SW_MUST_USE int delivery_text(const char *application, const struct delivery *d, struct buf *out);
/* What delivery_text wrote for this application; ERR_SCHEMA, ERR_SYNTAX: anything else. */
SW_MUST_USE int delivery_read(
	struct view text, const char *application, struct delivery *out, struct err_note *note);
#endif
