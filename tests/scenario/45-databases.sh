#!/bin/sh
# Two databases, one program: both schemas have the same tables, columns, keys and triggers; a data set moves from SQLite to PostgreSQL and is equal;
# backups of both come back; a password stands nowhere; a wrong database is refused.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
SW_DB=sqlite
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	postgres_stop "$D.pg"
	rm -rf "$D"
}
trap finish EXIT
same() { # NAME FILE FILE
	if [ -s "$2" ] && cmp -s "$2" "$3"; then echo "ok - $1"; else
		diff "$2" "$3" | head -10 | sed 's/^/# /'
		echo "not ok - $1"
		failed=1
	fi
}
zones_made postgres_start "$D.pg"

# ---- the data set moves
daemon() { case $1 in internet) echo intaked ;; extranet) echo registryd ;; intranet) echo cadastred ;; esac; }
conf() { echo "$D/$1/conf/$(daemon "$1").yaml"; }
pgconf() { echo "$D/$1/conf/pg.yaml"; }
run() { zone=$1 c=$2 command=$3; shift 3; "$SW_BIN/$(daemon "$zone")" "$command" -c "$c" "$@"; }
for z in $ZONES; do
	place=$(postgres_database "$D.pg" "$z")
	sed "s|^data: .*|&\ndatabase: \"$place\"|" "$(conf $z)" > "$(pgconf $z)"
	run $z "$(pgconf $z)" import "$D/$z/data/main.db" > "$D/$z.moved" 2> "$D/$z.refused"
	equal "$z: the data set moves to PostgreSQL" 0 $?
	sed 's/^/# /' "$D/$z.refused"
	rows=0
	for t in $(awk '$1 != "all," { print $1 }' "$D/$z.moved"); do rows=$((rows + $(sqlite3 -readonly "$D/$z/data/main.db" "SELECT count(*) FROM $t"))); done
	equal "$z: every row of every table" "$rows" "$(awk '$1 == "all," { print $6 }' "$D/$z.moved")"
	run $z "$(pgconf $z)" import "$D/$z/data/main.db" > /dev/null 2> "$D/$z.refused"
	equal "$z: it takes a data set once" "1 EXISTS" "$? $(cut -d: -f1 "$D/$z.refused")"
done
run extranet "$(conf extranet)" dump | sort > "$D/book"
run extranet "$(pgconf extranet)" dump | sort > "$D/book.pg"
same "the books are equal row by row" "$D/book" "$D/book.pg"
run extranet "$(conf extranet)" import "$D/internet/data/main.db" > /dev/null 2> "$D/refused"
equal "a SQLite database takes none" "1 STATE" "$? $(cut -d: -f1 "$D/refused")"
run extranet "$(pgconf extranet)" import "$D/internet/data/main.db" > /dev/null 2> "$D/refused"
equal "another zone's data set is refused" "1 FORMAT" "$? $(cut -d: -f1 "$D/refused")"
"$SW_BIN/registryd" -c "$(pgconf extranet)" 2> "$D/log/registryd" &
running="$running $!"
await "$D/extranet/data/port"
equal "the registry goes on with it: no new epoch, no alarm" "" "$(grep -c boot-mark "$D/log/registryd" | grep -v '^0')"
kill $! && wait $!

# ---- the same schema
sqlite_schema() { # ZONE: table.column kind notnull key; unique sets; triggers
	sqlite3 -readonly "$D/$1/data/main.db" <<'SQL'
SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'int' WHEN 'INT' THEN 'int' WHEN 'TINYINT' THEN 'int' WHEN 'REAL' THEN 'real' WHEN 'DOUBLE' THEN 'real' WHEN 'BLOB' THEN 'bytes' ELSE 'text' END
	|| CASE WHEN c."notnull" OR c.pk THEN ' required' ELSE '' END || CASE WHEN c.pk THEN ' key ' || c.pk ELSE '' END
	FROM pragma_table_list t JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\';
SELECT i.tbl || ' ' || CASE WHEN i.u THEN 'unique' ELSE 'index' END || ' ' || i.cols FROM (SELECT t.name AS tbl, x."unique" AS u, (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(x.name) ORDER BY seqno)) AS cols, x.origin AS o
	FROM pragma_table_list t JOIN pragma_index_list(t.name) x WHERE t.schema = 'main' AND t.type = 'table') i WHERE i.o <> 'pk';
SELECT tbl || ' refers ' || target || ' ' || group_concat(col, ',') FROM (SELECT t.name AS tbl, f.id AS id, f."table" AS target, f."from" AS col FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' ORDER BY t.name, f.id, f.seq) GROUP BY tbl, id;
SELECT tbl_name || ' trigger ' || name FROM sqlite_master WHERE type = 'trigger';
SQL
}
pg_schema() {
	psql -qtA -h "$D.pg" -U $POSTGRES_USER -d "$1" <<'SQL'
SELECT t.relname || '.' || a.attname || ' ' || CASE a.atttypid::regtype::text WHEN 'bigint' THEN 'int' WHEN 'double precision' THEN 'real' WHEN 'bytea' THEN 'bytes' ELSE a.atttypid::regtype::text END
	|| CASE WHEN a.attnotnull THEN ' required' ELSE '' END || coalesce(' key ' || array_position(k.conkey, a.attnum), '')
	FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
	WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND t.relname <> 'rtree_parcel_geom';
SELECT t.relname || ' ' || CASE WHEN i.indisunique THEN 'unique' ELSE 'index' END || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY x.n) FROM unnest(i.indkey) WITH ORDINALITY x (k, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.k)
	FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND t.relname <> 'rtree_parcel_geom';
