#!/bin/sh
# Every table with a stored file (a column `blob`) is read by the nightly sweep, and both backends have every migration.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for sql in $(git ls-files -co --exclude-standard '*.sqlite.sql'); do
	for table in $(awk '/^CREATE TABLE/ { t = $3 } / blob BLOB/ { print t }' "$sql"); do
		grep -qE "FROM $table( |\")" common/service/fixity_sweep.c zones/*/store/files.c || { echo "not ok - the sweep reads $table ($sql)"; failed=1; }
	done
	for table in $(awk '/^CREATE TABLE/ { t = $3 } /blob_key TEXT/ { print t }' "$sql"); do
		grep -qE "UPDATE $table SET blob_key" common/service/reseal.c zones/*/store/sealed.c || { echo "not ok - the file keys of $table are wrapped anew ($sql)"; failed=1; }
	done
	[ -f "${sql%.sqlite.sql}.pg.sql" ] || { echo "not ok - $sql has its twin for PostgreSQL"; failed=1; }
done
# Every table that the vault seals for, also the book's (X(SEALED …) and X(SINDEX …) in its list of columns).
for table in $(grep -rhoE 'vault_seal\([^,]+, "[a-z_]+"' common zones --include=*.c | sed 's/.*"\(.*\)"/\1/' | sort -u) \
	$(awk '/^#define BOOK_/ { t = tolower($2); sub(/^book_/, "", t); sub(/\(.*/, "", t) } /X\((SEALED|SINDEX),/ { print t }' zones/extranet/store/book_columns.h | sort -u); do
	grep -qE "^	\{\"$table\"," common/service/reseal.c zones/*/store/sealed.c || { echo "not ok - values of $table are sealed anew after a rotation"; failed=1; }
done
[ $failed = 1 ] || echo "ok - every table with stored files is swept, every sealed one is sealed anew, every migration is there for both backends"
exit $failed
