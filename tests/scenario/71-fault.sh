#!/bin/sh
# Two zones joined by one link, as two processes that are killed at random and whose calls fail: in the end every message that a committed transaction put has
# its effect once and in order. FAULT_KILLS: how many (12); make fault does 1,000.
set -u
"${SW_TESTBIN:-build/testbin}/fault-exchange" "${FAULT_KILLS:-12}"
