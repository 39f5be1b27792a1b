/* What comes in by the diode: graphics to review, entries of the book, blank discs. */
#ifndef CAD_TRANSFER_RECEIVE_H
#define CAD_TRANSFER_RECEIVE_H
#include "common/exchange/exchange.h"

exchange_apply receive_graphics; /* graphics.submitted */
exchange_apply receive_entry;    /* register.entry */
exchange_apply receive_refusal;  /* message.refused */
exchange_apply receive_blank;    /* blank.issued */
exchange_apply receive_end;      /* case.ended */
#endif
