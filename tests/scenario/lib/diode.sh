# Common to the diode's scenarios: sourced, not run. Folder $tmp, programs, checks, start and stop by process id.
: "${SW_BIN:=build/bin}"
: "${SW_TESTBIN:=build/testbin}"
send=$(cd "$SW_BIN" && pwd)/diode-send
recv=$(cd "$SW_BIN" && pwd)/diode-recv
relay=$(cd "$SW_TESTBIN" && pwd)/udp-relay
blast=$(cd "$SW_TESTBIN" && pwd)/udp-blast
tmp=$(mktemp -d "${TMPDIR:-/tmp}/diode.XXXXXX")
failed=0
running=
SW_LOG=warn
export SW_LOG

finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' INT TERM

# check NAME COMMAND…: one line per check
check() {
	check_name=$1
	shift
	if "$@" > "$tmp/check.log" 2>&1; then
		echo "ok - $check_name"
	else
		echo "not ok - $check_name"
		sed 's/^/# /' "$tmp/check.log"
		failed=1
	fi
}

# Waits for a file that a program writes whole.
await() {
	n=0
	while [ ! -s "$1" ]; do
		n=$((n + 1))
		[ $n -lt 1000 ] || { echo "# $1 did not come"; return 1; }
		sleep 0.02
	done
}

# start_recv NAME OPTION…: runs in the background; $tmp/NAME.{port,status,log}; pid in $pid
start_recv() {
	end=$1
	shift
	rm -f "$tmp/$end.port"
	"$recv" --listen 127.0.0.1:0 --port-file "$tmp/$end.port" --status "$tmp/$end.status" "$@" \
		> "$tmp/$end.out" 2> "$tmp/$end.log" &
	pid=$!
	running="$running $pid"
	await "$tmp/$end.port"
	port=$(cat "$tmp/$end.port")
}

# start_relay NAME TO OPTION…: the same for the bad fibre
start_relay() {
	end=$1 to=$2
	shift 2
	rm -f "$tmp/$end.port"
	"$relay" --to "127.0.0.1:$to" --port-file "$tmp/$end.port" --report "$tmp/$end.report" "$@" \
		2> "$tmp/$end.log" &
	relay_pid=$!
	running="$running $relay_pid"
	await "$tmp/$end.port"
	relay_port=$(cat "$tmp/$end.port")
}

# ended PID CODE: waits for it; 0 when it ended with that code
ended() {
	wait "$1"
	code=$?
	[ "$code" -eq "$2" ] || { echo "ended with $code, not $2"; return 1; }
}

stop() {
	kill "$1" 2> /dev/null
	wait "$1"
}

# status NAME FILTER: the status file by jq -e
status() {
	jq -e "$2" "$tmp/$1.status" || { cat "$tmp/$1.status"; return 1; }
}

# A file of random bytes: bytes FILE N
bytes() {
	head -c "$2" /dev/urandom > "$1"
}

# same_tree A B: equal but for the receiver's own folder
same_tree() { diff -r -x .diode "$1" "$2"; }

# report NAME FILTER: what the receiver's folder $tmp/NAME lists as missing, by jq -e
report() {
	"$recv" --report --into "$tmp/$1" > "$tmp/$1.report" || return 1
	jq -e "$2" "$tmp/$1.report" || { cat "$tmp/$1.report"; return 1; }
}
