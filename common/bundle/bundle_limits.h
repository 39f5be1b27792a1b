/* The one table of what a bundle may hold; DESIGN.md repeats it. Writer and reader refuse at the same places.
 */
#ifndef SW_BUNDLE_LIMITS_H
#define SW_BUNDLE_LIMITS_H

/* Unpacked is at most so many times as long as packed: each frame, and so the payload. */
#define BUNDLE_RATIO_MAX 100
#define BUNDLE_SIG_MAX 256
#define BUNDLE_PEM_MAX 8192
#define BUNDLE_KEYS_MAX 16384
#define BUNDLE_RECIPIENTS_MAX 16
#define BUNDLE_ENCAP_MAX 512
#define BUNDLE_CONTENTS_MAX (16 << 20)
#define BUNDLE_ATTACHMENTS_MAX 16384
/* Of all canonical messages together; attachments are bounded by the receiver's payload_max alone. */
#define BUNDLE_MESSAGES_BYTES_MAX (64 << 20)
#endif
