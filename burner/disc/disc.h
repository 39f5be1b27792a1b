/* Manifest of a disc (disc.json on it, canonical JSON): which bundles it carries, and which disc came before.
 * Its digest is the disc's identity, its bytes are what the approvers sign. It names no person and no place:
 * a lost disc tells nothing. It carries the classification mark 密级, its use 用途 as it stands on the label
 * of its case (whoever writes it names nobody), the version of the policy under which
 * it was approved, its place in the set of discs that were staged together, the discs that were declared
 * void, the blanks that were spoiled here or lie under a void disc, and the keys of persons whose approvals
 * do not count any more.
 * {"blanks":[{"disc":DISC,"serial":SERIAL}],"created":TIME,"disc":"D-20261124-0001","files":[{"digest":HEX,"name":NAME,"size":N}],"format":1,
 * "mark":"internal","policy":0,"prev":HEX,"revoked":[{"key":KEYID,"last":DISC}],
 * "set":{"first":DISC,"n":1,"of":1},"suite":"gm","use":TEXT,"void":[{"disc":DISC,"identity":HEX}]} */
#ifndef SW_BURNER_DISC_H
#define SW_BURNER_DISC_H
#include "common/base/json.h"
#include "common/crypto/key.h"
#include "common/crypto/suite.h"
#include "common/os/taken.h"

#define DISC_FILES_MAX 20000
#define DISC_MANIFEST_MAX (8 << 20)
#define DISC_ID 24
#define DISC_VOIDS_MAX 256
#define DISC_REVOKED_MAX 256
#define DISC_BLANKS_MAX 512
#define DISC_SERIAL 41
#define DISC_USE_MAX 200
#define DISC_SET_MAX 99
#define DISC_NAME_MAX 100 /* what a Joliet name holds with its version */

struct disc_file {
	char name[DISC_NAME_MAX + 1]; /* a spool's file name ending in .swb */
	int64_t size;
	struct digest digest;
	struct taken_file from; /* while it is staged: which file was read */
};
/* 公开, 内部, 工作秘密, 秘密, 机密; what is 绝密 (top secret) never leaves on a disc. */
enum disc_mark { DISC_PUBLIC, DISC_INTERNAL, DISC_WORK_SECRET, DISC_SECRET, DISC_CONFIDENTIAL, DISC_MARKS };
struct disc_void {
	char id[DISC_ID];
	struct digest identity;
};
/* An approval with this key counts for the discs up to this one, in the order of their numbers; "": for
 * none. A time would not do: who has the key can write any. */
struct disc_revoked {
	char key[KEY_ID];
	char last[DISC_ID];
};
/* A numbered blank that carries nothing the other side will get. */
struct disc_blank {
	char serial[DISC_SERIAL];
	char disc[DISC_ID]; /* the void one it carries; "": it is scrap */
};
struct disc {
	char id[DISC_ID];
	char created[25];
	const struct suite *suite;
	struct digest prev; /* identity of the disc before; zero for the first */
	enum disc_mark mark;
	char use[DISC_USE_MAX + 1];
	int64_t policy;
	struct disc_file *files; /* owned; sorted by name */
	size_t n;
	struct disc_void *voids; /* owned; in the order of their numbers */
	size_t nvoids;
	struct disc_revoked *revoked; /* owned; in the order of the keys */
	size_t nrevoked;
	struct disc_blank *blanks; /* owned; in the order of their serial numbers */
	size_t nblanks;
	int set_n, set_of; /* this is the n-th of so many discs with successive numbers */
};
const char *disc_mark_name(enum disc_mark m); /* "internal" */
const char *disc_mark_zh(enum disc_mark m);   /* "内部" */
/* ERR_SCHEMA */
SW_MUST_USE int disc_mark_parse(const char *name, enum disc_mark *out);
void disc_fini(struct disc *d);
bool disc_id_ok(const char *id);
/* The number `step` behind (or before) this one on the same day. ERR_LIMIT. */
SW_MUST_USE int disc_id_step(const char *id, int step, char out[static DISC_ID]);
/* Serial numbers of blanks: 1–40 of A–Z a–z 0–9 - . _, as they stand on the disc's hub. */
bool disc_serial_ok(const char *serial);
/* Uses: 1–200 bytes of UTF-8 without control characters. */
bool disc_use_ok(const char *use);
/* Keys: 16 hexadecimal digits. */
bool disc_key_ok(const char *key);
/* A visible name of a spool that ends in .swb and fits into an image. */
bool disc_bundle_name_ok(const char *name);
SW_MUST_USE int disc_encode(const struct disc *d, struct buf *out);
/* Only canonical bytes with exactly these members, names sorted and once. ERR_SYNTAX, ERR_SCHEMA, ERR_SUITE,
 * ERR_LIMIT. */
SW_MUST_USE int disc_decode(struct view bytes, struct disc *out, struct err_note *note);
void disc_identity(const struct disc *d, struct view bytes, struct digest *out);
int64_t disc_size(const struct disc *d); /* bytes of all files */
/* As in the manifest; new references, NULL without memory. */
json_t *disc_voids_json(const struct disc *d);
json_t *disc_set_json(const struct disc *d);
#endif
