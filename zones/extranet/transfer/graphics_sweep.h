/* This zone keeps no spatial graphics: what the window took in is removed once the intranet's result came
 * back, or the case ended without one (guide 一(三)2). */
#ifndef REG_TRANSFER_GRAPHICS_SWEEP_H
#define REG_TRANSFER_GRAPHICS_SWEEP_H
#include "zones/extranet/registry.h"

/* The file first, then the mark in the database: cut off between the two it is done again. */
void graphics_sweep(struct registry *r);
#endif
