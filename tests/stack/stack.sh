# The whole of Sanwang on one machine: sourced by make run, the walk and the fault tests. POSIX sh.
# Needs: SW_BIN, SW_TESTBIN (built programs), SW_WEB (built pages; may be absent), D (folder of this run, absolute).
# stack_make makes keys, configuration, users and data; stack_start and stop_all run it; keep restarts what dies.
ZONES='internet extranet intranet'

say() { printf '%s\n' "$*"; }
die() { say "stack: $*" >&2; exit 1; }

# A random password that a person can type.
password() { od -An -N9 -tx1 /dev/urandom | tr -d ' \n'; }

# await FILE [TENTHS]: until the file has content.
await() {
	n=${2:-300}
	while [ ! -s "$1" ]; do
		n=$((n - 1))
		[ "$n" -gt 0 ] || die "$1 did not appear"
		sleep 0.1
	done
}

stack_keys() {
	suite=${SW_SUITE:-gm}
	for z in $ZONES; do
		mkdir -p "$D/$z/keys" "$D/$z/conf" "$D/$z/data" "$D/$z/share" "$D/$z/spool"
		"$SW_BIN/swbundle" keygen ca --zone "$z" --suite "$suite" --out "$D/$z/keys" > /dev/null
		head -c 32 /dev/urandom > "$D/$z/keys/master.key"
		chmod 600 "$D/$z/keys/master.key"
	done
	station() { "$SW_BIN/swbundle" keygen station --ca "$D/$1/keys" --use "$2" --name "$3" --out "$D/$1/keys" > /dev/null; }
	for s in internet gap-outer; do station internet sign $s; station internet encrypt $s; done
	for s in extranet gap-inner; do station extranet sign $s; station extranet encrypt $s; done
	station extranet seal office
	station intranet sign intranet; station intranet encrypt intranet; station intranet encrypt graphics
	mkdir -p "$D/intranet/keys/officers"
	for o in officer1 officer2; do
		eval "pass=\$pass_intranet_$o"
		printf '%s' "$pass" | "$SW_BIN/swbundle" keygen person --ca "$D/intranet/keys" --name $o --out "$D/intranet/keys/officers" --passphrase-file - > /dev/null
	done
	# What the zones know of each other: certificates only.
	cp "$D/extranet/keys/ca.pem" "$D/internet/keys/extranet-ca.pem"
	cp "$D/internet/keys/ca.pem" "$D/extranet/keys/internet-ca.pem"
	cp "$D/extranet/keys/ca.pem" "$D/intranet/keys/extranet-ca.pem"
	cp "$D/intranet/keys/ca.pem" "$D/extranet/keys/intranet-ca.pem"
	cp "$D/intranet/keys/intranet.encrypt.pem" "$D/intranet/keys/graphics.encrypt.pem" "$D/extranet/keys/"
	cp "$D/extranet/keys/extranet.encrypt.pem" "$D/intranet/keys/"
	cp "$D/identity/ca.pem" "$D/extranet/keys/identity-ca.pem"
	# The key of the diode's datagrams is shared by its two ends.
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$D/extranet/keys/diode.key"
	chmod 600 "$D/extranet/keys/diode.key"
	cp -p "$D/extranet/keys/diode.key" "$D/intranet/keys/diode.key"
}

stack_conf() {
	for z in $ZONES; do
		cp conf/messages.yaml "$D/$z/share/"
		cp -r conf/businesses "$D/$z/share/"
		if [ -d "${SW_WEB:-/nonexistent}/$z" ]; then cp -r "$SW_WEB/$z" "$D/$z/share/web"; else mkdir -p "$D/$z/share/web"; fi
	done
	# The shipped files as they stand; only ports and the place of programs are those of this run.
	ports="s|127.0.0.1:8101|127.0.0.1:${PORT_INTERNET:-0}|; s|127.0.0.1:8102|127.0.0.1:${PORT_EXTRANET:-0}|; s|127.0.0.1:8103|127.0.0.1:${PORT_INTRANET:-0}|; s|burner: burner|burner: $SW_BIN/burner|"
	sed "$ports; s|http://127.0.0.1:8104|http://127.0.0.1:$PORT_IDENTITY_USED|" conf/internet/intaked.yaml > "$D/internet/conf/intaked.yaml"
	sed "$ports" conf/extranet/registryd.yaml > "$D/extranet/conf/registryd.yaml"
	sed "$ports" conf/intranet/cadastred.yaml > "$D/intranet/conf/cadastred.yaml"
	cp conf/gapd/outer.yaml "$D/internet/conf/gapd-outer.yaml"
	cp conf/gapd/inner.yaml "$D/extranet/conf/gapd-inner.yaml"
	sed "s|/usr/bin/gapd-|$SW_BIN/gapd-|" conf/gapd/switch.yaml > "$D/extranet/conf/gapd-switch.yaml"
	cp conf/diode/diode-recv.yaml "$D/intranet/conf/diode-recv.yaml"
	mkdir -p "$D/extranet/tray" "$D/extranet/burner" "$D/intranet/burner" "$D/intranet/images" "$D/log" "$D/pid"
	# Carrying a disc: what is put into the intranet's outgoing tray is what the extranet finds in its own.
	ln -sfn "$D/extranet/tray" "$D/intranet/outgoing"
	for l in internet/gap extranet/gap extranet/diode extranet/disc intranet/diode intranet/disc; do
		for f in out in sent quarantine done tmp; do mkdir -p "$D/${l%/*}/spool/${l#*/}/$f"; done
	done
}

