/* Names of common/bundle for the limits of common/base/limits.h. */
#ifndef SW_BUNDLE_LIMITS_H
#define SW_BUNDLE_LIMITS_H
#include "common/base/limits.h"

/* Unpacked is at most so many times as long as packed: each frame, and so the payload. */
#define BUNDLE_RATIO_MAX LIMIT_RATIO
#define BUNDLE_SIG_MAX LIMIT_SIGNATURE
#define BUNDLE_PEM_MAX LIMIT_CERTIFICATE
#define BUNDLE_KEYS_MAX LIMIT_KEYS
#define BUNDLE_RECIPIENTS_MAX LIMIT_RECIPIENTS
#define BUNDLE_ENCAP_MAX 512
#define BUNDLE_CONTENTS_MAX LIMIT_CONTENTS
#define BUNDLE_ATTACHMENTS_MAX LIMIT_BUNDLE_ATTACHMENTS
/* Of all canonical messages together; attachments are bounded by the receiver's payload_max alone. */
#define BUNDLE_MESSAGES_BYTES_MAX LIMIT_MESSAGES_BYTES
#endif
