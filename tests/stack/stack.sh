# The three zones on one machine: sourced by scenarios. POSIX sh.
# Needs: SW_BIN, SW_TESTBIN (built programs), SW_WEB (built pages; may be absent), D (folder of this run, absolute).
# stack_make_zones makes keys, configuration, accounts and data. With SW_MADE, a folder of a run of many tests, they are made once and copied.
ZONES='internet extranet intranet'

say() { printf '%s\n' "$*"; }
# The same language, read by a program that starts ten times as fast, which counts where thousands are started. It sorts keys always, and has no -S.
jq() { gojq "$@"; }
die() { say "stack: $*" >&2; exit 1; }

. tests/stack/postgres.sh
# SW_DB=pg: each zone has a database of its own in a PostgreSQL server beside D (a folder that an unprivileged server can enter).
SW_DB=${SW_DB:-sqlite}
# stack_sql ZONE SQL: one value or row, as it stands; stack_hex COLUMN: the expression that shows bytes
stack_sql() {
	if [ "$SW_DB" = pg ]; then psql -qtA -h "$D.pg" -U $POSTGRES_USER -d "$1" -c "$2"; else sqlite3 -readonly "$D/$1/data/main.db" "$2"; fi
}
# stack_write ZONE SQL: changes rows behind the back of the daemon, as who has taken it over may
stack_write() {
	if [ "$SW_DB" = pg ]; then psql -qtA -h "$D.pg" -U $POSTGRES_USER -d "$1" -c "$2"; else sqlite3 -cmd '.timeout 20000' "$D/$1/data/main.db" "$2"; fi
}
# notices_end [CONDITION]: the public notices that wait (in flow_wait) are over: registryd ends, and comes back to find them due
notices_end() {
	stack_write extranet "UPDATE flow_wait SET due = 1 WHERE due IS NOT NULL${1:+ AND $1}" || return 1
	old=$(cat "$D/pid/registryd")
	rm -f "$D/extranet/data/port"
	kill "$old"
	await "$D/extranet/data/port"
}
stack_hex() { if [ "$SW_DB" = pg ]; then echo "encode($1, 'hex')"; else echo "lower(hex($1))"; fi; }
# stack_raw ZONE: every file that the zone's database lies in
stack_raw() { if [ "$SW_DB" = pg ]; then find "$D.pg/data" -type f; else ls "$D/$1/data/main.db"*; fi; }
# stack_own ZONE: what that zone's database alone holds; in PostgreSQL's files the zones lie together
stack_own() { if [ "$SW_DB" = pg ]; then "$POSTGRES_BIN/pg_dump" -h "$D.pg" -U $POSTGRES_USER --data-only "$1"; else cat "$D/$1/data/main.db"*; fi; }
# Takes everything of the run away, when it has been stopped.
stack_clean() {
	[ "$SW_DB" != pg ] || postgres_stop "$D.pg"
	rm -rf "$D"
}

# A random password that a person can type.
password() { od -An -N9 -tx1 /dev/urandom | tr -d ' \n'; }

# await FILE [TENTHS]: until the file has content; two minutes, which a busy machine may need to start many programs.
await() {
	n=${2:-1200}
	while [ ! -s "$1" ]; do
		n=$((n - 1))
		[ "$n" -gt 0 ] || die "$1 did not appear"
		sleep 0.1
	done
}

# station_key ZONE USE NAME [LINK…]: a signer names the links it may sign on
station_key() {
	dir=$D/$1/keys use=$2 name=$3 links=
	shift 3
	for l in "$@"; do links="$links --link $l"; done
	# shellcheck disable=SC2086
	"$SW_BIN/swbundle" keygen station --ca "$dir" --use "$use" --name "$name" $links --out "$dir" > /dev/null
}
# guard_keys HALF ZONE OTHER: a half of the guard belongs to its zone, its private keys lie in its own folder.
guard_keys() {
	k="$D/gapd/$1/keys"
	mkdir -p "$k" "$D/gapd/conf"
	station_key "$2" sign gap-$1 gap
	station_key "$2" encrypt gap-$1
	for u in sign encrypt; do
		mv "$D/$2/keys/gap-$1.$u.key" "$k/"
		cp "$D/$2/keys/gap-$1.$u.pem" "$k/"
	done
	cp "$D/$2/keys/$2.encrypt.pem" "$k/"
	cp "$D/$2/keys/ca.pem" "$k/$2-ca.pem"
	cp "$D/$3/keys/ca.pem" "$k/$3-ca.pem"
	cp conf/messages.yaml "$D/gapd/$1/"
}

