/* The one list of errors: programs, HTTP API, web text and man pages use the same codes.
 * A function that can fail returns 0 or a negative ERR_*; out-parameters are set only on success. */
#ifndef SW_BASE_ERR_H
#define SW_BASE_ERR_H

#define SW_MUST_USE __attribute__((warn_unused_result))
#define SW_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* whose fault: PEER (bad input), US (bug or broken machine), STATE (not now), AUTH (not allowed). */
enum err_fault { ERR_FAULT_PEER, ERR_FAULT_US, ERR_FAULT_STATE, ERR_FAULT_AUTH };

#define ERR_LIST(X)                                                                                          \
	/* name, fault, HTTP status, English text */                                                         \
	X(NOMEM, US, 500, "out of memory")                                                                   \
	X(IO, US, 500, "input/output error")                                                                 \
	X(NOSPACE, US, 507, "no space left")                                                                 \
	X(BUG, US, 500, "internal error")                                                                    \
	X(CRYPTO, US, 500, "cryptographic operation failed")                                                 \
	X(DB, US, 500, "database error")                                                                     \
	X(BUSY, STATE, 503, "busy, try again")                                                               \
	X(STOPPING, STATE, 503, "stopping")                                                                  \
	X(RATE, STATE, 429, "too many requests of one kind, slow down")                                      \
	X(TIMEOUT, STATE, 504, "no answer in time")                                                          \
	X(USAGE, PEER, 400, "wrong usage")                                                                   \
	X(CONFIG, PEER, 400, "configuration refused")                                                        \
	X(SYNTAX, PEER, 400, "cannot be parsed")                                                             \
	X(SCHEMA, PEER, 422, "does not follow its schema")                                                   \
	X(RANGE, PEER, 422, "value out of range")                                                            \
	X(LIMIT, PEER, 413, "a limit is exceeded")                                                           \
	X(EXISTS, STATE, 409, "already there")                                                               \
	X(NOTFOUND, PEER, 404, "not found")                                                                  \
	X(CONFLICT, STATE, 409, "changed meanwhile")                                                         \
	X(STATE, STATE, 409, "not possible in this state")                                                   \
	X(LOGIN, AUTH, 401, "not signed in")                                                                 \
	X(DENIED, AUTH, 403, "not permitted")                                                                \
	X(LOCKED, AUTH, 423, "the own signing key is not opened in this session")                            \
	X(METHOD, PEER, 405, "method not allowed")                                                           \
	X(MEDIA, PEER, 415, "media type not accepted")                                                       \
	X(SPATIAL, PEER, 415, "spatial data is not accepted online; bring it to the window")                 \
	X(FORMAT, PEER, 422, "unknown format or version")                                                    \
	X(TRUNCATED, PEER, 422, "truncated")                                                                 \
	X(TRAILING, PEER, 422, "data after the end")                                                         \
	X(MEMBER, PEER, 422, "archive member refused")                                                       \
	X(BOMB, PEER, 422, "grows too much when unpacked")                                                   \
	X(DIGEST, PEER, 422, "digest does not match")                                                        \
	X(SIGNATURE, PEER, 422, "signature does not verify")                                                 \
	X(CERT, PEER, 422, "certificate not trusted")                                                        \
	X(REVOKED, PEER, 422, "signed by a key after its revocation")                                        \
	X(SUITE, PEER, 422, "unknown or foreign cipher suite")                                               \
	X(KEY, PEER, 422, "no key to open this")                                                             \
	X(LINK, PEER, 422, "belongs to another link or direction")                                           \
	X(FORK, PEER, 409, "same number, other content")                                                     \
	X(ROLLBACK, PEER, 409, "an earlier state than was known")                                            \
	X(DUPLICATE, PEER, 409, "already received")                                                          \
	X(EPOCH, PEER, 409, "wrong epoch")                                                                   \
	X(HELD, STATE, 409, "link stopped until an officer decides")                                         \
	X(TYPE, PEER, 422, "message type not allowed here")                                                  \
	X(REFUSED, PEER, 422, "refused by a rule")                                                           \
	X(BLOCKED, STATE, 409, "blocked by the register")                                                    \
	X(TAX, STATE, 409, "tax voucher missing")                                                            \
	X(FEE, STATE, 409, "registration fee neither paid nor waived")                                       \
	X(APPROVAL, STATE, 409, "approvals of two different persons are needed")                             \
	X(CLAIMED, STATE, 409, "another person works on this case")                                          \
	X(NOTICE, STATE, 428, "the user notice in force has not been accepted")                              \
	X(FOREIGN, PEER, 422, "foreign disc")                                                                \
	X(IMPORTED, PEER, 409, "disc already imported")                                                      \
	X(AUDIT, STATE, 503, "audit record cannot be written, action not done")

enum err {
	ERR_OK_ = 0,
	ERR_BASE_ = -1000,
#define X(n, f, h, t) ERR_##n,
	ERR_LIST(X)
#undef X
		ERR_END_
};

/* "NOMEM" … for a negative ERR_*, "OK" for 0, "UNKNOWN" else. Static text. */
const char *err_name(int err);
/* English sentence; static text. */
const char *err_text(int err);
int err_http(int err);
enum err_fault err_fault(int err);
/* ERR_* for an errno value. */
int err_from_errno(int eno);

/* Where and what of one failure, for the message to a person: "REASON-CODE: what, where". */
struct err_note {
	int err;
	char text[256];
};
/* Fills `note` (may be NULL) and returns `err`, so `return err_set(n, ERR_SCHEMA, "body.%s: …", k);` */
int err_set(struct err_note *note, int err, const char *fmt, ...) SW_PRINTF(3, 4);
#ifdef __clang_analyzer__
/* It sees one file at a time: so it knows that the answers are errors. */
#define err_set(note, err, ...) ((void)(err_set)(note, err, __VA_ARGS__), err)
#define err_from_errno(eno) ((void)(err_from_errno)(eno), ERR_IO)
#endif

/* "Cannot happen": logs to stderr and aborts; the supervisor restarts. Always compiled in. */
#define REQUIRE(x) ((x) ? (void)0 : err_require_failed(#x, __FILE__, __LINE__))
_Noreturn void err_require_failed(const char *expr, const char *file, int line);

#endif
