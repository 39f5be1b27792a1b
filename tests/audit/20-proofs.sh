#!/bin/sh
# Proofs for third parties: made while the log is written, checked with the zone's CA certificate alone, checked once more with openssl and nothing of ours;
# any changed character is refused. Entries counted and exported; a copy is as good as the log.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
D=$(mktemp -d "${TMPDIR:-/tmp}/swaudit.XXXXXX")
trap 'rm -rf "$D"' EXIT
cd "$D" || exit 1
failed=0
equal() { if [ "$2" = "$3" ]; then echo "ok - $suite: $1"; else echo "not ok - $suite: $1: wanted $2, got $3"; failed=1; fi; }
swaudit() { "$SW_BIN/swaudit" "$@"; }
entries() { # FROM TO
	seq "$1" "$2" | sed 's|.*|{"action":"case.accept","at":"2026-01-0&T00:00:00.000Z","by":"chen","detail":{"数":&},"subject":"case-&"}|; s|2026-01-0\([0-9]\)[0-9]*|2026-01-0\1|'
}

# ---- with openssl: the manual's section "Checking a proof without Sanwang"
hash() { openssl dgst -"$md" -binary | od -An -v -tx1 | tr -d ' \n'; }
unhex() { # hex digits on standard input, bytes out
	fold -w2 | while read -r h || [ -n "$h" ]; do printf "\\$(printf '%03o' "0x$h")"; done
}
by_hand() { # PROOF
	jq -j .entry "$1" > entry
	jq -j .checkpoint "$1" > note
	jq -j .signer "$1" > signer.pem
	i=$(jq .index "$1")
	n=$(sed -n 2p note)
	want=$(sed -n 3p note | base64 -d | od -An -v -tx1 | tr -d ' \n')
	have=$({ printf '\000'; cat entry; } | hash)
	last=$((n - 1))
	for p in $(jq -r '.path[]' "$1"); do
		if [ $((i % 2)) = 1 ] || [ "$i" = "$last" ]; then
			have=$(printf '01%s%s' "$p" "$have" | unhex | hash)
			while [ $((i % 2)) = 0 ] && [ "$i" != 0 ]; do i=$((i / 2)) last=$((last / 2)); done
		else
			have=$(printf '01%s%s' "$have" "$p" | unhex | hash)
		fi
		i=$((i / 2)) last=$((last / 2))
	done
	[ "$have" = "$want" ] || { echo "head $have, not $want"; return 1; }
	sed '/^$/,$d' note > signed
	tail -1 note | sed 's/.* //' | base64 -d | tail -c +5 > signature
	openssl x509 -in signer.pem -noout -pubkey > public.pem
	case $suite in
	gm)
		openssl verify -CAfile zone/ca.pem -vfyopt distid:1234567812345678 signer.pem || return 1
		openssl dgst -sm3 -verify public.pem -sigopt distid:1234567812345678 -signature signature signed
		;;
	intl)
		openssl verify -CAfile zone/ca.pem signer.pem || return 1
		openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in signed -sigfile signature
		;;
	esac
}

