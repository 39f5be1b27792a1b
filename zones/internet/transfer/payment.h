/* The payment platform 非税收入收缴/统缴 as this portal uses it (interface: tests/departments/README.md):
 * orders are opened there, its signed receipts come by notice or when it is asked, go to the registry as
 * fee.paid, and count there. A thread asks about orders whose outcome is not known and carries the office's
 * orders to send money back, until each has its receipt. Safe from any thread; no call waits longer than five
 * seconds. */
#ifndef INTAKE_TRANSFER_PAYMENT_H
#define INTAKE_TRANSFER_PAYMENT_H
#include "common/exchange/exchange.h"
#include "zones/internet/portal.h"

struct payments;
/* Reads the platform's authority. ERR_CONFIG. */
SW_MUST_USE int payments_new(struct portal *p, struct payments **out, struct err_note *note);
SW_MUST_USE int payments_start(struct payments *y);
void payments_free(struct payments *y); /* stops the thread; NULL is nothing */

/* The page of the platform where this order is paid, appended. ERR_STATE: a line is paid already, or is paid
 * by another order; ERR_TIMEOUT, ERR_IO, ERR_REFUSED: the platform. */
SW_MUST_USE int payments_order(
	struct payments *y, const char *id, const json_t *lines, struct buf *url, struct err_note *note);
/* Asks the platform what became of an order, and takes its receipts. */
SW_MUST_USE int payments_ask(struct payments *y, const char *id, struct err_note *note);
/* Takes receipts [{"receipt","signature","certificate"}]: each once, whoever brings it. ERR_SIGNATURE,
 * ERR_CERT, ERR_SCHEMA: not the platform's; ERR_NOTFOUND: for something this portal never had. */
SW_MUST_USE int payments_take(struct payments *y, const json_t *receipts, struct err_note *note);
/* The e-receipt 电子票据 of a payment as PDF, appended. ERR_NOTFOUND: not made yet. */
SW_MUST_USE int payments_bill(struct payments *y, const char *number, struct buf *pdf, struct err_note *note);

exchange_apply receive_refund; /* fee.refund */
exchange_apply receive_tax;    /* tax.order */
#endif
