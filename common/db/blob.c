#include "common/db/blob_impl.h"

#include "common/crypto/envelope.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int blob_store_open(const char *dir, const struct suite *s, struct vault *v, struct blob_store **out)
{
	struct blob_store *b = calloc(1, sizeof *b);
	if (!b)
		return ERR_NOMEM;
	b->suite = s;
	b->vault = v;
	int rc = file_mkdirs(dir, 0700);
	if (rc == 0)
		rc = file_open_dir(dir, &b->dir);
	if (rc < 0) {
		free(b);
		return rc;
	}
	*out = b;
	return 0;
}

void blob_store_close(struct blob_store *b)
{
	if (!b)
		return;
	close(b->dir);
	free(b);
}

/* Two characters of the digest name the folder, the rest the file. */
static void path_of(const struct digest *name, char folder[static 3], char file[static DIGEST_HEX])
{
	char hex[DIGEST_HEX];
	digest_hex(name, hex);
	memcpy(folder, hex, 2);
	folder[2] = '\0';
	memcpy(file, hex + 2, DIGEST_HEX - 2);
}

static int folder_open(struct blob_store *b, const char *folder, bool create, int *out)
{
	/* Who made it may have been killed before it could sync: so once in every life, whoever made it. */
	atomic_bool *synced = &b->synced[strtoul(folder, NULL, 16)];
	if (create && !atomic_load(synced)) {
		(void)mkdirat(b->dir, folder, 0700);
		int rc = file_fsync_dir(b->dir, "blob.folder");
		if (rc < 0)
			return rc;
		atomic_store(synced, true);
	}
	int fd = openat(b->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_NOTFOUND;
	*out = fd;
	return 0;
}

struct blob_writer {
	struct blob_store *store;
	struct file_new *file;
	struct hasher *cipher, *plain;
	struct envelope_writer *envelope; /* NULL for opaque ones */
	struct secret key;
	int64_t size;
};

static int store_cipher(void *cookie, struct view v)
{
	struct blob_writer *w = cookie;
	hasher_add(w->cipher, v);
	return file_write_all(file_new_fd(w->file), v.p, v.n);
}

int blob_writer_new(struct blob_store *b, bool opaque, struct blob_writer **out)
{
	struct blob_writer *w = calloc(1, sizeof *w);
	if (!w)
		return ERR_NOMEM;
	w->store = b;
	/* Made in the top folder: the name is known at the end only. */
	int rc = file_new_open(b->dir, 0600, &w->file);
	if (rc == 0)
		rc = hasher_new(b->suite, &w->cipher);
	if (rc == 0)
		rc = hasher_new(b->suite, &w->plain);
	if (rc == 0 && !opaque) {
		secret_random(b->suite, &w->key);
		rc = envelope_writer_new(b->suite, NULL, &w->key, store_cipher, w, &w->envelope);
	}
	if (rc < 0) {
		blob_writer_free(w);
		return rc;
	}
	*out = w;
	return 0;
}

int blob_write(struct blob_writer *w, struct view v)
{
	hasher_add(w->plain, v);
	w->size += (int64_t)v.n;
	return w->envelope ? envelope_write(w->envelope, v) : store_cipher(w, v);
}

static int blob_place(struct blob_writer *w, const struct digest *name)
{
	char folder[3], file[DIGEST_HEX], tmp[DIGEST_HEX + 8];
	int dir = -1;
	path_of(name, folder, file);
	snprintf(tmp, sizeof tmp, "new.%s%s", folder, file);
	int rc = folder_open(w->store, folder, true, &dir);
	if (rc == 0)
		rc = file_new_publish(w->file, tmp, "blob");
	if (rc == ERR_EXISTS)
		rc = 0; /* left by a crash: the same ciphertext under the same name */
	if (rc == 0)
		rc = file_rename(w->store->dir, tmp, dir, file, "blob.rename");
	if (rc == ERR_EXISTS) {
		/* The same opaque content was stored before. */
		rc = unlinkat(w->store->dir, tmp, 0) == 0 ? 0 : ERR_IO;
	}
	if (rc == 0)
		rc = file_fsync_dir(dir, "blob.dir");
	if (dir >= 0)
		close(dir);
	return rc;
}

int blob_finish(struct blob_writer *w, struct blob_ref *out)
{
	struct blob_ref ref = {.size = w->size};
	struct buf wrapped;
	char hex[DIGEST_HEX];
	buf_init(&wrapped, sizeof ref.wrapped_key - 1);
	int rc = w->envelope ? envelope_finish(w->envelope) : 0;
	if (rc == 0) {
		hasher_get(w->cipher, &ref.name);
		hasher_get(w->plain, &ref.digest);
		digest_hex(&ref.name, hex);
		rc = blob_place(w, &ref.name);
	}
	if (rc == 0 && w->envelope)
		rc = vault_wrap_key(w->store->vault, hex, &w->key, &wrapped);
	if (rc == 0) {
		if (wrapped.n)
			memcpy(ref.wrapped_key, wrapped.p, wrapped.n + 1);
		*out = ref;
	}
	buf_fini(&wrapped);
	return rc;
}

void blob_writer_free(struct blob_writer *w)
{
	if (!w)
		return;
	envelope_writer_free(w->envelope);
	hasher_free(w->cipher);
	hasher_free(w->plain);
	file_new_free(w->file);
	secret_wipe(&w->key);
	free(w);
}

struct blob_reader {
	int fd;
	struct envelope_reader *envelope;
	struct hasher *plain;
	struct blob_ref ref;
	struct buf ready; /* decrypted, not yet handed out */
	size_t at;
	bool end;
};

static int take_plain(void *cookie, struct view v)
{
	struct blob_reader *r = cookie;
	return buf_add_view(&r->ready, v);
}

static int file_open(struct blob_store *b, const struct digest *name, int *out)
{
	char folder[3], file[DIGEST_HEX];
	int dir = -1;
	path_of(name, folder, file);
	int rc = folder_open(b, folder, false, &dir);
	if (rc < 0)
		return rc;
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	close(dir);
	if (fd < 0)
		return ERR_NOTFOUND;
	*out = fd;
	return 0;
}

int blob_open(struct blob_store *b, const struct blob_ref *ref, struct blob_reader **out)
{
	struct blob_reader *r = calloc(1, sizeof *r);
	struct secret key = {.n = 0};
	char hex[DIGEST_HEX];
	if (!r)
		return ERR_NOMEM;
	r->fd = -1;
	r->ref = *ref;
	buf_init(&r->ready, 1 << 20);
	digest_hex(&ref->name, hex);
	int rc = file_open(b, &ref->name, &r->fd);
	if (rc == 0)
		rc = hasher_new(b->suite, &r->plain);
	if (rc == 0 && ref->wrapped_key[0]) {
		rc = vault_unwrap_key(b->vault, hex, ref->wrapped_key, &key);
		if (rc == 0)
			rc = envelope_reader_new(NULL, &key, take_plain, r, &r->envelope);
	}
	secret_wipe(&key);
	if (rc < 0) {
		blob_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

static int fill(struct blob_reader *r)
{
	uint8_t part[65536];
	ssize_t n = read(r->fd, part, sizeof part);
	int rc;
	buf_reset(&r->ready);
	r->at = 0;
	if (n < 0)
		return ERR_IO;
	r->end = n == 0;
	if (r->end)
		rc = r->envelope ? envelope_read_finish(r->envelope) : 0;
	else
		rc = r->envelope ? envelope_read(r->envelope, view_of(part, (size_t)n))
				 : buf_add(&r->ready, part, (size_t)n);
	if (rc < 0)
		return rc;
	hasher_add(r->plain, buf_view(&r->ready));
	if (!r->end)
		return 0;
	struct digest d;
	hasher_get(r->plain, &d);
	return digest_eq(&d, &r->ref.digest) ? 0 : ERR_DIGEST;
}

int64_t blob_read(struct blob_reader *r, void *buf, size_t n)
{
	while (r->at == r->ready.n && !r->end) {
		int rc = fill(r);
		if (rc < 0)
			return rc;
	}
	size_t left = r->ready.n - r->at, take = n < left ? n : left;
	if (take)
		memcpy(buf, r->ready.p + r->at, take);
	r->at += take;
	return (int64_t)take;
}

void blob_close(struct blob_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	envelope_reader_free(r->envelope);
	hasher_free(r->plain);
	buf_fini(&r->ready);
	free(r);
}

int blob_load(struct blob_store *b, const struct blob_ref *ref, size_t max, struct buf *out)
{
	struct blob_reader *r = NULL;
	uint8_t part[65536];
	int64_t n = 0;
	size_t was = out->n;
	int rc = (int64_t)max < ref->size ? ERR_LIMIT : blob_open(b, ref, &r);
	while (rc == 0 && (n = blob_read(r, part, sizeof part)) > 0)
		rc = buf_add(out, part, (size_t)n);
	if (rc == 0 && n < 0)
		rc = (int)n;
	if (rc < 0)
		out->n = was;
	blob_close(r);
	return rc;
}

int blob_save(struct blob_store *b, struct view content, struct blob_ref *out)
{
	struct blob_writer *w = NULL;
	int rc = blob_writer_new(b, false, &w);
	if (rc == 0)
		rc = blob_write(w, content);
	if (rc == 0)
		rc = blob_finish(w, out);
	blob_writer_free(w);
	return rc;
}

int blob_remove(struct blob_store *b, const struct digest *name)
{
	char folder[3], file[DIGEST_HEX];
	int dir = -1;
	path_of(name, folder, file);
	int rc = folder_open(b, folder, false, &dir);
	if (rc == 0)
		rc = file_unlink(dir, file, "blob.unlink");
	/* Gone already: perhaps by one that was killed before it could sync. */
	if (rc == 0 || rc == ERR_NOTFOUND) {
		int synced = dir < 0 ? 0 : file_fsync_dir(dir, "blob.unlink.dir");
		rc = synced < 0 ? synced : rc;
	}
	if (dir >= 0)
		close(dir);
	return rc;
}

int blob_check(struct blob_store *b, const struct blob_ref *ref)
{
	struct blob_reader *r = NULL;
	uint8_t part[65536];
	int64_t n;
	int rc = blob_open(b, ref, &r);
	if (rc < 0)
		return rc;
	while ((n = blob_read(r, part, sizeof part)) > 0)
		;
	blob_close(r);
	return n < 0 ? (int)n : 0;
}
