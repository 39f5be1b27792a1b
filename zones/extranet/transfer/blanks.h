/* Blank discs 空白盘 are numbered here; the intranet, which burns them, is told over the diode. */
#ifndef REG_TRANSFER_BLANKS_H
#define REG_TRANSFER_BLANKS_H

struct registry;
/* Sends what the ledger has and the intranet was not told of. Told twice after a crash is no harm. */
void blanks_tell(struct registry *r);
#endif
