#!/usr/bin/env bash
# common.sh - sourced by the scenarios: a work directory in memory, a user of ferry, clocks, and the result's page.
#
# A scenario runs ferry and its rivals in turn, round by round, in one call, and writes bench/results/NAME.md.
# Variables: FILES, ROUNDS (smaller for a trial), FERRY_BINARY, BENCH_DIR (where to work; /dev/shm by default),
# BENCH_OUTPUT (the page; "-" for stdout only).

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
scenario=$(basename "$0" .sh)
slowfs=$root/tests/servers/slowfs

say() { echo "$*" >&2; }
die() { say "$scenario: $*"; exit 1; }

# start PACKAGE...: installs what is missing, builds ferry, makes $work and the user of ferry in it.
start() {
  "$root/eng/install-packages.sh" rsync python3 "$@"
  "$root/ferry" --version >/dev/null
  ferry=${FERRY_BINARY:-$root/artifacts/ferry}
  work=$(mktemp -d "${BENCH_DIR:-/dev/shm}/ferry-bench.XXXXXX")
  trap finish EXIT
  samples=$work/samples.tsv
  mkdir -p "$work/home/.config/ferry"
}

finish() {
  awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do "$slowfs" umount "$mount" || true; done
  rm -rf "$work"
}

# configure SOURCE SCRATCH: one cache, HF_HOME.
configure() {
  printf 'version: 1\nscratch: "%s"\ncaches:\n  HF_HOME: { source: "%s" }\n' "$2" "$1" >"$work/home/.config/ferry/config.yaml"
}

# as_user COMMAND...: with a clean environment, as in a fresh job.
as_user() { env -i PATH="$PATH" LANG=C.UTF-8 HOME="$work/home" "$@"; }

# timed CASE TOOL COMMAND...: runs it and notes the seconds from its start to its end; its failure is the scenario's.
timed() {
  local case=$1 tool=$2 begin end
  shift 2
  begin=$EPOCHREALTIME
  "$@" >"$work/stdout" 2>"$work/stderr" || { tail -n 20 "$work/stderr" >&2; die "$tool failed ($case)"; }
  end=$EPOCHREALTIME
  sample "$case" "$tool" "$(awk -v a="$begin" -v b="$end" 'BEGIN { printf "%.4f", b - a }')"
}

# sample CASE TOOL VALUE: notes one measurement.
sample() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$samples"
  say "  $1: $2 $3"
}

# same_trees A B: a fast copy that is not a copy is no result.
same_trees() {
  local differences
  differences=$(rsync -an --delete --itemize-changes --omit-dir-times "$1/" "$2/" | head -n 3)
  [[ -z $differences ]] || die "the trees differ: $differences"
}

# in_turn ROUND TOOL...: the tools, the first one a different one each round.
in_turn() {
  local shift_by=$(($1 % ($# - 1)))
  shift
  echo "${@:shift_by+1}" "${@:1:shift_by}"
}

facts() {
  echo "- processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores in use; $(free -g | awk '/^Mem:/ { print $2 }') GB of memory"
  echo "- system: $(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r); work directory on $(stat -f -c %T "$work")"
  echo "- ferry $("$ferry" --version 2>/dev/null || echo '(version unknown)'), commit $(git -C "$root" rev-parse --short HEAD); $(date -u +%Y-%m-%d)"
  local tool
  for tool in "$@"; do echo "- $("$tool" --version | head -n 1 | tr -s ' ')"; done
}

# page: the result, read from stdin, to its file and to stdout.
page() {
  local output=${BENCH_OUTPUT:-$root/bench/results/$scenario.md}
  if [[ $output == - ]]; then cat; else mkdir -p "$(dirname "$output")" && tee "$output"; fi
}
