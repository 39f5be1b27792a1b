#!/bin/sh
# One way, provably: symbols, the sender's locked filter, what the system refuses to each end.
set -u
. "$(dirname "$0")/lib/diode.sh"

none() { # program, pattern
	nm -D --undefined-only "$1" | awk '{ print $2 }' | sed 's/@.*//' | grep -E "$2" && return 1
	return 0
}
check "diode-send has no receive call" none "$send" '^(__)?(recv|recvfrom|recvmsg|recvmmsg)(_chk)?$'
check "diode-send does not connect, listen or accept" none "$send" '^(connect|listen|accept|accept4|bind)$'
check "diode-recv has no send call" none "$recv" '^(__)?(send|sendto|sendmsg|sendmmsg|sendfile|sendfile64|splice|vmsplice)(_chk)?$'
check "diode-recv does not connect, listen or accept" none "$recv" '^(connect|listen|accept|accept4)$'
check "neither runs programs or loads code" sh -c '! nm -D --undefined-only "$1" "$2" | grep -E " (execv|execve|posix_spawn|posix_spawnp|system|popen|dlopen)(@|$)"' - "$send" "$recv"

# Both run confined: seccomp filter, no new privileges; the sender's filter is attached and locked.
mkdir "$tmp/in" "$tmp/src"
start_recv live --into "$tmp/in"
receiver=$pid
"$send" --to "127.0.0.1:$port" --watch "$tmp/src" --status "$tmp/send.status" 2> "$tmp/send.log" &
sender=$!
running="$running $sender"
await "$tmp/send.status"
for p in $sender $receiver; do
	check "$(cat /proc/$p/comm) is under seccomp" grep -q '^Seccomp:.*2$' "/proc/$p/status"
	check "$(cat /proc/$p/comm) gets no new privileges" grep -q '^NoNewPrivs:.*1$' "/proc/$p/status"
done
for p in $sender $receiver; do
	check "the socket of $(cat /proc/$p/comm) has no peer" \
		sh -c 'ss -H -a -n -u -p | grep "pid=$1," | grep -q "^UNCONN.* 0\.0\.0\.0:\* "' - "$p"
done

# Datagrams thrown at the sender's own port never reach its queue.
from=$(ss -H -a -n -u -p | grep "pid=$sender," | awk '{ print $4 }' | sed 's/.*://')
check "the sender has a port of its own" test "${from:-0}" -gt 0
check "what is thrown at it" sh -c 'for i in 1 2 3 4 5; do echo back; done | "$1" --to "127.0.0.1:$2" - ' - "$send" "$from"
check "is dropped before its queue" sh -c 'test "$(ss -H -a -n -u -p | grep "pid=$1," | awk "{ print \$2 }")" = 0' - "$sender"
check "by the filter" sh -c 'awk -v port="$(printf :%04X "$1")" "index(\$2, port) && \$NF > 0 { found = 1 } END { exit !found }" /proc/net/udp' - "$from"
check "and the receiver hears nothing but the sender" status live '.datagrams.key == 0 and .datagrams.format == 0'
stop "$sender"
stop "$receiver"
exit $failed