stack_keys() {
	suite=${SW_SUITE:-gm}
	for z in $ZONES; do
		mkdir -p "$D/$z/keys" "$D/$z/conf" "$D/$z/data" "$D/$z/share" "$D/$z/spool"
		"$SW_BIN/swbundle" keygen ca --zone "$z" --suite "$suite" --out "$D/$z/keys" > /dev/null
	done
	station_key internet sign internet gap; station_key internet encrypt internet
	station_key extranet sign extranet gap diode hall; station_key extranet encrypt extranet
	station_key extranet seal office
	station_key intranet sign intranet disc; station_key intranet encrypt intranet; station_key intranet encrypt graphics
	for z in extranet intranet; do # each side's ledger of discs signs its own log
		mkdir -p "$D/$z/burner"
		station_key $z sign burner disc
		mv "$D/$z/keys/burner.sign.key" "$D/$z/burner/log.sign.key"
		mv "$D/$z/keys/burner.sign.pem" "$D/$z/burner/log.sign.pem"
		mkdir -p "$D/$z/burner/trust" && cp "$D/$z/keys/ca.pem" "$D/$z/burner/trust/persons.pem"
	done
	mkdir -p "$D/intranet/keys/officers"
	for o in officer1 officer2; do
		eval "pass=\$pass_intranet_$o"
		printf '%s' "$pass" | "$SW_BIN/swbundle" keygen person --ca "$D/intranet/keys" --name $o --out "$D/intranet/keys/officers" --passphrase-file - > /dev/null
	done
	mkdir -p "$D/extranet/keys/officers"
	for o in officer officer2; do
		eval "pass=\$pass_extranet_$o"
		printf '%s' "$pass" | "$SW_BIN/swbundle" keygen person --ca "$D/extranet/keys" --name $o --out "$D/extranet/keys/officers" --passphrase-file - > /dev/null
	done
	mkdir -p "$D/extranet/keys/registrars"
	for o in registrar1 registrar2; do
		eval "pass=\$pass_signing_$o"
		printf '%s' "$pass" | "$SW_BIN/swbundle" keygen person --ca "$D/extranet/keys" --name $o --out "$D/extranet/keys/registrars" --passphrase-file - > /dev/null
	done
	guard_keys outer internet extranet
	guard_keys inner extranet internet
	mkdir -p "$D/diode/send" "$D/diode/recv"
	for e in extranet:send intranet:recv; do # each end of the diode signs its own log, and nothing else: no link has this name
		station_key "${e%:*}" sign "diode-${e#*:}" log
		mv "$D/${e%:*}/keys/diode-${e#*:}.sign.key" "$D/diode/${e#*:}/log.sign.key"
		mv "$D/${e%:*}/keys/diode-${e#*:}.sign.pem" "$D/diode/${e#*:}/log.sign.pem"
	done
	head -c 32 /dev/urandom > "$D/diode/send/link.key"
	cp "$D/diode/send/link.key" "$D/diode/recv/link.key"
	# What the zones know of each other: certificates only.
	cp "$D/extranet/keys/ca.pem" "$D/internet/keys/extranet-ca.pem"
	cp "$D/internet/keys/ca.pem" "$D/extranet/keys/internet-ca.pem"
	cp "$D/extranet/keys/ca.pem" "$D/intranet/keys/extranet-ca.pem"
	cp "$D/intranet/keys/ca.pem" "$D/extranet/keys/intranet-ca.pem"
	cp "$D/intranet/keys/intranet.encrypt.pem" "$D/intranet/keys/graphics.encrypt.pem" "$D/extranet/keys/"
	cp "$D/extranet/keys/extranet.encrypt.pem" "$D/intranet/keys/"
	cp "$D/identity/ca.pem" "$D/extranet/keys/identity-ca.pem"
	cp "$D/payment/ca.pem" "$D/extranet/keys/payment-ca.pem"
	cp "$D/payment/ca.pem" "$D/internet/keys/payment-ca.pem"
}

