#!/bin/sh
# Files, trees and names over a good line: what arrives is what was sent, whole, once.
set -u
. "$(dirname "$0")/lib/diode.sh"

mkdir -p "$tmp/src/tree/deep/er/empty" "$tmp/in"
: > "$tmp/src/zero"
bytes "$tmp/src/one" 1
bytes "$tmp/src/mib" 1048576
bytes "$tmp/src/large" 20971520
bytes "$tmp/src/tree/deep/er/图形 宗地.geojson" 3000
bytes "$tmp/src/tree/.hidden" 1376
bytes "$tmp/src/tree/-rf *;\$(x)" 176128
touch -d '2020-02-29T12:34:56.789Z' "$tmp/src/mib"
chmod 600 "$tmp/src/mib"
chmod 755 "$tmp/src/one"

start_recv files --into "$tmp/in" --count 8 --timeout 60s
check "a tree is sent" "$send" --to "127.0.0.1:$port" "$tmp/src/"
check "the receiver ends when all eight objects are there" ended "$pid" 0
check "the trees are equal" same_tree "$tmp/src" "$tmp/in"
check "the empty folder is there" test -d "$tmp/in/tree/deep/er/empty"
check "time of change kept" sh -c 'test "$(stat -c %y "$1")" = "$(stat -c %y "$2")"' - "$tmp/src/mib" "$tmp/in/mib"
check "modes kept" sh -c 'test "$(stat -c %a "$1/mib" "$1/one")" = "$(printf "600\n755")"' - "$tmp/in"
check "nothing lost, nothing repaired" status files '.datagrams.lost == 0 and .objects.published == 8 and .objects.incomplete == 0'
check "nothing unnamed left behind" sh -c '! find "$1" -name "tmp.*" | grep .' - "$tmp/in"

# A folder without "/" keeps its own name.
mkdir "$tmp/named"
start_recv named --into "$tmp/named" --count 4 --timeout 60s
check "a folder is sent under its name" "$send" --to "127.0.0.1:$port" "$tmp/src/tree"
ended "$pid" 0 > /dev/null
check "and arrives under it" same_tree "$tmp/src/tree" "$tmp/named/tree"

# Repeats of what is there already change nothing.
mkdir "$tmp/twice"
start_recv twice --into "$tmp/twice"
check "a file is sent three times" "$send" --to "127.0.0.1:$port" --repeat 3 --every 50ms "$tmp/src/mib"
check "and by another run" "$send" --to "127.0.0.1:$port" "$tmp/src/mib"
bytes "$tmp/mib" 500
check "another content under the same name is sent" "$send" --to "127.0.0.1:$port" "$tmp/mib"
stop "$pid"
check "published once, known once, the fork refused" status twice \
	'.objects.published == 1 and .objects.same == 1 and .objects.forked == 1'
check "the fork is reported" grep -q FORK "$tmp/twice.log"
check "the first content stays" cmp "$tmp/src/mib" "$tmp/twice/mib"
start_recv replace --into "$tmp/twice" --replace --count 1 --timeout 60s
check "with --replace it is sent again" "$send" --to "127.0.0.1:$port" "$tmp/mib"
ended "$pid" 0 > /dev/null
check "and takes the place" cmp "$tmp/mib" "$tmp/twice/mib"

# The sender sends no link, no device, nothing that is missing, and says so.
mkdir "$tmp/odd" "$tmp/oddin"
echo fine > "$tmp/odd/fine"
ln -s /etc/passwd "$tmp/odd/link"
mkfifo "$tmp/odd/pipe"
printf x > "$tmp/odd/new
line"
start_recv odd --into "$tmp/oddin" --count 1 --timeout 60s
"$send" --to "127.0.0.1:$port" "$tmp/odd/" "$tmp/absent" 2> "$tmp/odd.err"
check "odd entries make exit code 1" test $? -eq 1
ended "$pid" 0 > /dev/null
check "only the regular file arrives" sh -c 'test "$(ls -A -I .diode "$1")" = fine' - "$tmp/oddin"
check "four reasons are given" sh -c 'test "$(grep -c not-sent "$1")" = 4' - "$tmp/odd.err"

# IPv6 and both suites with a key.
head -c 32 /dev/urandom > "$tmp/key"
od -An -tx1 -v "$tmp/key" | tr -d ' \n' > "$tmp/key.hex"
chmod 600 "$tmp/key" "$tmp/key.hex"
for suite in gm intl; do
	rm -rf "$tmp/six"
	mkdir "$tmp/six"
	rm -f "$tmp/six.port"
	"$recv" --listen '[::1]:0' --into "$tmp/six" --port-file "$tmp/six.port" --count 1 --timeout 60s \
		--key "$tmp/key" --suite $suite 2> "$tmp/six.log" &
	pid=$!
	running="$running $pid"
	await "$tmp/six.port"
	check "IPv6, $suite, key raw and in hex" "$send" --to "[::1]:$(cat "$tmp/six.port")" --key "$tmp/key.hex" \
		--suite $suite "$tmp/src/mib"
	check "arrives" ended "$pid" 0
	check "is the same" cmp "$tmp/src/mib" "$tmp/six/mib"
done

# Offload off at either end is the same wire.
for side in send recv; do
	rm -rf "$tmp/plain"
	mkdir "$tmp/plain"
	start_recv plain --into "$tmp/plain" --count 1 --timeout 60s $([ $side = recv ] && echo --no-offload)
	check "no offload in $side" "$send" --to "127.0.0.1:$port" --rate 200M --mtu 9000 \
		$([ $side = send ] && echo --no-offload) "$tmp/src/large"
	check "arrives" ended "$pid" 0
	check "is the same" cmp "$tmp/src/large" "$tmp/plain/large"
done

# Usage and configuration.
refused() { # code, reason, command…
	code=$1 reason=$2
	shift 2
	"$@" > /dev/null 2> "$tmp/refused"
	got=$?
	[ $got -eq "$code" ] && grep -q "$reason" "$tmp/refused" && return
	echo "ended with $got:"
	cat "$tmp/refused"
	return 1
}
chmod 644 "$tmp/key"
check "an unknown option is refused" refused 2 "USAGE: --frob" "$send" --to 127.0.0.1:9 --frob x y
check "a key others can read is refused" refused 2 DENIED "$send" --to 127.0.0.1:9 --key "$tmp/key" "$tmp/src/one"
check "a rate is checked" refused 2 'USAGE.*rate' "$send" --to 127.0.0.1:9 --rate 10X "$tmp/src/one"
check "a port is checked" refused 2 'USAGE: 99999' "$send" --to 127.0.0.1:99999 "$tmp/src/one"
check "no source" refused 2 'USAGE: nothing to send' "$send" --to 127.0.0.1:9
check "two sources" refused 2 'USAGE.*exclude' "$send" --to 127.0.0.1:9 --watch "$tmp" "$tmp/src/one"
check "protection is checked" refused 2 'USAGE.*protect' "$send" --to 127.0.0.1:9 --protect most "$tmp/src/one"
check "a missing folder" refused 2 'NOTFOUND' "$recv" --listen 127.0.0.1:0 --into "$tmp/nowhere"
check "help" sh -c '"$1" --help | grep -q protect && "$2" --help | grep -q memory' - "$send" "$recv"
check "version" sh -c '"$1" --version | grep -q "^diode-send [0-9]" && "$2" --version | grep -q "^diode-recv [0-9]"' - "$send" "$recv"
exit $failed
