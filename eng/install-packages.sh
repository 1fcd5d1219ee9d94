#!/usr/bin/env bash
# install-packages.sh PACKAGE... - installs the Debian packages that are missing, where that is allowed (root or
# sudo without a password). Says what is still missing; never fails for it: tests and benchmarks that need it say so.
set -euo pipefail

missing=()
for package in "$@"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then as_root=(sudo -n); fi
if ! command -v apt-get >/dev/null || { [[ $EUID -ne 0 ]] && ! sudo -n true 2>/dev/null; }; then
  echo "missing packages, and no right to install them: ${missing[*]}" >&2
  exit 0
fi

install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -y -q --no-install-recommends \
    install "${missing[@]}"
}

echo "installing ${missing[*]}..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The package lists may be absent or old: fetch them only when a first attempt fails, and once more if another
# apt-get held the lock.
if ! install >"$log" 2>&1; then
  "${as_root[@]}" apt-get -q update >>"$log" 2>&1 || { sleep 5; "${as_root[@]}" apt-get -q update >>"$log" 2>&1 || true; }
  if ! install >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "could not install: ${missing[*]}" >&2
  fi
fi