# The built pages, where there are any.
stack_web() {
	for z in $ZONES; do
		[ ! -d "${SW_WEB:-/nonexistent}/$z" ] || cp -r "$SW_WEB/$z/." "$D/$z/share/web/"
	done
}
stack_conf() {
	for z in $ZONES; do
		cp conf/messages.yaml "$D/$z/share/"
		[ "$z" != extranet ] || cp -r conf/businesses "$D/$z/share/"
		[ "$z" = intranet ] || cp -r conf/documents "$D/$z/share/"
		mkdir -p "$D/$z/share/web"
	done
	stack_web
	# The shipped files as they stand; only ports and the place of programs are those of this run.
	ports="s|127.0.0.1:8101|127.0.0.1:${PORT_INTERNET:-0}|; s|127.0.0.1:8102|127.0.0.1:${PORT_EXTRANET:-0}|; s|127.0.0.1:8103|127.0.0.1:${PORT_INTRANET:-0}|; s|burner: burner|burner: $SW_BIN/burner|"
	sed "$ports" conf/internet/intaked.yaml > "$D/internet/conf/intaked.yaml"
	printf '\npayment:\n  url: http://127.0.0.1:%s\n  ca: ../keys/payment-ca.pem\n  check: 30s\n' "${PORT_PAYMENT:-0}" >> "$D/internet/conf/intaked.yaml"
	sed "$ports; s|^# payment_ca: |payment_ca: |" conf/extranet/registryd.yaml > "$D/extranet/conf/registryd.yaml"
	cp -r conf/extranet/offices "$D/extranet/conf/"
	sed "$ports" conf/intranet/cadastred.yaml > "$D/intranet/conf/cadastred.yaml"

	if [ "$SW_DB" = pg ]; then
		for p in internet/intaked extranet/registryd intranet/cadastred; do
			place=$(postgres_database "$D.pg" "${p%/*}")
			sed -i "s|^data: .*|&\ndatabase: \"$place\"|" "$D/${p%/*}/conf/${p#*/}.yaml"
		done
	fi

	mkdir -p "$D/gapd/conf" "$D/diode/conf"
	cp conf/gapd/*.yaml "$D/gapd/conf/"
	sed "s|program: |program: $SW_BIN/|" conf/gapd/switch.yaml > "$D/gapd/conf/switch.yaml"
	sed "s|127.0.0.1:8110|127.0.0.1:${PORT_DIODE:-0}|" conf/diode/recv.yaml > "$D/diode/conf/recv.yaml"
	cp conf/diode/send.yaml "$D/diode/conf/send.yaml"
	[ -z "${SW_SUITE:-}" ] || sed -i "s|^suite: gm|suite: $SW_SUITE|" "$D"/*/conf/*.yaml
	mkdir -p "$D/extranet/tray" "$D/extranet/burner" "$D/intranet/burner" "$D/intranet/images" "$D/log" "$D/pid"
	# Carrying a disc: what is put into the intranet's outgoing tray is what the extranet finds in its own.
	ln -sfn ../extranet/tray "$D/intranet/outgoing"
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

# What registrars sign decisions with; the passphrases stand in $pass_signing_USER.
signing_accounts() {
	for u in registrar1 registrar2; do
		eval "p=\$pass_signing_$u"
		printf 'signing %s %s\n' "$u" "$p" >> "$D/accounts.txt"
	done
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
		account internet intaked admin admin 门户管理员
	} | "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml"
	{
		account extranet registryd registrar1 registrar 登记员甲
		account extranet registryd registrar2 chief 登记员乙
		account extranet registryd officer officer 外网安全员
		account extranet registryd officer2 officer 外网安全员乙
		account extranet registryd admin admin 外网管理员
	} | "$SW_BIN/registryd" user add -c "$D/extranet/conf/registryd.yaml"
	signing_accounts
	{
		account intranet cadastred reviewer reviewer 审核员
		account intranet cadastred approver approver 核定员
		account intranet cadastred officer1 officer 安全员甲
		account intranet cadastred officer2 officer 安全员乙
		account intranet cadastred admin admin 内网管理员
	} | "$SW_BIN/cadastred" user add -c "$D/intranet/conf/cadastred.yaml"
}

# Identity and payment platform first: their authorities and ports are needed by the others.
stack_identity() {
	mkdir -p "$D/identity" "$D/payment" "$D/demo" "$D/log" "$D/pid"
	"$SW_TESTBIN/demo-gen" --seed "${SW_SEED:-7}" --units "${SW_UNITS:-60}" --out "$D/demo"
	"$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --init
	"$SW_TESTBIN/dept-payment" --dir "$D/payment" --init
}

# Keys, configuration, accounts and data of the three zones.
stack_make_anew() {
	for u in internet_zhang internet_li internet_wang internet_operator internet_admin extranet_admin intranet_admin extranet_registrar1 extranet_registrar2 signing_registrar1 signing_registrar2 extranet_officer extranet_officer2 \
		intranet_reviewer intranet_approver intranet_officer1 intranet_officer2; do
		eval "pass_$u=\$(password)"
	done
	stack_identity
	stack_keys
	stack_conf
	for p in internet/intaked extranet/registryd intranet/cadastred; do
		"$SW_BIN/${p#*/}" init -c "$D/${p%/*}/conf/${p#*/}.yaml"
	done
	stack_users
	"$SW_BIN/cadastred" import -c "$D/intranet/conf/cadastred.yaml" "$D/demo/cadastre.jsonl" > /dev/null
	"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/demo/register.jsonl" > /dev/null
}
made_zones() ( # FOLDER
	set -e
	D=$1.new SW_WEB=
	mkdir -p "$D"
	stack_make_anew
	mv "$D" "$1"
)
# Which programs of the shipped rules compile, as a registry that ran once keeps it: of a copy, since the zones stay unused.
made_tried() ( # FILE, of the zones in $made
	D=$1.zones
	cp -a "$made" "$D"
	PATH="$SW_BIN:$PATH" "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2> /dev/null &
	await "$D/extranet/data/port"
	kill $!
	wait $!
	mv "$D/extranet/data/programs.tried" "$1"
	rm -rf "$D"
)
# made_once MAKER FILE: unless it is there; who comes meanwhile waits
made_once() {
	(
		flock 9
		[ -e "$2" ] || "$1" "$2"
	) 9> "$2.lock"
}
# The same, or a copy of such zones that nobody has used. In PostgreSQL they are always made anew.
stack_make_zones() {
	umask 077
	if [ "$SW_DB" = pg ]; then
		postgres_start "$D.pg" && stack_make_anew
	elif [ -z "${SW_MADE:-}" ]; then
		stack_make_anew
	else
		made=$SW_MADE/$(echo "$SW_BIN-${SW_SUITE:-gm}-${SW_SEED:-7}-${SW_UNITS:-60}" | tr / .)
		made_once made_zones "$made" && made_once made_tried "$SW_MADE/programs.tried" || return 1
		cp -a "$made/." "$D/" && cp "$SW_MADE/programs.tried" "$D/extranet/data/" && stack_web
	fi
}

