/* What comes back from the registry. */
#ifndef INTAKE_TRANSFER_RECEIVE_H
#define INTAKE_TRANSFER_RECEIVE_H
#include "common/exchange/exchange.h"

exchange_apply receive_progress;    /* application.progress */
exchange_apply receive_certificate; /* certificate.issued */
exchange_apply receive_document;    /* document.issued */
exchange_apply receive_fee;         /* fee.order */
exchange_apply receive_refusal; /* message.refused: a submission was refused on its way or at the registry */
#endif
