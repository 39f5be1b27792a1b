#include "common/crypto/key_kind.h"

/* What the key's parameters are, for a person who reads why it is refused. */
static int curve_check(int type, const void *value, int err, const char *what, struct err_note *note)
{
	if (type == V_ASN1_SEQUENCE)
		return err_set(note, err, "%s: the key's curve is spelled out, not named", what);
	if (type != V_ASN1_OBJECT)
		return err_set(note, err, "%s: the key names no curve", what);
	int nid = OBJ_obj2nid(value);
	if (nid == NID_sm2)
		return 0;
	return err_set(note, err, "%s: the key's curve is %.40s, not SM2's", what,
		nid == NID_undef ? "unknown" : OBJ_nid2ln(nid));
}

int key_kind_check(const X509_ALGOR *alg, int err, const char *what, struct err_note *note)
{
	const ASN1_OBJECT *kind = NULL;
	const void *value = NULL;
	int type = V_ASN1_UNDEF;
	X509_ALGOR_get0(&kind, &type, &value, alg);
	int nid = OBJ_obj2nid(kind);
	if (nid == NID_X9_62_id_ecPublicKey)
		return curve_check(type, value, err, what, note);
	if (nid != NID_ED25519 && nid != NID_X25519)
		return err_set(note, err, "%s: the key is of kind %.40s, not SM2, Ed25519 or X25519", what,
			nid == NID_undef ? "unknown" : OBJ_nid2ln(nid));
	if (type != V_ASN1_UNDEF)
		return err_set(note, err, "%s: the key's kind %s has no parameters", what, OBJ_nid2ln(nid));
	return 0;
}

/* The element at the beginning of v: its content, and what is behind it. DER alone: no indefinite length. */
static bool element(struct view v, int want_tag, int want_class, struct view *in, struct view *behind)
{
	const uint8_t *p = v.p;
	long n = 0;
	int tag = 0, class = 0;
	int got = v.n ? ASN1_get_object(&p, &n, &tag, &class, (long)v.n) : 0x80;
	ERR_clear_error();
	if ((got & ~V_ASN1_CONSTRUCTED) || (want_tag >= 0 && (tag != want_tag || class != want_class)))
		return false;
	*in = view_of(p, (size_t)n);
	*behind = view_of(p + n, v.n - (size_t)(p + n - v.p));
	return true;
}

static bool enter(struct view *v)
{
	struct view behind;
	return element(*v, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, v, &behind);
}

X509_ALGOR *key_kind_of_certificate(struct view der)
{
	struct view v = der, in;
	/* Certificate, TBSCertificate, version [0] (RFC 5280 section 4.1). */
	if (!enter(&v) || !enter(&v) || !element(v, 0, V_ASN1_CONTEXT_SPECIFIC, &in, &v))
		return NULL;
	/* serialNumber, signature, issuer, validity, subject */
	for (int i = 0; i < 5; i++)
		if (!element(v, -1, 0, &in, &v))
			return NULL;
	if (!enter(&v))
		return NULL;
	const uint8_t *p = v.p;
	X509_ALGOR *alg = d2i_X509_ALGOR(NULL, &p, (long)v.n);
	ERR_clear_error();
	return alg;
}
