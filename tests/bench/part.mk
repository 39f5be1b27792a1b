# An HTTP client for measurements.
TESTPROGS += http-load
http-load_SRC := tests/bench/http_load.c
