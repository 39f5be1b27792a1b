#!/bin/sh
# `make bench`: each part in short against a raw limit or a peer measured in the same run on the same machine; the whole by make bench-NAME. Numbers are read by people:
# nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
QUICK=1
export QUICK

# the disc
tests/bench/burner.sh

# a bundle's cost, of one among the first and of one about the ten thousandth
ROWS=cost tests/bench/exchange.sh

# the diode
ROWS='clean urgent' tests/bench/diode.sh