# The businesses reach the portal by hand, where no link runs.
stack_definitions() {
	"$SW_BIN/registryd" definitions -c "$D/extranet/conf/registryd.yaml" > "$D/definitions.jsonl" && "$SW_BIN/intaked" definitions -c "$D/internet/conf/intaked.yaml" "$D/definitions.jsonl" > /dev/null
}

# ---- running: each program is kept alive, as a supervisor would

# Where a program or a person's command runs: here. The lab puts each place into a network of its own (lab.sh).
# program_at NAME, person_at ZONE: words before the command.
program_at() { :; }
person_at() { :; }

# keep NAME COMMAND…: started again whenever it ends, until stack_stop. STACK_ENV: words before the command.
keep() {
	name=$1
	shift
	(
		exec 2> /dev/null # the shell tells of each killed child
		trap : TERM INT
		while [ ! -e "$D/pid/stop" ]; do
			$(program_at "$name") ${STACK_ENV:-} "$@" 2>> "$D/log/$name" > /dev/null < /dev/null &
			echo $! > "$D/pid/$name.new" && mv "$D/pid/$name.new" "$D/pid/$name"
			wait $!
			rc=$?
			while kill -0 "$(cat "$D/pid/$name")" 2> /dev/null; do wait "$(cat "$D/pid/$name")"; done
			[ -e "$D/pid/stop" ] || { echo "$name ended with $rc, started again" >> "$D/log/keep"; sleep 0.1; }
		done
	) &
	echo $! >> "$D/pid/keepers"
}

# url ZONE: where it is asked: the watcher of its replies, where one stands before it
url() { if [ -s "$D/$1/api.port" ]; then echo "http://127.0.0.1:$(cat "$D/$1/api.port")"; else echo "http://127.0.0.1:$(cat "$D/$1/data/port")"; fi; }