SELECT t.relname || ' refers ' || f.relname || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY x.n) FROM unnest(k.conkey) WITH ORDINALITY x (k, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.k)
	FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f';
SELECT t.relname || ' trigger ' || g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal AND (g.tgtype & 32) = 0;
SQL
}
for z in $ZONES; do
	sqlite_schema $z | sort > "$D/$z.sqlite"
	pg_schema $z | sort > "$D/$z.pg"
	same "$z: the same columns, keys, indexes and triggers in both" "$D/$z.sqlite" "$D/$z.pg"
	# What refuses every deletion refuses to be emptied too.
	psql -qtA -h "$D.pg" -U $POSTGRES_USER -d $z -c "SELECT t.relname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_proc f ON f.oid = g.tgfoid
		WHERE f.proname = 'db_refuse' AND (g.tgtype & 8) <> 0 AND g.tgqual IS NULL EXCEPT SELECT t.relname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE (g.tgtype & 32) <> 0" > "$D/truncated"
	equal "$z: what is append-only cannot be truncated either" "" "$(cat "$D/truncated")"
done

# ---- backups
run extranet "$(conf extranet)" backup "$D/backup.db" && cp "$D/backup.db" "$D/extranet/data/again.db"
sed "s|^data: .*|&\ndatabase: again.db|" "$(conf extranet)" > "$D/extranet/conf/again.yaml"
run extranet "$D/extranet/conf/again.yaml" dump | sort > "$D/book.again"
same "the backup of SQLite is the book" "$D/book" "$D/book.again"
run extranet "$(pgconf extranet)" backup "$D/backup.dump"
place=$(postgres_database "$D.pg" again)
pg_restore --exit-on-error -h "$D.pg" -U $POSTGRES_USER -d again "$D/backup.dump" 2> "$D/restore" || sed 's/^/# /' "$D/restore"
sed "s|^data: .*|&\ndatabase: \"$place\"|" "$(conf extranet)" > "$D/extranet/conf/again.yaml"
run extranet "$D/extranet/conf/again.yaml" dump | sort > "$D/book.again"
same "the backup of PostgreSQL is the book" "$D/book" "$D/book.again"

# ---- who may come in
psql -qtA -h "$D.pg" -U $POSTGRES_USER -d postgres -c "CREATE ROLE zone LOGIN PASSWORD 'word of the zone'" -c "CREATE DATABASE closed OWNER zone TEMPLATE template0" > /dev/null
psql -qtA -h "$D.pg" -U $POSTGRES_USER -d postgres -c "CREATE DATABASE sorted TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'" > /dev/null
printf '%s\n' "local all zone scram-sha-256" "local all all trust" > "$D/hba"
cp "$D/hba" "$D.pg/data/pg_hba.conf"
psql -qtA -h "$D.pg" -U $POSTGRES_USER -d postgres -c "SELECT pg_reload_conf()" > /dev/null
with() { sed "s|^data: .*|&\ndatabase: \"$1\"|" "$(conf extranet)" > "$D/extranet/conf/with.yaml"; }
umask 077
printf '%s\n' "$D.pg:*:*:zone:word of the zone" > "$D/passfile"
with "host=$D.pg user=zone dbname=closed passfile=$D/passfile"
run extranet "$D/extranet/conf/with.yaml" dump > /dev/null 2> "$D/refused"
equal "the password stands in a passfile" "0 " "$? $(head -c 200 "$D/refused")"
printf '%s\n' "$D.pg:*:*:zone:another word" > "$D/passfile"
run extranet "$D/extranet/conf/with.yaml" dump > /dev/null 2> "$D/refused"
equal "a wrong one is refused" 1 $?
printf '[registry]\nhost=%s\nuser=sanwang\ndbname=again\n' "$D.pg" > "$D/services"
with "service=registry"
PGSERVICEFILE=$D/services run extranet "$D/extranet/conf/with.yaml" dump 2> "$D/refused" | sort > "$D/book.again"
same "a service file names the database" "$D/book" "$D/book.again"
with "host=$D.pg user=zone dbname=closed password=word"
"$SW_BIN/registryd" --check -c "$D/extranet/conf/with.yaml" > "$D/checked" 2>&1
equal "a password in the configuration is refused" "2 CONFIG" "$? $(cut -d: -f1 "$D/checked")"
equal "and not repeated" 0 "$(grep -c 'password=word' "$D/checked")"
with "host=$D.pg user=sanwang dbname=sorted"
run extranet "$D/extranet/conf/with.yaml" dump > /dev/null 2> "$D/refused"
equal "a database that is not UTF-8 is refused" "2 CONFIG" "$? $(grep -o CONFIG "$D/refused" | head -1)"
exit $failed
