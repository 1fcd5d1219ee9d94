#!/usr/bin/env bash
# Hashes one file in memory by turns with ours and with b3sum, on one thread and on two, and prints the medians:
# seconds of the whole process, start-up included. Ratios above 1 mean that ours is faster.
#
# Usage: blake3.sh [ROUNDS] [MEBIBYTES]
#   FERRY_BENCHMARKS  the benchmark program; published here if unset
#   SCRATCH           folder in memory for the file (default /dev/shm)
set -euo pipefail

rounds=${1:-9}
mebibytes=${2:-1024}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${SCRATCH:-/dev/shm}/ferry-blake3.XXXXXX")
trap 'rm -rf "$folder"' EXIT

# Published as the product is: self-contained, compiled ahead except for the kernels.
program=${FERRY_BENCHMARKS:-}
if [[ -z $program ]]; then
    dotnet publish "$here/../Ferry.Benchmarks" -c Release -r linux-x64 --self-contained \
        -p:PublishReadyToRun=true -o "$folder/program" >"$folder/publish.log" || { cat "$folder/publish.log" >&2; exit 1; }
    program=$folder/program/Ferry.Benchmarks
fi
file=$folder/data
head -c "$((mebibytes << 20))" /dev/urandom >"$file"

# Appends the seconds that a command takes to a list, and checks its digest against the first one.
run() {
    local list=$1 start end digest
    shift
    start=$EPOCHREALTIME
    digest=$("$@" | head -c 64)
    end=$EPOCHREALTIME
    awk -v a="$start" -v b="$end" 'BEGIN { printf "%.4f\n", b - a }' >>"$folder/$list"
    [[ ${expected:=$digest} == "$digest" ]] || { echo "digests differ: $*" >&2; exit 4; }
}

median() { sort -n "$folder/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for ((i = 0; i < rounds; i++)); do
    for threads in 1 2; do
        run "ours$threads" "$program" hash "$file" --threads "$threads"
        run "b3sum$threads" b3sum --num-threads "$threads" "$file"
        run "b3sum-read$threads" b3sum --no-mmap --num-threads "$threads" "$file"
    done
done

echo "$mebibytes MiB, $rounds rounds, $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
for threads in 1 2; do
    for rival in b3sum b3sum-read; do
        awk -v t="$threads" -v r="$rival" -v a="$(median "ours$threads")" -v b="$(median "$rival$threads")" -v m="$mebibytes" 'BEGIN {
            printf "%d thread%s: ours %.3f s (%.2f GB/s), %s %.3f s (%.2f GB/s), ratio %.2f\n",
                t, (t > 1 ? "s" : ""), a, m * 1048576 / a / 1e9, r, b, m * 1048576 / b / 1e9, b / a }'
    done
done
echo "in process, one thread, best of 5: $("$program" hash "$file" --repeat 5 | awk '$2 > m { m = $2 } END { print m }') GB/s"
