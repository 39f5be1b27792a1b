# A second office beside the one that the stack is made with: sourced after stack.sh and walk.sh, used before stack_start. Same streets, same people, other division.
# office_add DIVISION PLACE: its file, seal, people (registrarN, chiefN, reviewerN, approverN, N its division), book and cadastre.
office_add() {
	for f in internet/conf/intaked.yaml extranet/conf/registryd.yaml intranet/conf/cadastred.yaml; do
		sed -i "s|^# divisions: .*|divisions: [\"$1\"]|" "$D/$f"
	done
	"$SW_BIN/swbundle" keygen station --ca "$D/extranet/keys" --use seal --name "office-$1" --out "$D/extranet/keys" > /dev/null
	sed "s|东城区|$2|; s|office.seal|office-$1.seal|" conf/extranet/offices/110101.yaml > "$D/extranet/conf/offices/$1.yaml"
	for u in registrar chief; do
		eval "pass_extranet_$u$1=\$(password) pass_signing_$u$1=\$(password)"
		eval "p=\$pass_signing_$u$1"
		printf '%s' "$p" | "$SW_BIN/swbundle" keygen person --ca "$D/extranet/keys" --name "$u$1" --out "$D/extranet/keys/registrars" --passphrase-file - > /dev/null
		printf 'signing %s %s\n' "$u$1" "$p" >> "$D/accounts.txt"
	done
	for u in reviewer approver; do eval "pass_intranet_$u$1=\$(password)"; done
	{ account extranet registryd "registrar$1" registrar 登记员丙; account extranet registryd "chief$1" chief 登记员丁; } |
		"$SW_BIN/registryd" user add --division "$1" -c "$D/extranet/conf/registryd.yaml" || return 1
	{ account intranet cadastred "reviewer$1" reviewer 审核员乙; account intranet cadastred "approver$1" approver 核定员乙; } |
		"$SW_BIN/cadastred" user add --division "$1" -c "$D/intranet/conf/cadastred.yaml" || return 1
	# The people stay who they are; their numbers begin with a division too, but not with that of a cadastral district.
	for f in register.jsonl cadastre.jsonl parcel-good.geojson; do
		sed "s|110101001001|${1}001001|g; s|\"code\":\"110101\"|\"code\":\"$1\"|; s|东城区|$2|g" "$D/demo/$f" > "$D/demo/$1-$f"
	done
	"$SW_BIN/registryd" import --division "$1" -c "$D/extranet/conf/registryd.yaml" "$D/demo/$1-register.jsonl" > /dev/null &&
		"$SW_BIN/cadastred" import --division "$1" -c "$D/intranet/conf/cadastred.yaml" "$D/demo/$1-cadastre.jsonl" > /dev/null
}
# office_is [DIVISION]: whose people act from now on; without one those of the first
office_is() {
	if [ $# = 0 ]; then
		registrar=registrar1 chief=registrar2 reviewer=reviewer approver=approver division= register=$D/demo/register.jsonl free=parcel-good.geojson
	else
		registrar=registrar$1 chief=chief$1 reviewer=reviewer$1 approver=approver$1 division=$1 register=$D/demo/$1-register.jsonl free=$1-parcel-good.geojson
	fi
}
