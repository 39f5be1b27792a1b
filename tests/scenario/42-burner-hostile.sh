#!/bin/sh
# Discs that somebody forged, swapped, copied, replayed, cut, or planted something on: each is refused under its reason, nothing of it appears, and the
# officers see why. The good disc is imported after all of them.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}" "${SW_TESTBIN:=build/testbin}"
bin=$(cd "$SW_BIN" && pwd)
reseal=$(cd "$SW_TESTBIN" && pwd)/disc-reseal
lib=$(cd "$(dirname "$0")/lib" && pwd)
. "$lib/memory.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
SW_LOG=error
export SW_LOG
. "$lib/burner.sh"
keys_make intranet keys he lin tao
keys_make elsewhere foreign he lin
mkdir spool in
bundles 1 2 3
disc=$(stage)
carry "$disc" good.iso
unpack good.iso good
identity=$(burner list --json --store out | jq -r '.rows[0].digest')
import() { burner import "$1" --json --trust keys/ca.pem --store there --into in --by yu; }
told=0
# said REASON FILE: refused for it, nothing appeared, the ledger names it
said() {
	refused "$1" import "$2" && test -z "$(ls in)" &&
		grep -q "\"act\":\"import\",.*\"code\":\"$1\"," "$(newest)"
}
# The refusal that was written down last, as the ledger keeps it.
newest() { for f in there/refused/*.json; do :; done; echo "$f"; }
# tree NAME REASON COMMANDS: another hand's image of the disc's files after COMMANDS in them
tree() {
	rm -rf bad && cp -r good bad && (cd bad && eval "$3") > forge.log 2>&1 && pack bad bad.iso || { echo "not ok - $1 cannot be made"; cat forge.log; failed=1; return; }
	check "$1: $2" said "$2" bad.iso
	told=$((told + 1))
}
# image NAME REASON COMMANDS: the image itself after COMMANDS on bad.iso, its repair data made anew
image() {
	cp good.iso bad.iso && (eval "$3" && "$reseal" bad.iso) > forge.log 2>&1 || { echo "not ok - $1 cannot be made"; cat forge.log; failed=1; return; }
	cmp -s good.iso bad.iso && { echo "not ok - $1 changes nothing"; failed=1; return; }
	check "$1: $2" said "$2" bad.iso
	told=$((told + 1))
}
# thing NAME REASON FILE
thing() { check "$1: $2" said "$2" "$3"; told=$((told + 1)); }
put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
json() { jq -jcS "$1" disc.json > new && mv new disc.json; }
sign() { # FILE PERSON DIR
	openssl pkeyutl -sign -inkey "$tmp/$3/$2.person.key" -passin "pass:word of $2" -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in disc.json -out "$1"
}
cert() { cp "$tmp/$3/$2.person.pem" "$1"; }
both() { sign approvals/1.sig he "${1:-keys}" && sign approvals/2.sig lin "${1:-keys}"; }

# ---- planted
tree "autorun.inf" MEMBER 'printf "[autorun]\r\nopen=setup.exe\r\n" > autorun.inf'
tree "a hidden file" MEMBER 'echo x > .hidden'
tree "desktop.ini" MEMBER 'echo x > desktop.ini'
tree "a program among the bundles" MEMBER 'echo x > bundles/setup.exe'
tree "a bundle that nobody approved" MEMBER 'cp bundles/disc-1-1.swb bundles/disc-1-9.swb'
tree "a file among the approvals" MEMBER 'echo x > approvals/run.sh'
tree "an empty folder" MEMBER 'mkdir tools'
tree "a folder among the bundles" MEMBER 'mkdir bundles/deep'
tree "a whole disc in a folder" MEMBER 'mkdir copy && cp -r README.txt disc.json copy'
tree "a link" MEMBER 'ln -s /etc/passwd bundles/link.swb'
tree "a link instead of a bundle" MEMBER 'rm bundles/disc-1-1.swb && ln -s disc-1-2.swb bundles/disc-1-1.swb'
tree "a link instead of a folder" MEMBER 'mv approvals a && ln -s a approvals'
tree "a link instead of the manifest" MEMBER 'mv disc.json d.json && ln -s d.json disc.json'
tree "a FIFO" MEMBER 'mkfifo bundles/pipe.swb'
tree "a second manifest" MEMBER 'cp disc.json disc2.json'
tree "another README.txt" MEMBER 'printf "run setup.exe\r\n" > README.txt'
tree "a README.txt with a line more" MEMBER 'printf "see http://example.invalid\r\n" >> README.txt'
# ---- taken away
tree "no README.txt" MEMBER 'rm README.txt'
tree "no manifest" FOREIGN 'rm disc.json'
tree "no bundles" MEMBER 'rm -r bundles'
tree "a bundle absent" MEMBER 'rm bundles/disc-1-2.swb'
tree "a bundle renamed" MEMBER 'mv bundles/disc-1-2.swb bundles/disc-1-4.swb'
tree "no approvals" APPROVAL 'rm -r approvals'
tree "one approval" APPROVAL 'rm approvals/2.*'
tree "a certificate without signature" MEMBER 'rm approvals/2.sig'
tree "a signature without certificate" MEMBER 'rm approvals/1.pem'
tree "approvals one and three" MEMBER 'mv approvals/2.sig approvals/3.sig; mv approvals/2.pem approvals/3.pem'
tree "all files, mastered by another hand" MEMBER 'true'
tree "without repair data" MEMBER 'rm repair.dat'
# ---- bundles
tree "a byte more" DIGEST 'printf x >> bundles/disc-1-1.swb'
tree "a byte less" DIGEST 'truncate -s -1 bundles/disc-1-1.swb'
tree "an empty bundle" DIGEST ': > bundles/disc-1-1.swb'
tree "a changed byte" DIGEST 'put bundles/disc-1-3.swb 5000 "\377\376"'
tree "two bundles exchanged" DIGEST 'mv bundles/disc-1-1.swb x; mv bundles/disc-1-2.swb bundles/disc-1-1.swb; mv x bundles/disc-1-2.swb'
# ---- approvals
tree "the same approval twice" APPROVAL 'cp approvals/1.sig approvals/2.sig; cp approvals/1.pem approvals/2.pem'
tree "one person signs twice" APPROVAL 'sign approvals/2.sig he keys; cp approvals/1.pem approvals/2.pem'
tree "signatures exchanged" SIGNATURE 'mv approvals/1.sig x; mv approvals/2.sig approvals/1.sig; mv x approvals/2.sig'
tree "a signature of somebody else" SIGNATURE 'sign approvals/2.sig tao keys'
tree "a signature over something else" SIGNATURE 'mv disc.json d; echo x > disc.json; sign approvals/2.sig lin keys; mv d disc.json'
tree "an empty signature" SIGNATURE ': > approvals/1.sig'
tree "a signature with a byte more" SIGNATURE 'printf x >> approvals/1.sig'
tree "a signature too large" LIMIT 'head -c 300 /dev/urandom > approvals/1.sig'
tree "persons of another authority" CERT 'both foreign; cert approvals/1.pem he foreign; cert approvals/2.pem lin foreign'
tree "one person of another authority" CERT 'sign approvals/2.sig lin foreign; cert approvals/2.pem lin foreign'
tree "a station's key" CERT 'cp "$tmp/keys/intranet.sign.pem" approvals/2.pem'
tree "the authority's own certificate" CERT 'cp "$tmp/keys/ca.pem" approvals/2.pem'
tree "a certificate of noise" CERT 'head -c 700 /dev/urandom > approvals/1.pem'
tree "a certificate too large" LIMIT 'head -c 9000 /dev/zero > approvals/1.pem'
tree "a third approval of noise" CERT 'echo x > approvals/3.sig; echo x > approvals/3.pem'
tree "nine approvals" MEMBER 'for i in 3 4 5 6 7 8 9; do cp approvals/1.sig approvals/$i.sig; cp approvals/1.pem approvals/$i.pem; done'
# ---- the manifest
tree "another time" SIGNATURE 'json ".created |= .[0:20] + (if .[20:23] == \"999\" then \"998\" else \"999\" end) + \"Z\""'
tree "another number" SIGNATURE 'json ".disc = \"D-20261124-0099\" | .set.first = .disc"'
tree "a lower mark" SIGNATURE 'json ".mark = \"public\""'
tree "an older policy" SIGNATURE 'json ".policy = 99"'
tree "another predecessor" SIGNATURE 'json ".prev = \"$identity\""'
tree "a disc declared void" SIGNATURE 'json ".void = [{disc: .disc, identity: \"$identity\"}]"'
tree "a blank written off" SIGNATURE 'json ".blanks = [{disc: \"\", serial: \"MED-0001\"}]"'
tree "blanks out of order, signed" SCHEMA 'json ".blanks = [{disc: \"\", serial: \"MED-0002\"}, {disc: \"\", serial: \"MED-0001\"}]"; both'
tree "a blank whose number climbs, signed" SCHEMA 'json ".blanks = [{disc: \"\", serial: \"../policy\"}]"; both'
tree "a larger set" SIGNATURE 'json ".set.of = 2"'
tree "an approver revoked" SIGNATURE 'json ".revoked = [{key: \"0123456789abcdef\", last: \"\"}]"'
tree "a bundle less, consistently" SIGNATURE 'rm bundles/disc-1-1.swb; json ".files |= .[1:]"'
tree "another bundle, consistently" SIGNATURE 'printf x >> bundles/disc-1-1.swb; json ".files[0].size += 1 | .files[0].digest = \"$(openssl dgst -sm3 -r bundles/disc-1-1.swb | cut -d" " -f1)\""'
tree "in another form" SYNTAX 'jq . disc.json > x; mv x disc.json'
tree "not JSON" SYNTAX 'printf x > disc.json'
tree "cut" SYNTAX 'truncate -s -9 disc.json'
tree "empty" SYNTAX ': > disc.json'
tree "behind a byte order mark" SYNTAX 'printf "\357\273\277" | cat - disc.json > x; mv x disc.json'
tree "not UTF-8" SYNTAX 'printf "{\"created\":\"\377\"}" > disc.json'
tree "nested a thousand deep" LIMIT 'head -c 1000 /dev/zero | tr "\0" "[" > disc.json'
tree "nine megabytes" LIMIT 'head -c 9000000 /dev/zero | tr "\0" " " > disc.json'
tree "a member more, signed" SCHEMA 'json ".note = 1"; both'
tree "of another set, signed" SCHEMA 'json ".set.first = \"D-20261124-0099\""; both'
tree "of a set without end, signed" SCHEMA 'json ".set.of = 1000000"; both'
tree "behind the end of its set, signed" SCHEMA 'json ".set.n = 2"; both'
tree "with a key that is none, signed" SCHEMA 'json ".revoked = [{key: \"../../x\", last: \"\"}]"; both'
tree "with discs void out of order, signed" SCHEMA 'json ".void = [{disc: \"D-20261124-0002\", identity: \"$identity\"}, {disc: \"D-20261124-0001\", identity: \"$identity\"}]"; both'
tree "of a later format, signed" SCHEMA 'json ".format = 2"; both'
tree "of no known suite, signed" SUITE 'json ".suite = \"rot13\""; both'
tree "of the other suite, signed" SUITE 'json ".suite = \"intl\""; both'
tree "a name that climbs, signed" SCHEMA 'json ".files[0].name = \"../x.swb\""; both'
tree "a name twice, signed" SCHEMA 'json ".files[1].name = .files[0].name"; both'
tree "a size below zero, signed" SCHEMA 'json ".files[0].size = -1"; both'
tree "a mark that never leaves, signed" SCHEMA 'json ".mark = \"top-secret\""; both'
# ---- the image itself
# The sector in the Joliet record of disc.json.
joliet_extent() { perl -0777 -pi -e '$p = index($_, "\0d\0i\0s\0c\0.\0j"); substr($_, $p - 31, 1) = chr(ord(substr($_, $p - 31, 1)) ^ 1)' bad.iso; }
swap() { perl -0777 -pi -e "$1" bad.iso; }
image "code in the system area" MEMBER 'put bad.iso 0 "\353\074\220"'
image "a partition table" MEMBER 'put bad.iso 446 "\200\0\1\0"; put bad.iso 510 "\125\252"'
image "data in the system area" MEMBER 'put bad.iso 30000 "secret"'
image "another volume name" FORMAT 'put bad.iso 32808 "AUTORUN"'
image "an application named in the descriptor" FORMAT 'put bad.iso 33342 "SETUP.EXE"'
image "an expiry date" FORMAT 'put bad.iso 33629 "2020"'
image "Joliet says another name" FORMAT 'swap "s/\\0d\\0i\\0s\\0c\\0-\\0001\\0-\\0001/\\0e\\0v\\0i\\0l\\0-\\0001\\0-\\0001/"'
image "Joliet points to another sector" FORMAT joliet_extent
image "the plain tree says another name" FORMAT 'swap "s/B0000001\\.SWB/SETUP001.EXE/"'
image "a path table that leads elsewhere" FORMAT 'put bad.iso $((19 * 2048 + 2)) "\101"'
image "a boot record instead of Joliet" FORMAT 'put bad.iso $((17 * 2048)) "\0CD001\1EL TORITO SPECIFICATION"'
image "no end of the descriptors" FOREIGN 'put bad.iso $((18 * 2048)) "\3"'
cp good.iso long.iso && head -c 2048 /dev/urandom >> long.iso
thing "a sector behind the end" TRAILING long.iso
cat good.iso good.iso > twice.iso
thing "the disc twice in one image" TRAILING twice.iso
cp good.iso session.iso && iso -boot_image any keep -dev session.iso -map bad/README.txt /setup.exe -commit -rollback_end
thing "another session behind" TRAILING session.iso
head -c $(($(wc -c < good.iso) / 2)) good.iso > half.iso
thing "half a disc" FOREIGN half.iso
head -c 20000 good.iso > head.iso
thing "a tenth of a disc" FOREIGN head.iso
# ---- no disc at all
head -c 300000 /dev/urandom > noise.iso
thing "noise" FOREIGN noise.iso
: > empty.iso
thing "nothing" FOREIGN empty.iso
head -c 300000 /dev/zero > zeros.iso
thing "zeros" FOREIGN zeros.iso
gzip -c good.iso > packed.iso
thing "a compressed image" FOREIGN packed.iso
tar cf tar.iso good
thing "a tar archive" FOREIGN tar.iso
thing "a folder" FOREIGN good
mkfifo fifo
exec 9<> fifo
thing "a FIFO" FOREIGN fifo
exec 9>&-
thing "a device" FOREIGN /dev/null
check "the officers see them, the newest first" test "$(burner list --json --store there | jq -r '.refused[0] | "\(.code) \(.act) \(.subject)"')" = "FOREIGN import null"
# ---- in the wrong place, or again
check "under another authority: CERT" refused CERT burner import good.iso --json --trust foreign/ca.pem --store there --into in
check "the good disc is imported after all that" import good.iso
check "all its bundles came" test "$(ls in | wc -l)" = 3
rm in/*
thing "replayed" IMPORTED good.iso
cp good.iso copy.iso
thing "a copy of it" IMPORTED copy.iso
rm -rf out spool && mkdir spool
bundles 1 2 3
again=$(stage)
carry "$again" fork.iso
check "the forged store gives the same number" test "$again" = "$disc"
thing "another disc of its number, signed by the same two" FORK fork.iso
check "the log tells every one of $told refusals" test "$(grep -rao '"disc.refused"' there/audit | wc -l)" -ge $told
check "more than sixty were tried" test $told -gt 60
exit $failed
