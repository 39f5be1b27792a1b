/* The part of media_inner.h for PDF. */
#ifndef SW_MESSAGE_MEDIA_PDF_H
#define SW_MESSAGE_MEDIA_PDF_H
#include "common/base/buf.h"

/* 0; ERR_MEDIA naming what makes it act or locks it; ERR_SPATIAL; ERR_BOMB; ERR_NOMEM. */
SW_MUST_USE int media_pdf_check(struct view v, struct err_note *note);
#endif
