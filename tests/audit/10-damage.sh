#!/bin/sh
# A log damaged in every way an editor can: exactly that finding, with its place. In both suites.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
SW_BIN=$(cd "${SW_BIN:-build/bin}" && pwd)
SW_TESTBIN=$(cd "${SW_TESTBIN:-build/testbin}" && pwd)
cd "$(dirname "$0")/../.." || exit 1
D=$(mktemp -d "${TMPDIR:-/tmp}/swaudit.XXXXXX")
trap 'rm -rf "$D"' EXIT
cd "$D" || exit 1
failed=0
tool() { SUITE=$suite "$SW_TESTBIN/audit-tool" "$@"; }
entries() { # FROM TO
	seq "$1" "$2" | sed 's|.*|{"action":"case.accept","at":"2026-01-01T00:00:00.000Z","by":"chen","detail":null,"subject":"case-&"}|'
}
# finds WHAT REASON PLACE: the damaged copy is called so
finds() {
	said=$("$SW_BIN/swaudit" verify --trust zone/ca.pem copy 2>&1)
	rc=$?
	case $said in
	"$2: $3"*) [ $rc = 1 ] && { echo "ok - $suite: $1: $2, $3"; return; } ;;
	esac
	echo "not ok - $suite: $1: wanted $2: $3, got $rc $said"
	failed=1
}
# damage WHAT REASON PLACE COMMAND: on a fresh copy
damage() {
	rm -rf copy && cp -r log copy
	what=$1 reason=$2 place=$3
	shift 3
	(eval "$*") || { echo "not ok - $suite: $what: cannot be done"; failed=1; return; }
	finds "$what" "$reason" "$place"
}
flip() { # FILE OFFSET
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

for suite in gm intl; do
	rm -rf ./*
	mkdir zone forger
	for z in zone forger; do
		"$SW_BIN/swbundle" keygen ca --zone extranet --suite $suite --out $z > /dev/null
		"$SW_BIN/swbundle" keygen station --ca $z --use sign --link disc --name extranet --out $z > /dev/null
	done
	key="zone/extranet.sign.key zone/extranet.sign.pem"
	entries 0 99 | tool make log extranet/registryd $key
	cp -r log early
	entries 100 599 | tool make log extranet/registryd $key
	cp -r log copy
	said=$("$SW_BIN/swaudit" verify --trust zone/ca.pem copy)
	case $said in "copy: good, extranet/registryd, 600 entries, signed, head "*) echo "ok - $suite: the log as it is" ;; *) echo "not ok - $suite: $said"; failed=1 ;; esac

	damage "a byte of an entry" DIGEST "tile/entries/000: entry 7 was changed" 'flip copy/tile/entries/000 $(($(grep -abo "case-7\"" copy/tile/entries/000 | head -1 | cut -d: -f1) + 5))'
	damage "a byte of an entry in the tail" DIGEST "tail: entry 590 was changed" 'flip copy/tail $(($(grep -abo "case-590" copy/tail | cut -d: -f1) + 6))'
	damage "a hash of a leaf" DIGEST "tile/0/001: the hash of entry 259 was changed" 'flip copy/tile/0/001 100'
	damage "an entry taken out" DIGEST "tile/entries/001: entry 300 was changed" 'tool tile copy/tile/entries/001 drop 44'
	damage "an entry of the tail taken out" DIGEST "entry 520: numbered 521, an entry before it was removed or moved" 'tool tail copy/tail drop 8'
	damage "the last entry taken out" TRUNCATED "tail: entries 599 to 599 are missing (the checkpoint names 600)" 'tool tail copy/tail drop 87'
	damage "two entries swapped" DIGEST "tile/entries/000: entry 10 was changed" 'tool tile copy/tile/entries/000 swap 10 20'
	damage "two entries of the tail swapped" DIGEST "entry 514: numbered 516" 'tool tail copy/tail swap 2 4'
	damage "an entry of the tail written anew, its check too" DIGEST "tail: entries 512 to 599 are not those of the checkpoint" \
		"tool tail copy/tail put 5 '{\"action\":\"case.reject\",\"at\":\"2026-01-01T00:00:00.000Z\",\"by\":\"chen\",\"detail\":null,\"n\":517,\"subject\":\"case-517\"}'"
	damage "an entry written anew, all hashes too" DIGEST "tile/entries/000: entries 0 to 255 are not those of the checkpoint made of them" \
		"tool tile copy/tile/entries/000 put 5 '{\"action\":\"case.reject\",\"at\":\"2026-01-01T00:00:00.000Z\",\"by\":\"chen\",\"detail\":null,\"n\":5,\"subject\":\"case-5\"}' && tool forge copy"
	damage "two tiles swapped" DIGEST "tile/entries/000: entry 0 was changed" 'mv copy/tile/entries/000 x && mv copy/tile/entries/001 copy/tile/entries/000 && mv x copy/tile/entries/001'
	damage "a tile of entries removed" TRUNCATED "tile/entries/001: missing (entries 256 to 511)" 'rm copy/tile/entries/001'
	damage "the first tile of entries removed" TRUNCATED "tile/entries/000: missing (entries 0 to 255), and no recorded deletion covers them" 'rm copy/tile/entries/000'
	damage "a tile of hashes removed" TRUNCATED "tile/0/001: missing" 'rm copy/tile/0/001'
	damage "a tile cut" TRUNCATED "tile/entries/001: entry" 'truncate -s -100 copy/tile/entries/001'
	damage "a tile with more behind it" TRAILING "tile/entries/001: more than 256 entries" 'head -c 60 copy/tile/entries/000 >> copy/tile/entries/001'
	damage "the tail removed" TRUNCATED "tail: missing" 'rm copy/tail'
	damage "the tail cut" TRUNCATED "tail: entry 599 cannot be read" 'truncate -s -3 copy/tail'
	damage "the tail with more behind it" TRAILING "tail: 9 bytes behind entry 599 are no entry" 'printf "\0\020garbage" >> copy/tail'
	damage "the tail of an earlier day" DIGEST "tail: its header names entry 0, there are tiles beyond" 'cp early/tail copy/tail'
	damage "the checkpoint removed" TRUNCATED "checkpoint: missing" 'rm copy/checkpoint'
	damage "the checkpoint of an earlier day" TRAILING "tail: entries 100 to 599 stand behind the checkpoint" 'cp early/checkpoint copy/checkpoint'
	damage "a number in the checkpoint" SIGNATURE "checkpoint: " 'sed -i "s/^600$/599/" copy/checkpoint'
	damage "the checkpoint of a closed tile removed" TRUNCATED "tile/notes/001: missing" 'rm copy/tile/notes/001'
	damage "the signer's certificate removed" TRUNCATED "tile/notes/000: signer/" 'rm copy/signer/*'
	damage "somebody else's certificate in its place" CERT "tile/notes/000: " 'cp forger/extranet.sign.pem "$(ls copy/signer/*)"'
	damage "all written anew by somebody else" CERT "tile/notes/000: " 'rm -rf copy && entries 0 599 | tool make copy extranet/registryd forger/extranet.sign.key forger/extranet.sign.pem'
	damage "the log of another program" DIGEST "log.json: the log of extranet/other" 'sed -i "s|extranet/registryd|extranet/other|" copy/log.json'
	damage "no log at all" NOTFOUND "log.json: missing: this is no log" 'rm -rf copy && mkdir copy'
	# The key that signs is revoked: what it signed before is good, what is younger is not; of a compromised key nothing is, until another key has signed.
	rm -rf copy && cp -r log copy
	verified() { "$SW_BIN/swaudit" verify --trust zone/ca.pem --revoked lists copy 2>&1 | cut -d' ' -f1-2; }
	revoke() { "$SW_BIN/swbundle" revoke --ca zone --cert zone/extranet.sign.pem --reason "$1" --list lists/extranet.json > /dev/null; }
	named() { if [ "$2" = "$3" ]; then echo "ok - $suite: $1"; else echo "not ok - $suite: $1: wanted $2, got $3"; failed=1; fi; }
	mkdir lists
	revoke retired
	"$SW_BIN/swaudit" prove --entry 599 --out old.proof copy > said 2>&1
	named "a retired key: entries from before are good" "copy: good," "$(verified)"
	named "and so is a proof of one" 0 "$("$SW_BIN/swaudit" check-proof --trust zone/ca.pem --revoked lists old.proof > said 2>&1; echo $?)"
	entries 600 600 | sed 's/2026-01-01/2099-01-01/' | tool make copy extranet/registryd $key
	"$SW_BIN/swaudit" prove --entry 600 --out new.proof copy > said 2>&1
	named "without the list nothing is known of it" "copy: good," "$("$SW_BIN/swaudit" verify --trust zone/ca.pem copy 2>&1 | cut -d' ' -f1-2)"
	named "an entry that it signed afterwards" "REVOKED: checkpoint:" "$(verified)"
	named "and a proof of that" REVOKED "$("$SW_BIN/swaudit" check-proof --trust zone/ca.pem --revoked lists new.proof 2>&1 | cut -d: -f1)"
	named "the proof of an earlier entry" 0 "$("$SW_BIN/swaudit" check-proof --trust zone/ca.pem --revoked lists old.proof > said 2>&1; echo $?)"
	"$SW_BIN/swaudit" prove --checkpoint early/checkpoint --out prefix.proof copy > said 2>&1
	named "a consistency proof up to its checkpoint" REVOKED "$("$SW_BIN/swaudit" check-proof --trust zone/ca.pem --revoked lists prefix.proof 2>&1 | cut -d: -f1)"
	rm -rf copy && cp -r log copy
	revoke compromised
	named "a compromised key: nothing it signed is good by itself" "REVOKED: checkpoint:" "$(verified)"
	"$SW_BIN/swbundle" keygen station --ca zone --use sign --link disc --name extranet2 --out zone > /dev/null
	entries 600 600 | tool make copy extranet/registryd zone/extranet2.sign.key zone/extranet2.sign.pem
	named "when the next key has signed all of it, it is" "copy: good," "$(verified)"
	named "a folder of lists that is not there" "2 NOTFOUND: listz" "$("$SW_BIN/swaudit" verify --trust zone/ca.pem --revoked listz copy > said 2>&1; echo $? $(cut -d: -f1,2 said))"
	named "a list without an authority: usage" 2 "$("$SW_BIN/swaudit" verify --revoked lists copy > said 2>&1; echo $?)"
	# What verify alone cannot see: a shorter log that was right once. Who holds a later checkpoint sees it.
	rm -rf copy && cp -r early copy
	"$SW_BIN/swaudit" verify --trust zone/ca.pem copy > said 2>&1 && "$SW_BIN/swaudit" prove --checkpoint log/checkpoint copy > said 2>&1
	rc=$?
	case $rc.$(cat said) in "1.RANGE: the checkpoint names 600 entries, the log has 100"*) echo "ok - $suite: an earlier state of the log: RANGE against a later checkpoint" ;; *) echo "not ok - $suite: rolled back: $rc $(cat said)"; failed=1 ;; esac
	entries 0 599 | sed s/case-3/case-x/ | tool make other extranet/registryd $key
	"$SW_BIN/swaudit" prove --checkpoint early/checkpoint other > said 2>&1
	rc=$?
	case $rc.$(cat said) in "1.DIGEST: the first 100 entries are not those of the checkpoint"*) echo "ok - $suite: history written anew with the zone's own key: DIGEST against an earlier checkpoint" ;; *) echo "not ok - $suite: forked: $rc $(cat said)"; failed=1 ;; esac
done
exit $failed
