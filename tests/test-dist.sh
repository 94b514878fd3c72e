#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The unit keeps the daemon in a box, and both have the same idea of its files.
set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$abs_top_srcdir/tests/tap.sh"
cd "$abs_top_srcdir/dist" || exit 1
command -v systemd-analyze >/dev/null ||
	skip_all "systemd-analyze is not installed"
umask 022 # systemd minds what others may write
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
sed 's#@sbindir@#/usr/sbin#' authchaind.service.in >"$tmp/authchaind.service"

systemd-analyze security --offline=true --threshold=15 \
	"$tmp/authchaind.service" >"$tmp/score" 2>&1
ok $? "the unit's exposure is at most 1.5"
grep -v '^CapabilityBoundingSet' "$tmp/authchaind.service" >"$tmp/open.service"
systemd-analyze security --offline=true --threshold=15 "$tmp/open.service" \
	>/dev/null 2>&1
ok $((! $?)) "a unit with all capabilities is over it"

socket=$(sed -n 's/^ListenStream=//p' authchaind.socket)
grep -qF "unix:$socket" ../core/daemon/run.c
ok $? "the socket is where the daemon would make it"
for config in nginx/authchain.conf caddy/Caddyfile haproxy/haproxy.cfg; do
	grep -qF "${socket#/}" "../hosts/$config"
	ok $? "and where ${config%/*} looks for it"
done
fastcgi=$(sed -n 's/^ListenStream=//p' authchaind-fastcgi.socket)
grep -qF "\"$fastcgi\"" ../hosts/lighttpd/authchain.conf
ok $? "the socket for FastCGI is where lighttpd looks for it"
cp ./*.socket "$tmp"
sed -i "s#/usr/sbin#$tmp#" "$tmp/authchaind.service"
printf '#!/bin/sh\n' >"$tmp/authchaind" && chmod +x "$tmp/authchaind"
for unit in authchaind.socket authchaind-fastcgi.socket authchaind.service; do
	systemd-analyze verify --man=no --recursive-errors=no \
		"$tmp/$unit" >"$tmp/verified" 2>&1 &&
		! grep -F "$tmp" "$tmp/verified"
	ok $? "systemd knows each line of $unit"
done
sed -i 's/^Service=.*/Service=another.service/' \
	"$tmp/authchaind-fastcgi.socket"
systemd-analyze verify --man=no --recursive-errors=no \
	"$tmp/authchaind-fastcgi.socket" >/dev/null 2>&1
ok $((! $?)) "a socket of a service that is not there is no unit"
for word in "$(sed -n 's/^User=//p' authchaind.service.in)" \
	"$(sed -n 's/^SocketUser=//p' authchaind.socket)" \
	"$(sed -n 's/^SocketUser=//p' authchaind-fastcgi.socket)"; do
	grep -q "^u $word " sysusers/authchain.conf
	ok $? "the user $word is made"
done
tap_done
