# A PostgreSQL of one test: Debian's server in a folder of its own, reached by a socket in that folder only, as a user without privileges.
# Sourced, or run: postgres.sh start FOLDER | database FOLDER NAME (prints what a `database:` line takes) | pause FOLDER | resume FOLDER | stop FOLDER
# FOLDER is made by start (FOLDER must not be inside one that others cannot enter). POSTGRES_FSYNC=on for measurements.
POSTGRES_BIN=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
POSTGRES_USER=sanwang

postgres_as() { # the server refuses root
	if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"; else "$@"; fi
}
postgres_start() {
	[ -x "$POSTGRES_BIN/postgres" ] || { echo "postgres: $POSTGRES_BIN/postgres is missing (tests/deps.sh installs it)" >&2; return 1; }
	mkdir -m 700 "$1" || return 1
	[ "$(id -u)" != 0 ] || chown nobody:nogroup "$1"
	(
		cd "$1" || exit 1
		postgres_as "$POSTGRES_BIN/initdb" -D "$1/data" -A trust -U $POSTGRES_USER -E UTF8 --locale=C --no-sync --no-instructions > "$1.log" 2>&1 || exit 1
		cat >> "$1/data/postgresql.conf" << CONF
listen_addresses = ''
unix_socket_directories = '$1'
fsync = ${POSTGRES_FSYNC:-off}
full_page_writes = ${POSTGRES_FSYNC:-off}
shared_buffers = ${POSTGRES_BUFFERS:-32MB}
max_connections = 100
autovacuum_naptime = 2s
log_min_messages = fatal
CONF
		postgres_as "$POSTGRES_BIN/pg_ctl" -D "$1/data" -s -w -t 60 -l "$1/log" start >> "$1.log" 2>&1
	) || { cat "$1.log" "$1/log" >&2 2> /dev/null; rm -rf "$1" "$1.log"; return 1; }
	rm -f "$1.log"
}
postgres_database() {
	"$POSTGRES_BIN/createdb" -h "$1" -U $POSTGRES_USER -T template0 "$2" && echo "host=$1 user=$POSTGRES_USER dbname=$2"
}
postgres_runs() { "$POSTGRES_BIN/pg_isready" -q -h "$1"; }
# The server goes away at once, its data stay; and comes back.
postgres_pause() { (cd / && postgres_as "$POSTGRES_BIN/pg_ctl" -D "$1/data" -s -m immediate stop > /dev/null 2>&1); }
postgres_resume() { (cd / && postgres_as "$POSTGRES_BIN/pg_ctl" -D "$1/data" -s -w -t 60 -l "$1/log" start > /dev/null 2>&1); }
postgres_stop() {
	[ -d "$1/data" ] || return 0
	(cd / && postgres_as "$POSTGRES_BIN/pg_ctl" -D "$1/data" -s -m immediate stop > /dev/null 2>&1)
	rm -rf "$1"
}

case ${0##*/} in
postgres.sh)
	set -u
	case ${1:-} in
	start) postgres_start "$2" ;;
	database) postgres_database "$2" "$3" ;;
	stop) postgres_stop "$2" ;;
	pause) postgres_pause "$2" ;;
	resume) postgres_resume "$2" ;;
	*) echo "usage: postgres.sh start|database|pause|resume|stop FOLDER [NAME]" >&2; exit 2 ;;
	esac
	;;
esac