for suite in gm intl; do
	rm -rf ./*
	md=sm3
	[ $suite = gm ] || md=sha256
	mkdir zone forger
	for z in zone forger; do
		"$SW_BIN/swbundle" keygen ca --zone extranet --suite $suite --out $z > /dev/null
		"$SW_BIN/swbundle" keygen station --ca $z --use sign --link disc --name extranet --out $z > /dev/null
	done
	key="zone/extranet.sign.key zone/extranet.sign.pem"
	entries 0 299 | "$SW_TESTBIN/audit-tool" make log extranet/registryd $key
	cp log/checkpoint earlier
	entries 300 599 | "$SW_TESTBIN/audit-tool" make log extranet/registryd $key

	for k in 0 1 255 256 299 598 599; do
		swaudit prove --entry $k --out p log && said=$(swaudit check-proof --trust zone/ca.pem --json p)
		equal "entry $k: proved and checked" "0 true case-$k $k" "$? $(echo "$said" | jq -r '"\(.ok) \(.entry.subject) \(.index)"')"
		by_hand p > hand 2>&1
		equal "entry $k: openssl alone says the same" 0 "$?$(sed -n '/rror\|ead/p' hand)"
	done
	equal "found by subject" 1 "$(swaudit prove --subject case-77 log | tee p | wc -l)"
	equal "found by day and action, one proof a line" 11 "$(swaudit prove --action case --since 2026-01-07 --until 2026-01-08 log | tee many | wc -l)"
	equal "all of them hold" 11 "$(swaudit check-proof --trust zone/ca.pem many | grep -c '^many: good, ')"
	swaudit prove --subject nobody log > said 2>&1
	equal "what is not there: NOTFOUND" "1 NOTFOUND" "$? $(cut -d: -f1 said)"
	swaudit prove --entry 600 log > said 2>&1
	equal "what is not there yet: NOTFOUND" "1 NOTFOUND" "$? $(cut -d: -f1 said)"

	# another entry, another place, another path, another checkpoint, another signer
	change() { # WHAT JQ REASON
		jq -c "$2" p > q
		said=$(swaudit check-proof --trust zone/ca.pem q 2>&1)
		equal "$1: $3" "1 $3" "$? ${said%%:*}"
	}
	swaudit prove --entry 77 --out p log
	swaudit prove --entry 78 --out p78 log
	change "another entry" '.entry |= sub("case-77"; "case-78")' DIGEST
	change "another place" '.index = 78' DIGEST
	change "a path too short" '.path |= .[1:]' DIGEST
	change "a path too long" '.path += [.path[0]]' DIGEST
	change "another path" '.path[3] = .path[4]' DIGEST
	change "another head" '.checkpoint |= sub("\n600\n"; "\n601\n")' SIGNATURE
	change "no hash in the path" '.path[0] = "x"' SCHEMA
	change "an unknown key" '.more = 1' SCHEMA
	change "an unknown format" '.format = 2' FORMAT
	change "an unknown kind" '.kind = "x"' SCHEMA
	jq -c --rawfile pem forger/extranet.sign.pem '.signer = $pem' p > q
	said=$(swaudit check-proof --trust zone/ca.pem q 2>&1)
	equal "somebody else's certificate: CERT" "1 CERT" "$? ${said%%:*}"
	said=$(swaudit check-proof --trust forger/ca.pem p 2>&1)
	equal "another authority: CERT" "1 CERT" "$? ${said%%:*}"
	head -c 200 p > q
	said=$(swaudit check-proof --trust zone/ca.pem q 2>&1)
	equal "half a proof: SYNTAX" "1 SYNTAX" "$? ${said%%:*}"
	: > q
	said=$(swaudit check-proof --trust zone/ca.pem q 2>&1)
	equal "no proof: TRUNCATED" "1 TRUNCATED" "$? ${said%%:*}"
	swaudit check-proof p > said 2>&1
	equal "without an authority nothing is checked" 2 $?

	swaudit prove --checkpoint earlier --out p log
	equal "an earlier checkpoint is a prefix" "300 600" "$(swaudit check-proof --trust zone/ca.pem --json p | jq -r '"\(.earlier) \(.entries)"')"
	change "another earlier head" '.earlier |= sub("\n300\n"; "\n299\n")' SIGNATURE
	change "a proof too short" '.path |= .[1:]' DIGEST
	change "the two the wrong way round" '[.checkpoint, .earlier] as [$a, $b] | .checkpoint = $b | .earlier = $a' DIGEST

	swaudit stats --json log > said
	equal "counted" "600 600 600" "$(jq -r '"\(.entries) \(.actions["case.accept"]) \(.by.chen)"' said)"
	equal "counted by day" 11 "$(swaudit stats --json --since 2026-01-07 --until 2026-01-08 log | jq '.days["2026-01-07"]')"
	equal "entries as lines" "11 case-7" "$(swaudit export --since 2026-01-07 --until 2026-01-08 log | tee said | wc -l) $(head -1 said | jq -r .subject)"
	# a copy while the writer is in the middle of the next entry
	cp -r log live && printf '\001\000{"action"' >> live/tail
	swaudit verify live > said 2>&1
	equal "a log in writing is called so" "1 TRAILING" "$? $(cut -d: -f1 said)"
	equal "and read with --live" 0 "$(swaudit verify --live --trust zone/ca.pem live > said 2>&1; echo $?)"
	equal "copied" "0 600" "$(swaudit export --trust zone/ca.pem --into copy live > said 2>&1; echo $?) $(swaudit verify --json copy | jq .entries)"
	equal "with the same head" "$(swaudit verify --json log | jq -r .root)" "$(swaudit verify --json --trust zone/ca.pem copy | jq -r .root)"
	swaudit export --into copy log > said 2>&1
	equal "never over another" "1 EXISTS" "$? $(cut -d: -f1 said)"
	# the copy is given away: what a name in the folder leads to is not in it, nor in a proof
	cp -r log linked && cat zone/ca.key zone/ca.pem > secret && ln -s ../../secret linked/signer/0badc0de.pem
	swaudit export --into away linked > said 2>&1
	equal "a signer that is something else is named" "1 CERT: signer/0badc0de.pem" "$? $(cut -d' ' -f1-2 said | cut -d: -f1-2)"
	equal "and nothing of that copy stays" no "$([ -e away ] && echo yes || echo no)"
	for f in linked/signer/*.pem; do [ -L "$f" ] || { cat "$f" secret > both && mv both "$f"; }; done
	swaudit prove --entry 7 --out away.proof linked > said 2>&1
	equal "no proof with it" "1 CERT no" "$? $(cut -d: -f1 said) $([ -e away.proof ] && echo yes || echo no)"
done
exit $failed
