#include "zones/extranet/transfer/bag.h"

#include "common/document/archive_member.h"
#include <archive.h>
#include <stdio.h>
#include <stdlib.h>

struct bag {
	struct archive *a;
	struct blob_writer *to;
	const struct suite *sha;
	int64_t at, bytes, files;
	int failed; /* of the file below */
	char name[64];
	struct buf manifest, tags;
};

static la_ssize_t sink(struct archive *a, void *arg, const void *p, size_t n)
{
	struct bag *b = arg;
	b->failed = blob_write(b->to, view_of(p, n));
	if (b->failed < 0) {
		archive_set_error(a, 1, "not written");
		return -1;
	}
	return (la_ssize_t)n;
}

int bag_new(struct blob_store *s, const char *name, int64_t at_ms, struct bag **out)
{
	struct bag *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	buf_init(&b->manifest, 1 << 20);
	buf_init(&b->tags, 65536);
	b->sha = suite_by_name("intl");
	b->at = at_ms / 1000;
	snprintf(b->name, sizeof b->name, "%s", name);
	int rc = blob_writer_new(s, false, &b->to);
	b->a = rc == 0 ? archive_write_new() : NULL;
	if (rc == 0 && (!b->a || archive_write_set_format_ustar(b->a) != ARCHIVE_OK ||
			       archive_write_set_bytes_in_last_block(b->a, 1) != ARCHIVE_OK ||
			       archive_write_open(b->a, b, NULL, sink, NULL) != ARCHIVE_OK))
		rc = ERR_NOMEM;
	if (rc == 0)
		*out = b;
	else
		bag_free(b);
	return rc;
}

void bag_free(struct bag *b)
{
	if (!b)
		return;
	if (b->a)
		archive_write_free(b->a);
	blob_writer_free(b->to);
	buf_fini(&b->manifest);
	buf_fini(&b->tags);
	free(b);
}

static int member(struct bag *b, const char *path, struct view content)
{
	char full[256];
	snprintf(full, sizeof full, "%s/%s", b->name, path);
	int rc = archive_member_write(b->a, full, b->at, content);
	return b->failed < 0 ? b->failed : rc;
}

static int listed(struct bag *b, struct buf *list, const char *path, struct view content)
{
	char hex[DIGEST_HEX];
	int rc = member(b, path, content);
	digest_hex_of(b->sha, content, hex);
	return rc == 0 ? buf_addf(list, "%s  %s\n", hex, path) : rc;
}

int bag_add(struct bag *b, const char *path, struct view content)
{
	char full[200];
	snprintf(full, sizeof full, "data/%s", path);
	b->bytes += (int64_t)content.n;
	b->files++;
	return listed(b, &b->manifest, full, content);
}

int bag_tag(struct bag *b, const char *path, struct view content)
{
	return listed(b, &b->tags, path, content);
}

int bag_finish(struct bag *b, const char *info, const struct sign_key *seal, char manifest[static DIGEST_HEX],
	struct blob_ref *out)
{
	struct buf text, sig;
	buf_init(&text, 65536);
	buf_init(&sig, 512);
	int rc = buf_addf(
		&text, "%sPayload-Oxum: %lld.%lld\n", info, (long long)b->bytes, (long long)b->files);
	if (rc == 0)
		rc = listed(b, &b->tags, "bagit.txt",
			view_str("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
	if (rc == 0)
		rc = listed(b, &b->tags, "bag-info.txt", buf_view(&text));
	if (rc == 0)
		rc = listed(b, &b->tags, "manifest-sha256.txt", buf_view(&b->manifest));
	if (rc == 0)
		rc = sign_make(seal, buf_view(&b->tags), &sig);
	if (rc == 0)
		rc = member(b, "tagmanifest-sha256.txt", buf_view(&b->tags));
	if (rc == 0)
		rc = member(b, "tagmanifest-sha256.txt.sig", buf_view(&sig));
	if (rc == 0)
		rc = member(b, "signer.pem", sign_key_cert_pem(seal));
	if (rc == 0 && archive_write_close(b->a) != ARCHIVE_OK)
		rc = b->failed < 0 ? b->failed : ERR_IO;
	if (rc == 0)
		rc = blob_finish(b->to, out);
	digest_hex_of(b->sha, buf_view(&b->tags), manifest);
	buf_fini(&text);
	buf_fini(&sig);
	return rc;
}
