#include "common/audit/audit_note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DASH "\xe2\x80\x94 "

static bool origin_ok(const char *s)
{
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return n > 0 && n < AUDIT_ORIGIN_MAX;
}

static int signed_part(const char *origin, int64_t size, const struct digest *root, struct buf *out)
{
	int rc = buf_addf(out, "%s\n%lld\n", origin, (long long)size);
	if (rc == 0)
		rc = b64_add(out, view_of(root->b, sizeof root->b));
	return rc == 0 ? buf_add_str(out, "\n") : rc;
}

int audit_note_make(const struct sign_key *k, const char *origin, int64_t size, const struct digest *root,
	struct buf *out)
{
	struct buf sig;
	char id[9];
	REQUIRE(origin_ok(origin) && size >= 0);
	buf_init(&sig, 1024);
	size_t from = out->n;
	int rc = signed_part(origin, size, root, out);
	snprintf(id, sizeof id, "%.8s", sign_key_id(k));
	if (rc == 0)
		rc = hex_parse(id, &sig);
	if (rc == 0)
		rc = sign_make(k, view_of(out->p + from, out->n - from), &sig);
	if (rc == 0)
		rc = buf_addf(out, "\n" DASH "%s ", origin);
	if (rc == 0)
		rc = b64_add(out, buf_view(&sig));
	if (rc == 0)
		rc = buf_add_str(out, "\n");
	buf_fini(&sig);
	return rc;
}

static int bad(struct err_note *note, const char *what)
{
	return err_set(note, ERR_SYNTAX, "checkpoint: %s", what);
}

/* The next line without its end; moves `t` behind it. */
static bool line(struct view *t, struct view *out)
{
	const uint8_t *end = t->n ? memchr(t->p, '\n', t->n) : NULL;
	if (!end)
		return false;
	*out = view_of(t->p, (size_t)(end - t->p));
	*t = view_of(end + 1, t->n - out->n - 1);
	return true;
}

static int root_parse(struct view v, struct digest *out)
{
	struct buf b;
	buf_init(&b, 64);
	int rc = b64_parse(v, &b);
	if (rc == 0 && b.n != sizeof out->b)
		rc = ERR_SYNTAX;
	if (rc == 0)
		memcpy(out->b, b.p, sizeof out->b);
	buf_fini(&b);
	return rc;
}

/* The parts; *text is what is signed, sig the signature behind the key id. */
static int parse(
	struct view all, struct audit_note *out, struct view *text, struct buf *sig, struct err_note *note)
{
	struct view t = all, origin, size, root, none, last;
	struct audit_note n = {.origin = ""};
	char number[24] = "";
	if (!line(&t, &origin) || !line(&t, &size) || !line(&t, &root) || !line(&t, &none) || none.n ||
		!line(&t, &last) || t.n)
		return bad(note, "not a signed note");
	if (origin.n >= sizeof n.origin)
		return bad(note, "no origin");
	memcpy(n.origin, origin.p, origin.n);
	if (!origin_ok(n.origin))
		return bad(note, "no origin");
	if (size.n == 0 || size.n > 18)
		return bad(note, "no size");
	memcpy(number, size.p, size.n);
	if (strspn(number, "0123456789") != size.n)
		return bad(note, "no size");
	n.size = strtoll(number, NULL, 10);
	if (root_parse(root, &n.root) < 0)
		return bad(note, "no root");
	size_t head = strlen(DASH) + origin.n + 1;
	if (last.n <= head || memcmp(last.p, DASH, strlen(DASH)) != 0 ||
		memcmp(last.p + strlen(DASH), origin.p, origin.n) != 0 || last.p[head - 1] != ' ')
		return bad(note, "no signature line");
	if (b64_parse(view_of(last.p + head, last.n - head), sig) < 0 || sig->n < 5)
		return bad(note, "signature is not base64");
	snprintf(n.key, sizeof n.key, "%02x%02x%02x%02x", sig->p[0], sig->p[1], sig->p[2], sig->p[3]);
	*text = view_of(all.p, (size_t)(none.p - all.p));
	*out = n;
	return 0;
}

/* Written again it must be the same bytes: one content has one form. */
static int form(struct view all, const struct audit_note *n, const struct buf *sig, struct err_note *note)
{
	struct buf again;
	buf_init(&again, AUDIT_NOTE_MAX);
	int rc = signed_part(n->origin, n->size, &n->root, &again);
	if (rc == 0)
		rc = buf_addf(&again, "\n" DASH "%s ", n->origin);
	if (rc == 0)
		rc = b64_add(&again, buf_view(sig));
	if (rc == 0)
		rc = buf_add_str(&again, "\n");
	if (rc == 0 && (again.n != all.n || memcmp(again.p, all.p, all.n) != 0))
		rc = bad(note, "not in its one form");
	buf_fini(&again);
	return rc;
}

static int parse_all(
	struct view all, struct audit_note *out, struct view *text, struct buf *sig, struct err_note *note)
{
	struct audit_note n;
	if (all.n > AUDIT_NOTE_MAX)
		return bad(note, "too long");
	int rc = parse(all, &n, text, sig, note);
	if (rc == 0)
		rc = form(all, &n, sig, note);
	if (rc == 0)
		*out = n;
	return rc;
}

int audit_note_parse(struct view all, struct audit_note *out, struct err_note *note)
{
	struct view text;
	struct buf sig;
	buf_init(&sig, AUDIT_NOTE_MAX);
	int rc = parse_all(all, out, &text, &sig, note);
	buf_fini(&sig);
	return rc;
}

int audit_note_check(struct view all, const struct cert *c, struct audit_note *out, struct err_note *note)
{
	struct view text;
	struct buf sig;
	struct audit_note n;
	buf_init(&sig, AUDIT_NOTE_MAX);
	int rc = parse_all(all, &n, &text, &sig, note);
	if (rc == 0 && strncmp(n.key, cert_key_id(c), 8) != 0)
		rc = err_set(
			note, ERR_CERT, "checkpoint: signed by key %s, this is %.8s", n.key, cert_key_id(c));
	if (rc == 0)
		rc = cert_verify(c, text, view_of(sig.p + 4, sig.n - 4));
	if (rc == ERR_SIGNATURE)
		rc = err_set(note, rc, "checkpoint: the signature does not verify");
	if (rc == 0)
		*out = n;
	buf_fini(&sig);
	return rc;
}
