#!/bin/sh
# A watched folder with all that is below it: names, times, empty files and folders; what is new anywhere is noticed; nothing is followed.
# And priorities: a small file passes a huge one.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
. "$(dirname "$0")/lib/diode.sh"

until_true() { # command…
	tries=0
	until "$@" > /dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 1500 ] || return 1
		sleep 0.02
	done
}
appear() { cp -r "$1" "$tmp/appearing" && mv "$tmp/appearing" "$2"; } # whole at once: the sender waits for nothing
watch=$tmp/watch in=$tmp/in
mkdir -p "$watch/a/b/c" "$watch/空" "$in" "$tmp/copy"
bytes "$watch/top" 5000
bytes "$watch/a/b/c/deep" 70000
: > "$watch/a/b/none"
touch -d '2020-02-29T12:34:56.789Z' "$watch/a/b/c/deep" "$watch/a/b/none"
chmod 640 "$watch/a/b/c/deep"
ln -s /etc "$watch/a/link"
cp -a "$watch/." "$tmp/copy"
rm "$tmp/copy/a/link"
start_recv tree --into "$in"
receiver=$pid
"$send" --to "127.0.0.1:$port" --watch "$watch" --settle 0ms --rescan 300ms --rate 200M --status "$tmp/send.status" 2> "$tmp/send.log" &
sender=$!
running="$running $sender"
same() { diff -r -x .diode "$tmp/copy" "$in"; }
check "all of the tree arrives" until_true same
check "time of change and mode are kept" sh -c 'cd "$1/a/b" && a=$(stat -c "%a %y" c/deep none) && cd "$2/a/b" && test "$a" = "$(stat -c "%a %y" c/deep none)"' - "$tmp/copy" "$in"
check "what was sent lies in done/ under its name" until_true cmp "$tmp/copy/a/b/c/deep" "$watch/done/a/b/c/deep"
check "empty folders, too" until_true test -d "$watch/done/空" -a -d "$watch/done/a/b/c"
check "what was emptied is gone" until_true test ! -e "$watch/a/b"
check "a link is not sent and not followed" test -L "$watch/a/link" -a ! -e "$in/a/link"

# New at any depth.
mkdir -p "$watch/new/er"
check "a new empty folder arrives" until_true test -d "$in/new/er"
bytes "$tmp/second" 3000
appear "$tmp/second" "$watch/a/second"
check "what appears below is noticed" until_true cmp "$tmp/second" "$in/a/second"
mkdir "$tmp/outside"
bytes "$tmp/outside/secret" 100
ln -s "$tmp/outside" "$watch/leads"
bytes "$tmp/last" 10
appear "$tmp/last" "$watch/last"
until_true cmp "$tmp/last" "$in/last"
check "a folder that is a link leads nowhere" test ! -e "$in/leads"
stop "$sender"
check "only the links could not be sent" sh -c 'test -s "$1" && ! grep -v "no-key\|no-log\|symbolic link" "$1"' - "$tmp/send.log"

# 2 KB pass 50 GB that are under way; and so does a folder of small ones.
rm -rf "$watch" && mkdir "$watch"
truncate -s 50G "$watch/huge"
"$send" --to "127.0.0.1:$port" --watch "$watch" --settle 0ms --rate 100M --status "$tmp/send.status" 2> "$tmp/send.log" &
sender=$!
running="$running $sender"
before=$(jq .blocks.complete "$tmp/tree.status")
check "50 GB are under way" until_true jq -e ".blocks.complete > $before + 20" "$tmp/tree.status"
bytes "$tmp/message" 2048
appear "$tmp/message" "$watch/message"
check "a message of 2 KB passes them" until_true cmp "$tmp/message" "$in/message"
mkdir "$tmp/many"
i=0
while [ $i -lt 50 ]; do i=$((i + 1)); bytes "$tmp/many/$i" 2000; done
appear "$tmp/many" "$watch/many"
check "fifty in a folder pass them" until_true diff -r "$tmp/many" "$in/many"
check "while these are still under way" sh -c 'test ! -e "$1/huge" && test -e "$2/huge"' - "$in" "$watch"
stop "$sender"
stop "$receiver"
exit $failed
