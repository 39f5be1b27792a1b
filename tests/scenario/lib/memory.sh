# Where a test's folder is made: in memory where there is a gigabyte of it. Hundreds of small durable writes are what takes the time on a disk that others use
# too; what these tests prove is right or wrong on either. Sourced before mktemp; a TMPDIR of one's own holds.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail -k /dev/shm 2> /dev/null | tail -1)" -ge 1000000 ] 2> /dev/null; then TMPDIR=/dev/shm; fi
