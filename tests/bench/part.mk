# An HTTP client for measurements.
