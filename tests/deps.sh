#!/bin/sh
# Installs the Debian and npm packages that are missing; silent when nothing is. What another vendor already provides is left alone.
# `deps.sh bench`: the peers and clients of benchmarks too; `deps.sh attack`: the tools of the long attacks; `deps.sh lighthouse`: the browser with a window, which Lighthouse drives.
set -eu
cd "$(dirname "$0")/.."

need=
pkg() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' || need="$need $1"; }
# A command: its package only when the command is missing.
cmd() { command -v "$1" >/dev/null 2>&1 || need="$need $2"; }

cmd gcc gcc; cmd clang clang; cmd make make; cmd pkg-config pkg-config; cmd clang-format clang-format; cmd clang-tidy clang-tidy
cmd openssl openssl; cmd zstd zstd; cmd softhsm2-util softhsm2; cmd pkcs11-tool opensc; cmd curl curl; cmd jq jq; cmd gojq gojq; cmd xorriso xorriso; cmd chromium-headless-shell chromium-headless-shell; cmd pdftotext poppler-utils
cmd 7z p7zip-full; cmd unzip unzip; cmd zbarimg zbar-tools; cmd isoinfo genisoimage; cmd nft nftables; cmd ip iproute2; cmd tcpdump tcpdump; cmd sqlite3 sqlite3; cmd mandoc mandoc; cmd git git; cmd faketime faketime
[ -x /usr/lib/postgresql/15/bin/postgres ] || need="$need postgresql-15"
[ "$(uname -m)" != x86_64 ] || cmd linux.uml user-mode-linux; [ -x /sbin/insmod ] || need="$need kmod"
cmd node nodejs; cmd npm npm; cmd setpriv util-linux; cmd file file; cmd pgrep procps; cmd ss iproute2
for p in libc6-dev libssl-dev libgcrypt20-dev libjansson-dev libyaml-dev libsqlite3-dev libpq-dev libmicrohttpd-dev libgnutls28-dev libarchive-dev zlib1g-dev libisal-dev libzstd-dev libp11-kit-dev \
	libgeos-dev libxml2-dev libjq-dev libcairo2-dev libpango1.0-dev libqrencode-dev libseccomp-dev libargon2-dev libcmocka-dev libcurl4-openssl-dev \
	fonts-noto-cjk ca-certificates $(command -v clang >/dev/null 2>&1 && echo libclang-rt-14-dev) $([ "$(uname -m)" = x86_64 ] && echo libipsec-mb-dev); do
	pkg "$p"
done

case ${1:-} in
bench)
	cmd wrk wrk; cmd slowhttptest slowhttptest; [ -x /usr/sbin/nginx ] || need="$need nginx" ;;
attack)
	cmd sqlmap sqlmap; cmd testssl testssl.sh ;;
lighthouse)
	cmd chromium chromium ;;
esac

if [ -n "$need" ]; then
	echo "installing Debian packages:$need"
	run=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null 2>&1 || { echo "deps: not root and no sudo: install these packages:$need" >&2; exit 1; }
		run=sudo
	fi
	$run env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	# The tests start servers of their own: the package is not to make and start one for the whole machine.
	no_cluster=/etc/postgresql-common/createcluster.d/sanwang-tests.conf
	case $need in *postgresql*)
		$run mkdir -p "${no_cluster%/*}"
		echo "create_main_cluster = false" | $run tee "$no_cluster" > /dev/null ;;
	esac
	# The benchmarks start a server of their own, the package none.
	no_start=/usr/sbin/policy-rc.d
	[ ! -e $no_start ] || no_start=
	case $need in *nginx*)
		[ -z "$no_start" ] || { printf '#!/bin/sh\nexit 101\n' | $run tee $no_start > /dev/null; $run chmod 755 $no_start; } ;;
	*) no_start= ;;
	esac
	# shellcheck disable=SC2086
	$run env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $need >/dev/null
	$run rm -f "$no_cluster" ${no_start:+"$no_start"}
fi

# npm packages of the pages, when the lock file is newer than what is installed.
if [ -f package-lock.json ] && [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
	echo "installing npm packages"
	npm ci --no-audit --no-fund --loglevel=error
	touch node_modules/.package-lock.json
fi
