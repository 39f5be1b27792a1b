#!/bin/sh
# The disc ferry by hand: stage, two persons' approvals, image, another program's reading of it, import once, and everything a disc is refused for.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
: "${SW_BIN:=build/bin}"
bin=$(cd "$SW_BIN" && pwd)
lib=$(cd "$(dirname "$0")/lib" && pwd)
. "$lib/memory.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/burner.XXXXXX")
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
SW_LOG=error
export SW_LOG
. "$lib/burner.sh"
keys_make intranet keys he lin tao
keys_make elsewhere foreign he lin
mkdir spool in

check "nothing to carry is said" refused NOTFOUND burner stage --json --store out --bundles spool --reason test
bundles 1 2 30
echo half > spool/tmp.part
cp spool/disc-1-30.swb kept
first=$(stage "月度结果")
check "a disc has a number" sh -c "echo '$first' | grep -qE '^D-[0-9]{8}-0001$'"
check "the bundles left the spool, a foreign file did not" test "$(ls spool)" = tmp.part
check "a disc without approval is not burnt" refused APPROVAL burner burn "$first" --store out --to a.iso
check "a wrong passphrase is refused" refused KEY sh -c "echo wrong | '$bin/burner' approve $first --store out --key keys/he.person.key --cert keys/he.person.pem --passphrase-file -"
mkdir -p out/trust && cp keys/ca.pem out/trust/persons.pem
check "a person that another authority made up approves nothing" refused CERT approve "$first" lin out foreign
check "the first person approves" approve "$first" he
check "one person is not two" refused APPROVAL approve "$first" he
check "one approval is not enough" refused APPROVAL burner burn "$first" --store out --to a.iso
check "a station's key is no person's" sh -c "! '$bin/burner' approve $first --store out --key keys/intranet.sign.key --cert keys/intranet.sign.pem --passphrase-file - < /dev/null"
mv out/trust/persons.pem aside
approve "$first" lin out foreign > /dev/null
mv aside out/trust/persons.pem
check "nor is burnt what a made-up person approved" refused CERT burner burn "$first" --store out --to a.iso
rm out/out/"$first"/approvals/2.*
jq -c 'del(.approvals[1]) | .state = "staged"' out/out/"$first"/record.json > aside && mv aside out/out/"$first"/record.json
check "the second person approves" approve "$first" lin
check "the state is approved" test "$(state out "$first")" = approved
check "a disc is handed over only when burnt" refused STATE burner handover "$first" --store out --to extranet --by he
check "the image is burnt" burner burn "$first" --store out --to a.iso --by he
check "burning again to the same file is the same disc" burner burn "$first" --store out --to a.iso --by he
echo other > b.iso
check "another file is not overwritten" refused EXISTS burner burn "$first" --store out --to b.iso
check "no approval after burning" refused STATE approve "$first" tao

check "7z reads the image" sh -c "7z t a.iso && 7z l a.iso | grep -q 'bundles/disc-1-30.swb'"
check "file knows it" sh -c "file -b a.iso | grep -q \"ISO 9660.*$(echo $first | tr - _)\""
check "xorriso unpacks it" unpack a.iso tree
check "a bundle on it is the one staged" cmp tree/bundles/disc-1-30.swb kept
check "the manifest names no person and no reason" sh -c "test -s tree/disc.json && ! grep -qE 'he|lin|月度' tree/disc.json"
check "the approval verifies with openssl" sh -c "openssl x509 -in tree/approvals/1.pem -noout -pubkey > pub && openssl pkeyutl -verify -pubin -inkey pub -in tree/disc.json -sigfile tree/approvals/1.sig -rawin -digest sm3 -pkeyopt distid:1234567812345678"
check "isoinfo reads both trees" sh -c "isoinfo -R -f -i a.iso | grep -qx /bundles/disc-1-30.swb && isoinfo -J -f -i a.iso | grep -q '^/bundles/disc-1-30.swb'"
mkdir sevenz
check "7z unpacks the same" sh -c "7z x -osevenz a.iso > /dev/null && diff -r sevenz tree"
listed() { # NAME: everything it lists, in one form
	case $1 in
	tree) (cd tree && find . -mindepth 1 | sed 's/^\.//') ;;
	xorriso) xorriso -report_about SORRY -indev a.iso -find / -mindepth 1 2> /dev/null | sed "s/^'//; s/'\$//" ;;
	rock-ridge) isoinfo -R -f -i a.iso ;;
	joliet) isoinfo -J -f -i a.iso | sed 's/;1$//' ;; # the version belongs to a file's name there
	7z) 7z l -ba -slt a.iso | sed -n 's/^Path = /\//p' ;;
	esac | grep -v '^/$' | LC_ALL=C sort
}
listed tree > wanted
for by in xorriso rock-ridge joliet 7z; do
	check "$by lists what lies on it, nothing else" sh -c "test -s wanted && diff wanted -" << EOT
