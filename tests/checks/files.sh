#!/bin/sh
# Every table with a stored file (a column `blob`) is read by the nightly sweep, and both backends have every migration.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for sql in $(git ls-files -co --exclude-standard '*.sqlite.sql'); do
	for table in $(awk '/^CREATE TABLE/ { t = $3 } / blob BLOB/ { print t }' "$sql"); do
		grep -qE "FROM $table( |\")" common/service/fixity.c zones/*/store/files.c || { echo "not ok - the sweep reads $table ($sql)"; failed=1; }
	done
	[ -f "${sql%.sqlite.sql}.pg.sql" ] || { echo "not ok - $sql has its twin for PostgreSQL"; failed=1; }
done
[ $failed = 1 ] || echo "ok - every table with stored files is swept, every migration is there for both backends"
exit $failed
