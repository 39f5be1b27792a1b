#include "common/bundle/bundle_pem.h"
#include "common/base/id.h"
#include "common/bundle/bundle_limits.h"
#include <string.h>

#define LINE 64
static const char BEGIN[] = "-----BEGIN CERTIFICATE-----";
static const char END[] = "-----END CERTIFICATE-----";

/* One DER SEQUENCE with a length of two bytes (certificates are that long), nothing behind it. */
static bool is_der(struct view der)
{
	return der.n >= 4 && der.p[0] == 0x30 && der.p[1] == 0x82 &&
	       der.n == 4 + ((size_t)der.p[2] << 8 | der.p[3]);
}

/* The base64 between the first pair of marks, without white space. */
static int gather(struct view pem, struct buf *text)
{
	const uint8_t *from = memmem(pem.p, pem.n, BEGIN, sizeof BEGIN - 1);
	if (!from)
		return ERR_CERT;
	from += sizeof BEGIN - 1;
	const uint8_t *to = memmem(from, (size_t)(pem.p + pem.n - from), END, sizeof END - 1);
	if (!to)
		return ERR_CERT;
	for (; from < to; from++)
		if (*from != '\n' && *from != '\r') {
			int err = buf_add(text, from, 1);
			if (err)
				return err;
		}
	return 0;
}

int bundle_pem_canon(struct view pem, struct buf *out)
{
	struct buf text, der;
	buf_init(&text, BUNDLE_PEM_MAX);
	buf_init(&der, BUNDLE_PEM_MAX);
	int err = gather(pem, &text);
	if (!err)
		err = b64_parse(buf_view(&text), &der);
	if (!err && !is_der(buf_view(&der)))
		err = ERR_CERT;
	if (!err)
		err = buf_addf(out, "%s\n", BEGIN);
	buf_reset(&text);
	if (!err)
		err = b64_add(&text, buf_view(&der));
	for (size_t at = 0; at < text.n && !err; at += LINE) {
		size_t n = text.n - at < LINE ? text.n - at : LINE;
		err = buf_add(out, text.p + at, n);
		if (!err)
			err = buf_add(out, "\n", 1);
	}
	if (!err)
		err = buf_addf(out, "%s\n", END);
	buf_fini(&text);
	buf_fini(&der);
	return err == ERR_SYNTAX ? ERR_CERT : err;
}

int bundle_pem_check(struct view pem, struct err_note *note)
{
	struct buf b;
	buf_init(&b, BUNDLE_PEM_MAX);
	int err = bundle_pem_canon(pem, &b);
	if (err == ERR_CERT)
		err = err_set(note, err, "signer.pem: not a certificate");
	else if (!err && !view_eq(pem, buf_view(&b)))
		err = err_set(note, ERR_CERT, "signer.pem: more or other than one plain certificate");
	buf_fini(&b);
	return err;
}