$(listed $by)
EOT
done
digests() { (cd "$1" && find . -type f -exec sha256sum {} +) | LC_ALL=C sort -k 2; }
digests tree > wanted
# by_isoinfo TREE: every file it extracts from that tree
by_isoinfo() {
	rm -rf extracted && mkdir extracted
	isoinfo "-$1" -f -i a.iso | while read -r name; do
		isoinfo "-$1" -x "$name" -i a.iso > one 2> /dev/null
		name=${name%;1}
		[ ! -d "tree$name" ] || continue
		mkdir -p "extracted${name%/*}" && mv one "extracted$name"
	done
	digests extracted | diff wanted -
}
check "isoinfo extracts the same from Rock Ridge" by_isoinfo R
check "isoinfo extracts the same from Joliet" by_isoinfo J
# by_kernel: both trees as a Linux kernel mounts them. The one that runs where it can; else one that runs as a program.
mkdir mnt
if [ "$(id -u)" = 0 ] && grep -qw iso9660 /proc/filesystems && mount -t iso9660 -o ro,loop a.iso mnt 2> /dev/null; then
	mounted=$tmp/mnt
	digests mnt > rock-ridge.found
	umount mnt && mount -t iso9660 -o ro,loop,norock a.iso mnt || mounted=
	digests mnt > joliet.found
	umount mnt && mounted=
elif command -v linux.uml > /dev/null && [ -x /sbin/insmod ]; then
	timeout -s KILL 300 linux.uml mem=96M rootfstype=hostfs rootflags=/ ro "init=$lib/mount-init.sh" "ubd0r=$tmp/a.iso" con=null con0=null,fd:2 quiet < /dev/null > kernel.log 2>&1
	for t in rock-ridge joliet; do tr -d "\r" < kernel.log | sed -n "s/^$t: //p" | LC_ALL=C sort -k 2 > $t.found; done
else
	echo "ok - mount was not tried: that needs root and a kernel with iso9660, or the package user-mode-linux"
fi
for t in rock-ridge joliet; do
	[ ! -e $t.found ] || check "mounted by a kernel, the $t tree holds the same" diff wanted $t.found
done
check "bytes are the same when it is burnt again" sh -c "'$bin/burner' burn $first --store out --to again.iso --by he > /dev/null && cmp a.iso again.iso"

# by_readme SUITE TREE CA: every command of README.txt, in order
by_readme() {
	rm -rf work && cp -r "$2" work
	tr -d '\r' < work/README.txt | awk -v want="[$1]" '/^\[/ { on = $0 == want } /^[^ 0-9\[]/ { on = on && NF == 0 } /^The two|^两名/ { on = 1 } on && /^    / { print }' > commands
	[ "$(wc -l < commands)" = 11 ] && (cd work && CA=$3 sh -e ../commands)
}
cp keys/ca.pem ca.pem
check "the commands of README.txt verify the disc" by_readme gm tree "$tmp/ca.pem"
wrong() { ! by_readme "$@"; }
cp -r tree other && printf x >> other/bundles/disc-1-2.swb
check "they find a changed bundle" wrong gm other "$tmp/ca.pem"
rm -rf other && cp -r tree other && sed -i 's/"policy":0/"policy":9/' other/disc.json
check "they find a changed manifest" wrong gm other "$tmp/ca.pem"
rm -rf other && cp -r tree other && cp foreign/he.person.pem other/approvals/1.pem
check "they find a foreign approver" wrong gm other "$tmp/ca.pem"

check "verify needs no ledger" burner verify a.iso --trust keys/ca.pem
if mem=$(mktemp -d /dev/shm/burner.XXXXXX 2> /dev/null); then
	cp a.iso "$mem/"
	check "an image on a memory disk is no drive" burner verify "$mem/a.iso" --trust keys/ca.pem
	rm -rf "$mem"
else echo "ok - left out: no memory disk at /dev/shm"; fi
check "verify says who approved" test "$(burner verify a.iso --json --trust keys/ca.pem | jq -r '.approvals | map(.who) | join(" ")')" = "he lin"
# a drive, played by a file
: > drive
check "a drive burns it" burner burn "$first" --store out --to a.iso --drive "stdio:$tmp/drive" --by he
check "the disc in it is the image" cmp -n "$(wc -c < a.iso)" drive a.iso
check "a medium that is not blank is refused, never erased" refused REFUSED burner burn "$first" --store out --to a.iso --drive "stdio:$tmp/drive" --by he
check "no drive is told" refused NOTFOUND burner burn "$first" --store out --to a.iso --drive stdio:/nowhere/drive --by he
check "a drive is no option of xorriso" refused SCHEMA burner burn "$first" --store out --to a.iso --drive "-end" --by he
check "handed over" burner handover "$first" --store out --to extranet --by he
check "again is no error" burner handover "$first" --store out --to extranet --by he
check "handed over disc is not burnt again" refused STATE burner burn "$first" --store out --to c.iso

