#!/bin/sh
# No record, no action, with a real daemon: the disk of its log is full; then the daemon is killed and commands go on beside it. Each time a named state, every
# action refused that would leave no record, nothing lost: afterwards the log holds exactly the rows, and exactly the actions that were answered.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=error
pid=
stop() { [ -z "$pid" ] || { kill "$pid" 2> /dev/null; wait "$pid" 2> /dev/null; }; pid=; }
trap 'stop; stack_clean' EXIT
if ! unshare -Urm true 2> /dev/null; then echo "ok - left out: no user namespaces here, in which a small disk could be made"; exit 0; fi
zones_made
conf=$D/extranet/conf/registryd.yaml log=$D/extranet/data/audit
start() { # COMMAND BEFORE IT…
	rm -f "$D/extranet/data/port"
	"$@" "$SW_BIN/registryd" -c "$conf" 2>> "$D/log/registryd" &
	pid=$!
	await "$D/extranet/data/port"
}
password=$(awk '$1 == "extranet" && $2 == "officer" { print $3 }' "$D/accounts.txt")
enter() { # the answer to signing in, which writes a record
	printf '{"user":"officer","password":"%s"}' "$password" |
		curl -s -m 20 -o "$D/reply" -w '%{http_code}' -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "$(url extranet)/api/session"
}
state() { curl -s -m 20 "$(url extranet)/api/health" | jq -r .audit; }
until_state() {
	n=1200
	while [ "$(state)" != "$1" ] && [ $n -gt 0 ]; do n=$((n - 1)); sleep 0.05; done
	state
}
records() { stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = '$1'"; }
rows() { stack_sql extranet "SELECT count(*) FROM audit_record"; }
in_log() { "$SW_BIN/swaudit" export --trust "$D/extranet/keys/ca.pem" "$@" "$log" 2>&1 | wc -l; }

# A command that writes a record and nothing else: the refusal of an early deletion. There is room in the last page for some entries yet.
add() { "$SW_BIN/registryd" prune-log -c "$conf" "$(date -u +%Y-%m-%d)" > "$D/out" 2> "$D/err"; cut -d: -f1 "$D/err" | head -1; }

echo 'audit_pending: 6' >> "$conf"

# A log on a disk of its own, as large as a few pages. exec: the daemon keeps the process number.
start unshare -Urm sh -c 'mount -t tmpfs -o size=512k none "$1.small" && cp -r "$1"/. "$1.small" && mount --bind "$1.small" "$1" && shift && exec "$@"' - "$(mkdir -p "$log" "$log.small"; echo "$log")"
equal "with room: the state, and signing in" "ok 200" "$(until_state ok) $(enter)"
disk=/proc/$pid/root$log
cat /dev/zero > "$disk/fill" 2> /dev/null
done_=1
equal "the disk is full: a command goes on" REFUSED "$(add)"
equal "a state of its own" failing "$(until_state failing)"
equal "actions go on" 200 "$(enter)"
done_=$((done_ + 1)) asked=1
while said=$(add) && [ "$said" = REFUSED ] && [ $asked -lt 200 ]; do asked=$((asked + 1)); done
equal "as many wait as may: a command beside the daemon is refused" AUDIT "$said"
code=$(enter)
equal "and whoever asks the daemon" "503 AUDIT" "$code $(jq -r .error "$D/reply" 2> /dev/null)"
equal "and the state says so" stalled "$(until_state stalled)"
equal "each record asked for and answered is there, no other" "$asked $done_" "$(records log.prune-refused) $(records session.sign-in)"
rm -f "$disk/fill"
equal "with room again" ok "$(until_state ok)"
equal "actions go on" 200 "$(enter)"
done_=$((done_ + 1))
curl -s -m 20 "$(url extranet)/metrics" | grep -q 'sanwang_audit_state{state="ok"} 1'
equal "the metrics say so" 0 $?
# a copy of the disk with a checkpoint over all of it
keep_log() {
	n=1200
	until rm -rf "$log.kept" && cp -r "$disk" "$log.kept" && [ "$("$SW_BIN/swaudit" verify --json "$log.kept" | jq .entries)" = "$(rows)" ] || [ $n = 0 ]; do n=$((n - 1)); sleep 0.05; done
}
keep_log
stop
rm -rf "$log" && mv "$log.kept" "$log"
equal "nothing was lost" "$(rows)" "$(in_log)"
equal "every signing in is in the log" $done_ "$(in_log --action session.sign-in)"

# Killed: commands beside it write records nobody moves, until as many wait as may.
start env
until_state ok > /dev/null
kill -9 "$pid"
wait "$pid" 2> /dev/null
pid=
asked_alone=$asked
asked=0
while said=$(add) && [ "$said" = REFUSED ] && [ $asked -lt 60 ]; do asked=$((asked + 1)); done
equal "killed: a command is refused when as many wait as may" AUDIT "$said"
equal "and left nothing" $((asked_alone + asked)) "$(records log.prune-refused)"
start env
equal "started again it moves what waits" ok "$(until_state ok)"
equal "and the command goes" REFUSED "$(add)"
stop
equal "nothing was lost, nothing stands twice" "$(rows)" "$(in_log)"

# Deleting before a year was what the command asked for: refused, and the refusal stands in the log.
equal "each refused deletion stands in the log" $((asked_alone + asked + 1)) "$(in_log --action log.prune-refused)"
"$SW_BIN/registryd" prune-log -c "$conf" yesterday > "$D/out" 2> "$D/err"
equal "a day that is none" 2 $?
exit $failed
