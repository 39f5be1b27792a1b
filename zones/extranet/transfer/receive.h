/* What comes in: applications from the portal, results from the cadastre. */
#ifndef REG_TRANSFER_RECEIVE_H
#define REG_TRANSFER_RECEIVE_H
#include "common/exchange/exchange.h"

exchange_apply receive_application; /* application.submitted */
exchange_apply receive_withdrawal;  /* application.withdrawn */
exchange_apply receive_cadastral;   /* cadastral.result, by disc */
exchange_apply receive_delivery;    /* delivery.chosen */
exchange_apply receive_payment;     /* fee.paid */
exchange_apply receive_added;       /* material.added */
exchange_apply receive_refusal;     /* message.refused: one of ours was refused at its destination */
exchange_apply receive_missing;     /* copy.missing: rows of the log that the copy has not */
#endif