import() { burner import "$1" --json --trust keys/ca.pem --store there --into in; }
check "under another zone's authority it is refused" refused CERT burner import a.iso --trust foreign/ca.pem --store there --into in
check "nothing came" test -z "$(ls in)"
check "the image is imported" import a.iso
check "all bundles came" test "$(ls in | tr '\n' ' ')" = "$first.disc-1-1.swb $first.disc-1-2.swb $first.disc-1-30.swb "
check "unchanged" cmp "in/$first.disc-1-30.swb" kept
rm in/*
check "a second time it is refused" refused IMPORTED import a.iso
check "nothing came again" test -z "$(ls in)"

# the second disc stays in a drawer, the third arrives first
bundles 4
second=$(stage)
bundles 5 6
third=$(stage)
check "the second is carried" carry "$second" second.iso
check "the third is carried" carry "$third" third.iso
check "a disc whose predecessor is absent is imported" import third.iso
check "the absent one is named" test "$(burner list --json --store there | jq -r '.missing[].before')" = "$third"
check "it is imported late" import second.iso
check "now nothing is missing" test "$(burner list --json --store there | jq '.missing | length')" = 0

# forged and damaged images of a fourth disc
bundles 7 80
fourth=$(stage)
check "the fourth is carried" carry "$fourth" fourth.iso
unpack fourth.iso good
forge() { rm -rf bad && cp -r good bad; }
again() { pack bad bad.iso && refused "$1" import bad.iso && test -z "$(ls in | grep "$fourth")"; }
forge; printf x >> bad/bundles/disc-1-7.swb
check "a longer bundle is refused" again DIGEST
forge; printf x | dd of=bad/bundles/disc-1-80.swb bs=1 seek=500 conv=notrunc 2> /dev/null
check "a changed byte is refused" again DIGEST
forge; cp bad/bundles/disc-1-7.swb bad/bundles/disc-1-9.swb
check "a bundle that nobody approved is refused" again MEMBER
forge; rm bad/bundles/disc-1-7.swb
check "an absent bundle is refused" again MEMBER
forge; echo x > bad/autorun.inf
check "a foreign file is refused" again MEMBER
forge; mkdir bad/bundles/deep
check "a foreign folder is refused" again MEMBER
forge; ln -s /etc/passwd bad/bundles/link.swb
check "a symbolic link is refused" again MEMBER
forge; rm bad/approvals/2.*
check "one approval alone is refused" again APPROVAL
forge; cp bad/approvals/1.sig bad/approvals/2.sig; cp bad/approvals/1.pem bad/approvals/2.pem
check "the same approval twice is refused" again APPROVAL
forge; cp bad/approvals/1.sig bad/approvals/2.sig
check "a signature of somebody else is refused" again SIGNATURE
forge; rm bad/approvals/2.sig
check "a certificate without signature is refused" again MEMBER
forge; sed -Ei 's/\.([0-9]{2})1Z/.\12Z/; t; s/\.([0-9]{2})[0-9]Z/.\11Z/' bad/disc.json
check "a changed manifest is refused" again SIGNATURE
forge; jq . bad/disc.json > pretty && cp pretty bad/disc.json
check "a manifest in another form is refused" again SYNTAX
forge; rm bad/disc.json
check "a disc without manifest is foreign" again FOREIGN
head -c 300000 /dev/urandom > bad.iso
check "noise is foreign" refused FOREIGN import bad.iso
: > bad.iso
check "an empty file is foreign" refused FOREIGN import bad.iso
check "a folder is foreign" refused FOREIGN import good
head -c 120000 fourth.iso > bad.iso
check "half an image is refused" sh -c "! '$bin/burner' import bad.iso --trust keys/ca.pem --store there --into in && test -z \"\$(ls in | grep $fourth)\""
check "after all that the good one is imported" import fourth.iso
check "the log tells every refusal" test "$(grep -rao disc.refused there/audit | wc -l)" -ge 17
# the same under the international suite
suite=intl keys_make intranet keys-intl he lin
bundles 9
intl=$(burner stage --json --store out-intl --bundles spool --reason test --suite intl | jq -r .disc)
approve "$intl" he out-intl keys-intl > /dev/null
approve "$intl" lin out-intl keys-intl > /dev/null
check "a disc of the other suite is burnt" burner burn "$intl" --store out-intl --to intl.iso
unpack intl.iso tree-intl
cp keys-intl/ca.pem ca-intl.pem
check "the commands of README.txt verify it too" by_readme intl tree-intl "$tmp/ca-intl.pem"
rm -rf other && cp -r tree-intl other && printf x >> other/bundles/disc-1-9.swb
check "and find a changed bundle" wrong intl other "$tmp/ca-intl.pem"
check "it is refused under the first suite" refused SUITE import intl.iso
check "it is imported under its own" burner import intl.iso --trust keys-intl/ca.pem --store there-intl --into in
check "the ledger can be read while another holds it" flock out/lock timeout 20 "$bin/burner" list --store out
check "unknown options are named" sh -c "'$bin/burner' list --store out --force 2>&1 | grep -q '^USAGE: --force'"
exit $failed
