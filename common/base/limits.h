/* The one table of what a bundle, a message and a list of revoked keys may hold. Writers and readers refuse
 * at the same places, under the reason code beside it; `swbundle explain --limits` and swbundle(1) print it.
 * SKEW is an alarm and refuses nothing. */
#ifndef SW_BASE_LIMITS_H
#define SW_BASE_LIMITS_H

#define LIMIT_LIST(X)                                                                                        \
	/* name, value, unit, reason code, what */                                                           \
	X(MEMBERS, 5, "members", "MEMBER", "of a bundle, in one order, and nothing behind them (TRAILING)")  \
	X(NAME, 99, "bytes", "MEMBER", "name of a member; every name is given by the format")                \
	X(MANIFEST, 65536, "bytes", "LIMIT", "manifest.json")                                                \
	X(SIGNATURE, 256, "bytes", "LIMIT", "manifest.sig")                                                  \
	X(CERTIFICATE, 8192, "bytes", "LIMIT", "signer.pem")                                                 \
	X(KEYS, 16384, "bytes", "LIMIT", "keys.json")                                                        \
	X(RECIPIENTS, 16, "keys", "SCHEMA", "a bundle is wrapped for")                                       \
	X(TYPES, 64, "types", "LIMIT", "of messages counted in a manifest")                                  \
	X(RANGES, 256, "ranges", "SCHEMA", "in an ack")                                                      \
	X(REFUSED, 32, "numbers", "SCHEMA", "refused in an ack")                                             \
	X(VOIDS, 256, "numbers", "SCHEMA", "closed by one void")                                             \
	X(RATIO, 100, "times", "BOMB", "the packed size is what a frame, and so a payload, unpacks to")      \
	X(CHUNK, 262144, "bytes", "MEMBER", "a frame unpacks to")                                            \
	X(CONTENTS, 16777216, "bytes", "LIMIT", "contents.json")                                             \
	X(MESSAGES, 4096, "messages", "LIMIT", "in a bundle")                                                \
	X(MESSAGES_BYTES, 67108864, "bytes", "LIMIT",                                                        \
		"all messages of a bundle together, without attachments")                                    \
	X(MESSAGE, 1048576, "bytes", "LIMIT", "one message")                                                 \
	X(ORDER_KEYS, 16, "keys", "SCHEMA", "of a message's order")                                          \
	X(ATTACHMENTS, 64, "attachments", "SCHEMA", "of a message")                                          \
	X(BUNDLE_ATTACHMENTS, 16384, "attachments", "LIMIT",                                                 \
		"in a bundle; their bytes are limited by the receiver alone")                                \
	X(NESTING, 16, "levels", "LIMIT", "of JSON in JSON")                                                 \
	X(REVOCATIONS, 512, "keys", "SCHEMA", "in a zone's list of revoked keys")                            \
	X(REVOCATIONS_BYTES, 262144, "bytes", "LIMIT", "a list of revoked keys")                             \
	X(SKEW, 300, "seconds", "SKEW", "a sender's clock may differ; more is an alarm, never a refusal")

enum limit {
#define X(name, value, unit, code, what) LIMIT_##name = (value),
	LIMIT_LIST(X)
#undef X
};
#endif
