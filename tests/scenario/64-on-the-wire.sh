#!/bin/sh
# Protection on the wire: while a case goes through all zones everything that crosses the machine's own network is recorded (the interfaces of the three
# daemons over TLS, the fibre, with SW_DB=pg the database over TCP without a word of TLS): no name and no identity number of any person is in it, nor a
# password, nor in what a process shows of itself. The same scan finds them on the line of the simulated identity platform, which is plain.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
# In a network of its own, where only this test speaks.
if [ -z "${SW_OWN_NETWORK:-}" ] && [ "$(id -u)" = 0 ] && unshare -n true 2> /dev/null; then
	export SW_OWN_NETWORK=1
	exec unshare -n sh -c 'ip link set lo up; exec sh "$0"' "$0"
fi
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
capture=
trap '[ -z "$capture" ] || kill "$capture" 2> /dev/null; stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made
for z in $ZONES; do
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=$z -addext 'subjectAltName=IP:127.0.0.1' -keyout "$D/$z/keys/tls.key" -out "$D/$z/keys/tls.pem" 2> /dev/null
	chmod 600 "$D/$z/keys/tls.key"
	d=$D/$z/conf/$(zone_daemon $z).yaml
	sed 's|^listen: .*|listen: 0.0.0.0:0|' "$d" > "$d.open"
	"$SW_BIN/$(zone_daemon $z)" -c "$d.open" 2> "$D/refused"
	equal "$z: open to a network without TLS it does not start" "2 CONFIG: listen" "$? $(grep -o 'CONFIG: listen' "$D/refused" | head -1)"
	printf '\ntls:\n  cert: ../keys/tls.pem\n  key: ../keys/tls.key\n' >> "$d"
done
cat "$D"/*/keys/tls.pem > "$D/tls.pem"
CURL_CA_BUNDLE=$D/tls.pem
export CURL_CA_BUNDLE
url() { echo "https://127.0.0.1:$(cat "$D/$1/data/port")"; }
if [ "$SW_DB" = pg ]; then # over TCP, in the clear: what is in a row is sealed before it leaves the daemon
	pg_port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
	postgres_pause "$D.pg"
	sed -i "s|^listen_addresses = .*|listen_addresses = '127.0.0.1'\nport = $pg_port|" "$D.pg/data/postgresql.conf"
	PGPORT=$pg_port
	export PGPORT
	postgres_resume "$D.pg"
	sed -i "s|^database: .*host=[^ ]*|database: \"host=127.0.0.1 port=$pg_port|" "$D"/*/conf/intaked.yaml "$D"/*/conf/registryd.yaml "$D"/*/conf/cadastred.yaml
fi
jq -r '.[] | .name, .id_number' "$D/demo/people.json" | sort -u > "$D/secrets"
awk '{ print $3 }' "$D/accounts.txt" >> "$D/secrets"
stack_start
tcpdump -i lo -U -B 65536 -s 0 -w "$D/wire.pcap" 2> "$D/wire.log" &
capture=$!
recorded=
for _ in $(seq 1200); do
	grep -q "listening on" "$D/wire.log" && recorded=yes && break
	kill -0 "$capture" 2> /dev/null || break
	sleep 0.05
done
[ -n "$recorded" ] || { echo "# left out: this user may not record the network: the scan of the wire"; capture=; }
{ walk_transfer && first_to_task 0; } > "$D/walk.log" 2>&1
equal "a case went through, another waits in the intranet" 0 $?
for z in $ZONES; do
	p=$(cat "$D/pid/$(zone_daemon $z)")
	equal "$z: nothing of it stands in the process's environment or command line" 0 "$(cat "/proc/$p/environ" "/proc/$p/cmdline" | tr '\0' '\n' | grep -cFf "$D/secrets")"
done
if [ -n "$recorded" ]; then
	sleep 0.3
	kill "$capture"
	wait "$capture" 2> /dev/null
	capture=
	equal "nothing was lost while it was recorded" 0 "$(sed -n 's/^\([0-9]*\) packets dropped by kernel.*/\1/p' "$D/wire.log")"
	plain="port $(cat "$D/identity/port") or port $(cat "$D/payment/port")"
	for z in $ZONES; do
		tcpdump -r "$D/wire.pcap" -w "$D/one.pcap" "tcp port $(cat "$D/$z/data/port")" 2> /dev/null
		equal "$z: its interface was used, and nothing of it is readable" "yes 0" "$([ "$(stat -c %s "$D/one.pcap")" -gt 4096 ] && echo yes) $(grep -acFf "$D/secrets" "$D/one.pcap")"
	done
	tcpdump -r "$D/wire.pcap" -w "$D/one.pcap" "udp port $(cat "$D/diode/recv/port")" 2> /dev/null
	equal "the fibre carried something, and nothing of it is readable" "yes 0" "$([ "$(stat -c %s "$D/one.pcap")" -gt 4096 ] && echo yes) $(grep -acFf "$D/secrets" "$D/one.pcap")"
	if [ "$SW_DB" = pg ]; then
		tcpdump -r "$D/wire.pcap" -w "$D/one.pcap" "tcp port $pg_port" 2> /dev/null
		equal "the database was asked in the clear, and nothing of it is readable" "yes 0" "$([ "$(stat -c %s "$D/one.pcap")" -gt 4096 ] && echo yes) $(grep -acFf "$D/secrets" "$D/one.pcap")"
		equal "and its statements are" yes "$(grep -aqF 'FROM session' "$D/one.pcap" && echo yes)"
	fi
	tcpdump -r "$D/wire.pcap" -w "$D/rest.pcap" "not ($plain)" 2> /dev/null
	[ -z "${SW_OWN_NETWORK:-}" ] || equal "nor anywhere else on the wire" 0 "$(grep -acFf "$D/secrets" "$D/rest.pcap")"
	tcpdump -r "$D/wire.pcap" -w "$D/one.pcap" "$plain" 2> /dev/null
	equal "the scan finds the people on the identity platform's plain line" yes "$(grep -aqFf "$D/secrets" "$D/one.pcap" && echo yes)"
fi
exit $failed
