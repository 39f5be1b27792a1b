/* base64 and base64url (RFC 4648, 4 and 5): one text for one content, everything else is refused. */
#ifndef SW_BASE_B64_H
#define SW_BASE_B64_H
#include "common/base/buf.h"

/* With padding. Both append; b64_parse leaves `out` as it was when it fails: ERR_SYNTAX. */
SW_MUST_USE int b64_add(struct buf *out, struct view v);
SW_MUST_USE int b64_parse(struct view text, struct buf *out);
/* Without padding, "-" and "_" for "+" and "/". */
SW_MUST_USE int b64url_add(struct buf *out, struct view v);
SW_MUST_USE int b64url_parse(struct view text, struct buf *out);
#endif
