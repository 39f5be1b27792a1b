/* Keys of three zones in a temporary folder, messages, and bundles made honestly or by a forger who holds the
 * signing key. */
#ifndef SW_TEST_BUNDLE_FIXTURE_H
#define SW_TEST_BUNDLE_FIXTURE_H
#include "common/bundle/bundle.h"

struct fixture_zone {
	struct trust *trust;
	struct sign_key *sign; /* of the zone's station */
	struct cert *encrypt;  /* of the zone's station */
	struct open_key *open;
};
struct fixture {
	const struct suite *suite;
	char dir[64];
	struct fixture_zone internet, gap, extranet; /* stations internet, gap-inner, extranet */
};
/* Fails the test when it cannot. gap_suite: suite of gap and extranet. */
struct fixture *fixture_new(const char *suite, const char *gap_suite);
void fixture_free(struct fixture *f);
/* DIR/NAME; static storage is the caller's. */
const char *fixture_path(const struct fixture *f, const char *name, char out[static 128]);

/* A message of `type` with attachments of the given sizes, filled with a pattern. */
struct fixture_message {
	struct buf bytes;
	struct uuid id;
	size_t n;
	struct buf content[4];
	struct bundle_attachment attachments[4];
	struct fixture_reading {
		const struct buf *from;
		size_t at;
	} reading[4];
};
struct fixture_message *fixture_message_new(
	const struct suite *s, const char *type, const size_t *sizes, size_t n);
void fixture_message_free(struct fixture_message *m);

/* Manifest of kind messages, internet -> gap-outer on link gap, epoch 1, seq 7. */
struct manifest *fixture_manifest(void);
void fixture_manifest_free(struct manifest *m);
/* Writes the messages to a bundle from internet to extranet's key; returns the file's bytes. */
void fixture_bundle(
	const struct fixture *f, struct fixture_message *const *messages, size_t n, struct buf *out);

/* What a receiver of those accepts. */
struct bundle_policy fixture_policy(const struct fixture *f);
/* A nameless file with these bytes. */
int fixture_fd(struct view v);
/* bundle_open and bundle_read_payload over the bytes; 0 or the first error. *out may be NULL. */
int fixture_read(
	const struct bundle_policy *p, struct view v, struct bundle_reader **out, struct err_note *note);

/* ---- the forger: any payload, any manifest, validly signed by internet's key */
struct fixture_forgery {
	struct view plain;                 /* tar inside the payload */
	struct view frames;                /* instead of its frames when p is set */
	void (*tweak)(struct manifest *m); /* before encoding; may be NULL */
	int64_t plain_said;                /* in the manifest, instead of plain's size when set */
	struct view manifest;              /* instead of the encoded one when p is set */
	struct digest root;
	const char *type;
	int64_t n;
};
void fixture_forge(const struct fixture *f, const struct fixture_forgery *how, struct buf *out);
/* The frames of a tar, appended. */
void fixture_frames(struct view plain, struct buf *out);
/* Appends one tar member as the format writes it. */
void fixture_member(struct buf *tar, const char *name, struct view content);
void fixture_end(struct buf *tar);
#endif