# account ZONE DAEMON USER ROLE NAME [ID]: the password stands in $pass_ZONE_USER
account() {
	eval "p=\$pass_$1_$3"
	printf '%s %s %s\n' "$1" "$3" "$p" >> "$D/accounts.txt"
	printf '{"user":"%s","role":"%s","name":"%s","id_number":"%s","password":"%s"}\n' "$3" "$4" "$5" "${6:-}" "$p"
}

person() { jq -r ".[$1].$2" "$D/demo/people.json"; }

stack_users() {
	: > "$D/accounts.txt"
	chmod 600 "$D/accounts.txt"
	last=$(jq length "$D/demo/people.json")
	# zhang owns the first unit, li the second; wang, zhao and qian own nothing yet.
	{
		account internet intaked zhang applicant "$(person 0 name)" "$(person 0 id_number)"
		account internet intaked li applicant "$(person 2 name)" "$(person 2 id_number)"
		account internet intaked wang applicant "$(person $((last - 1)) name)" "$(person $((last - 1)) id_number)"
		account internet intaked operator operator 运维
	} | "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml"
	{
		account extranet registryd registrar1 registrar 登记员甲
		account extranet registryd registrar2 chief 登记员乙
		account extranet registryd officer officer 外网安全员
	} | "$SW_BIN/registryd" user add -c "$D/extranet/conf/registryd.yaml"
	{
		account intranet cadastred reviewer reviewer 审核员
		account intranet cadastred approver approver 核定员
		account intranet cadastred officer1 officer 安全员甲
		account intranet cadastred officer2 officer 安全员乙
	} | "$SW_BIN/cadastred" user add -c "$D/intranet/conf/cadastred.yaml"
}

# Identity platform first: its CA and its port are needed by the others.
stack_identity() {
	mkdir -p "$D/identity" "$D/demo" "$D/log" "$D/pid"
	"$SW_TESTBIN/demo-gen" --seed "${SW_SEED:-7}" --units "${SW_UNITS:-60}" --out "$D/demo"
	"$SW_TESTBIN/dept-identity" --dir "$D/identity" --people "$D/demo/people.json" --init
}

start_identity() {
	rm -f "$D/identity/port"
	keep identity "$SW_TESTBIN/dept-identity" --dir "$D/identity" --people "$D/demo/people.json" --listen "127.0.0.1:${PORT_IDENTITY_USED:-${PORT_IDENTITY:-0}}" \
		--port-file "$D/identity/port" --web tests/departments/identity/web
	await "$D/identity/port"
	PORT_IDENTITY_USED=$(cat "$D/identity/port")
}

stack_make() {
	for u in internet_zhang internet_li internet_wang internet_operator extranet_registrar1 extranet_registrar2 extranet_officer intranet_reviewer intranet_approver intranet_officer1 intranet_officer2; do
		eval "pass_$u=\$(password)"
	done
	umask 077
	stack_identity
	stack_keys
	start_identity
	stack_conf
	for p in internet/intaked extranet/registryd intranet/cadastred; do
		"$SW_BIN/${p#*/}" init -c "$D/${p%/*}/conf/${p#*/}.yaml"
	done
	stack_users
	"$SW_BIN/cadastred" import -c "$D/intranet/conf/cadastred.yaml" "$D/demo/cadastre.jsonl" > /dev/null
	"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/demo/register.jsonl" > /dev/null
}

# keep NAME COMMAND…: runs it in the background and starts it again when it dies; its pid is in $D/pid/NAME
keep() {
	name=$1
	shift
	rm -f "$D/stopping"
	(
		trap '' INT
		while [ ! -e "$D/stopping" ]; do
			"$@" >> "$D/log/$name" 2>&1 &
			echo $! > "$D/pid/$name"
			wait $! 2> /dev/null
			[ -e "$D/stopping" ] || sleep 0.05
		done
	) &
	echo $! >> "$D/pid/keepers"
}

stop_all() {
	[ -d "$D/pid" ] || return 0
	: > "$D/stopping"
	for f in "$D"/pid/*; do
		case $f in */keepers) continue ;; esac
		kill "$(cat "$f")" 2> /dev/null
	done
	[ ! -s "$D/pid/keepers" ] || while read -r k; do
		n=100
		while kill -0 "$k" 2> /dev/null; do
			n=$((n - 1))
			[ $n -gt 0 ] || { kill -9 "$k" 2> /dev/null; break; }
			sleep 0.05
		done
	done < "$D/pid/keepers"
	rm -rf "$D/pid"
}

stack_start() {
	t0=$(date +%s%N)
	rm -f "$D"/*/data/port "$D/intranet/diode.port"
	keep intaked "$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml"
	keep registryd "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml"
	keep cadastred "$SW_BIN/cadastred" -c "$D/intranet/conf/cadastred.yaml"
	keep gapd-switch "$SW_BIN/gapd-switch" -c "$D/extranet/conf/gapd-switch.yaml"
	keep diode-recv "$SW_BIN/diode-recv" -c "$D/intranet/conf/diode-recv.yaml" --listen "127.0.0.1:${PORT_DIODE:-0}" --port-file "$D/intranet/diode.port"
	await "$D/intranet/diode.port"
	PORT_DIODE=$(cat "$D/intranet/diode.port")
	keep diode-send "$SW_BIN/diode-send" -c "$D/extranet/conf/diode-send.yaml" --to "127.0.0.1:$PORT_DIODE"
	for z in $ZONES; do await "$D/$z/data/port"; done
	URL_INTERNET=http://127.0.0.1:$(cat "$D/internet/data/port")
	URL_EXTRANET=http://127.0.0.1:$(cat "$D/extranet/data/port")
	URL_INTRANET=http://127.0.0.1:$(cat "$D/intranet/data/port")
	URL_IDENTITY=http://127.0.0.1:$PORT_IDENTITY_USED
	START_MS=$((($(date +%s%N) - t0) / 1000000))
}
