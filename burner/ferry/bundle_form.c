#include "burner/ferry/bundle_form.h"

#include "common/bundle/bundle_limits.h"
#include "common/bundle/bundle_origin.h"
#include "common/bundle/bundle_tar.h"
#include "common/bundle/manifest.h"
#include <string.h>

#define BUNDLE_MAX (INT64_C(1) << 40)

struct front {
	struct buf manifest, sig, pem;
	struct manifest m;
};

static int front_read(struct bundle_tar *t, struct front *f, struct err_note *note)
{
	uint8_t h[BUNDLE_TAR_BLOCK];
	if (t->end < BUNDLE_TAR_BLOCK || bundle_tar_pread(t->fd, 0, h, sizeof h) < 0 ||
		memcmp(h + 257, "ustar", 5) != 0)
		return err_set(note, ERR_FORMAT, "not a bundle");
	int rc = bundle_tar_read(t, "manifest.json", MANIFEST_BYTES_MAX, &f->manifest, note);
	if (rc == 0)
		rc = bundle_tar_read(t, "manifest.sig", BUNDLE_SIG_MAX, &f->sig, note);
	if (rc == 0)
		rc = bundle_tar_read(t, "signer.pem", BUNDLE_PEM_MAX, &f->pem, note);
	return rc < 0 ? rc : manifest_decode(buf_view(&f->manifest), &f->m, note);
}

static int signer_check(const struct front *f, const struct trust *t, struct err_note *note)
{
	struct cert *c = NULL;
	if (t)
		return bundle_origin_verify(&f->m, buf_view(&f->manifest), buf_view(&f->sig),
			buf_view(&f->pem), t, "signer.pem", note);
	int rc = cert_from_pem(buf_view(&f->pem), CERT_SIGN, &c, note);
	if (rc < 0)
		return rc;
	if (strcmp(cert_subject(c), f->m.from) != 0 || strcmp(cert_key_id(c), f->m.key) != 0)
		rc = err_set(note, ERR_CERT, "signer.pem is not that of the manifest's station");
	else if (cert_verify(c, buf_view(&f->manifest), buf_view(&f->sig)) < 0)
		rc = err_set(note, ERR_SIGNATURE, "its signature does not verify");
	cert_free(c);
	return rc;
}

static int rest_check(struct bundle_tar *t, const struct front *f, struct err_note *note)
{
	int64_t at = 0, size = 0;
	int rc = bundle_tar_next(t, "keys.json", BUNDLE_KEYS_MAX, &at, &size, note);
	if (rc == 0)
		rc = bundle_tar_next(t, "payload", BUNDLE_MAX, &at, &size, note);
	if (rc == 0 && size != f->m.payload_size)
		rc = err_set(note, ERR_TRUNCATED, "payload of %lld bytes, the manifest says %lld",
			(long long)size, (long long)f->m.payload_size);
	return rc < 0 ? rc : bundle_tar_end(t, note);
}

int bundle_form(int fd, int64_t size, const char *name, const struct trust *t, struct err_note *note)
{
	struct bundle_tar tar = {.fd = fd, .end = size};
	struct front f;
	struct err_note why = {0};
	buf_init(&f.manifest, MANIFEST_BYTES_MAX);
	buf_init(&f.sig, BUNDLE_SIG_MAX);
	buf_init(&f.pem, BUNDLE_PEM_MAX);
	manifest_init(&f.m);
	int rc = front_read(&tar, &f, &why);
	if (rc == 0)
		rc = signer_check(&f, t, &why);
	if (rc == 0)
		rc = rest_check(&tar, &f, &why);
	manifest_fini(&f.m);
	buf_fini(&f.manifest);
	buf_fini(&f.sig);
	buf_fini(&f.pem);
	return rc < 0 ? err_set(note, rc, "%.90s: no bundle: %.150s", name, why.err ? why.text : err_text(rc))
		      : 0;
}