# watch_replies ZONE…: from now on each reply of these daemons is held against the OpenAPI document that it serves (tests/api/watch.mjs)
watch_replies() {
	# No child of this shell: a test waits for its own.
	(
		node tests/api/watch.mjs "$D" "$@" < /dev/null > /dev/null 2>> "$D/api.log" &
		echo $! > "$D/api.pid"
	)
	for z in "$@"; do await "$D/$z/api.port"; done
	# The payment platform leads back to the portal where people are.
	[ ! -s "$D/internet/api.port" ] || ln -sf ../internet/api.port "$D/payment/portal"
}
# replies_end: the watcher ends; $D/api.told has what it found, a line each; prints how much it saw
replies_end() {
	kill "$(cat "$D/api.pid")" 2> /dev/null
	for _ in $(seq 100); do kill -0 "$(cat "$D/api.pid")" 2> /dev/null && sleep 0.05; done
	[ ! -d "$D/payment" ] || ln -sf ../internet/data/port "$D/payment/portal"
	rm -f "$D"/*/api.port
	sort "$D/api.wrong" | uniq -c | sort -rn > "$D/api.told"
	cat "$D/api.log" >> "$D/api.told"
	echo "$(wc -l < "$D/api.seen") replies of $(cut -d' ' -f1-3 "$D/api.seen" | sort -u | wc -l) operations"
}
# replies_right: the same as a test
replies_right() {
	seen=$(replies_end)
	head -20 "$D/api.told" | sed 's/^/# /'
	equal "$seen, and what was sent for them, are as the interfaces' documents say" 0 "$(wc -l < "$D/api.told")"
}

# The receiving ends before the sending ones. With port 0 the fibre's port is known when diode-recv listens.
stack_start() {
	if [ "$SW_DB" = pg ] && ! postgres_runs "$D.pg"; then postgres_resume "$D.pg" || die "PostgreSQL does not start"; fi
	rm -f "$D/pid/stop" "$D/pid/keepers" "$D"/*/data/port "$D/diode/recv/port" "$D/identity/port" "$D/payment/port"
	keep identity "$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --listen "127.0.0.1:${PORT_IDENTITY:-0}" --port-file "$D/identity/port" ${SW_WEB:+--web "$SW_WEB/identity"}
	await "$D/identity/port"
	sed -i "s|^identity_url: http://127.0.0.1:[0-9]*|identity_url: http://127.0.0.1:$(cat "$D/identity/port")|" "$D/internet/conf/intaked.yaml"
	ln -sf ../internet/data/port "$D/payment/portal"
	keep payment "$SW_TESTBIN/dept-payment" --dir "$D/payment" --office "$D/extranet/keys/ca.pem" --layouts tests/departments/payment --portal-port-file "$D/payment/portal" \
		--listen "127.0.0.1:${PORT_PAYMENT:-0}" --port-file "$D/payment/port" --web tests/departments/payment/web
	await "$D/payment/port"
	sed -i "/^payment:/,/^[a-z]/ s|url: http://127.0.0.1:[0-9]*|url: http://127.0.0.1:$(cat "$D/payment/port")|" "$D/internet/conf/intaked.yaml"
	keep intaked "$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml"
	keep registryd env PATH="$SW_BIN:$PATH" "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml"
	keep cadastred env PATH="$SW_BIN:$PATH" "$SW_BIN/cadastred" -c "$D/intranet/conf/cadastred.yaml"
	keep diode-recv "$SW_BIN/diode-recv" -c "$D/diode/conf/recv.yaml"
	await "$D/diode/recv/port"
	sed -i "s|^to: 127.0.0.1:[0-9]*|to: 127.0.0.1:$(cat "$D/diode/recv/port")|" "$D/diode/conf/send.yaml"
	sed -i "s|127.0.0.1:0|127.0.0.1:$(cat "$D/diode/recv/port")|" "$D/diode/conf/recv.yaml"
	keep diode-send "$SW_BIN/diode-send" -c "$D/diode/conf/send.yaml"
	keep gapd-switch "$SW_BIN/gapd-switch" -c "$D/gapd/conf/switch.yaml"
	for z in $ZONES; do await "$D/$z/data/port"; done
}

# A graceful stop of everything; waits until all have ended.
stack_stop() {
	: > "$D/pid/stop"
	for n in gapd-switch diode-send diode-recv intaked hall registryd cadastred identity payment; do
		[ -s "$D/pid/$n" ] && kill "$(cat "$D/pid/$n")" 2> /dev/null
	done
	for p in $(cat "$D/pid/keepers" 2> /dev/null); do wait "$p" 2> /dev/null; done
}

# answers: what is asked of the parties of an application (standard input: [it, its business]) is answered so that nothing stops it
answers() {
	jq -c '.[0] as $a | .[1] as $b | {record: [$a.asked.parties[] as $n | {party: $n, answers: ($a.parties[$n].role as $role
		| reduce ($b.papers[] | select(.each) | .questions[] | select(.roles == "" or (.roles | split(" ") | index($role) != null))) as $q ({};
			if $q.when != "" and .[$q.when] != $q.is then . else .[$q.code] =
				(if $q.type == "code" then ([$q.values[].value] - ($q.stops | split(" ")) | last) elif $q.type == "text" then "无" elif $q.type == "date" then "2030-01-01" else $q.min end) end))}]}'
}
