#!/usr/bin/env bash
# hub.sh - the hub's cache to a bucket and back: ferry hf push and pull beside rclone copy, aws s3 sync and, if there is one, the older tool.
# Six contents of 256 MiB, 3,000 of 0.5 to 20 KB; a push of 5,000 that has nothing to do. The server is on the same machine and shares its cores.
# Variables beside common.sh's: TREES ("big small same"), FILES (of small), MIBS (of each of big), OLDER_TOOL (its command).
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

files=${FILES:-3000} mibs=${MIBS:-256} rounds=${ROUNDS:-3} older=${OLDER_TOOL:-}
start rclone awscli curl time
server=$root/tests/servers/s3-server
state=$(mktemp -d "${DISK_DIR:-/var/tmp}/ferry-bench.XXXXXX")
trap '"$server" stop "$state/ceph" || true; finish; rm -rf "$state"' EXIT
port=$((31000 + RANDOM % 1000))
said=$("$server" start "$state/ceph" "$port")
value() { sed -n "s/^$1=//p" <<<"$said"; }
endpoint=$(value S3_ENDPOINT) key=$(value AWS_ACCESS_KEY_ID) secret=$(value AWS_SECRET_ACCESS_KEY)

as_tool() {
  as_user AWS_ACCESS_KEY_ID="$key" AWS_SECRET_ACCESS_KEY="$secret" AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL="$endpoint" \
    FERRY_REMOTE_URL="s3://bench/$prefix" FERRY_REMOTE_ENDPOINT="$endpoint" FERRY_REMOTE_REGION=us-east-1 "$@"
}
aws_s3() { as_tool aws --endpoint-url "$endpoint" s3 --quiet "$@"; }
rclone_copy() {
  as_tool RCLONE_CONFIG=/dev/null RCLONE_CONFIG_B_TYPE=s3 RCLONE_CONFIG_B_PROVIDER=Ceph RCLONE_CONFIG_B_ENV_AUTH=true RCLONE_CONFIG_B_ENDPOINT="$endpoint" \
    rclone copy --transfers 16 "$@"
}
older_tool() {
  printf 'storage: { endpoint: "%s", bucket: bench, region: us-east-1 }\nteam: { prefix: "%s", allow_gated: true }\n' "$endpoint" "$prefix" >"$work/home/.hf-cache-sync.yaml"
  local cache=$1
  shift
  # shellcheck disable=SC2086 # it may be an interpreter with its arguments
  (cd "$work/home" && as_tool HF_HUB_CACHE="$cache" $older "$@")
  rm "$work/home/.hf-cache-sync.yaml"
}
ferry_hf() { local cache=$1; shift; as_tool HF_HUB_CACHE="$cache" HF_HUB_OFFLINE=1 /usr/bin/time -f 'peak %M' "$ferry" hf "$@"; }

peak() { sed -n 's/^peak //p' "$work/stderr" | awk -v case="$1" '{ printf "%s\tferry\t%.1f\n", case, $1 / 1024 }' >>"$work/peaks.tsv"; }

push() {
  local tree=$1 tool=$2 blobs=$work/$1/models--bench--$1/blobs
  prefix=$tree-$tool-$round
  case $tool in
    ferry) timed "$tree: push" ferry ferry_hf "$work/$tree" --quiet push && peak "$tree: push" ;;
    rclone) timed "$tree: push" "rclone copy --transfers 16" rclone_copy "$blobs" "B:bench/$prefix/blobs" ;;
    aws) timed "$tree: push" "aws s3 sync" aws_s3 sync "$blobs" "s3://bench/$prefix/blobs" ;;
    older) timed "$tree: push" "older tool" older_tool "$work/$tree" push ;;
  esac
}

pull() {
  local tree=$1 tool=$2 to=$work/pulled
  prefix=$tree-$tool-$round
  mkdir "$to"
  case $tool in
    ferry) timed "$tree: pull" ferry ferry_hf "$to" --quiet pull "bench/$tree" && peak "$tree: pull" ;;
    rclone) timed "$tree: pull" "rclone copy --transfers 16" rclone_copy "B:bench/$prefix/blobs" "$to" ;;
    aws) timed "$tree: pull" "aws s3 sync" aws_s3 sync "s3://bench/$prefix/blobs" "$to" ;;
    older) timed "$tree: pull" "older tool" older_tool "$to" pull "bench/$tree" ;;
  esac
  if [[ $round -eq 0 && $tool == ferry ]]; then diff -rq "$work/$tree/models--bench--$tree/blobs" "$to/models--bench--$tree/blobs" || die "the caches differ"; fi
  rm -rf "$to"
}

push_again() {
  prefix=same-$1
  case $1 in
    ferry) timed "5,000 contents: push, nothing to do" ferry ferry_hf "$work/same" --quiet push && peak "push, nothing to do" ;;
    rclone) timed "5,000 contents: push, nothing to do" "rclone copy --transfers 16" rclone_copy "$work/same/models--bench--same/blobs" "B:bench/$prefix/blobs" ;;
    older) timed "5,000 contents: push, nothing to do" "older tool" older_tool "$work/same" push ;;
  esac
}

prefix=none
as_tool aws --endpoint-url "$endpoint" s3api create-bucket --bucket bench >/dev/null
tools="ferry rclone aws"
[[ -z $older ]] || tools+=" older"
for tree in ${TREES:-big small same}; do
  say "writing $tree..."
  case $tree in
    big) python3 "$root/bench/scenarios/make-hub.py" "$work/big" bench/big 6 $((mibs << 20)) $((mibs << 20)) ;;
    small) python3 "$root/bench/scenarios/make-hub.py" "$work/small" bench/small "$files" 500 20000 ;;
    same) python3 "$root/bench/scenarios/make-hub.py" "$work/same" bench/same 5000 200 2000 ;;
  esac
  for ((round = 0; round < rounds; round++)); do
    say "$tree: round $((round + 1)) of $rounds"
    if [[ $tree == same ]]; then
      for tool in $(in_turn "$round" ferry rclone ${older:+older}); do
        if [[ $round -eq 0 ]]; then
          prefix=same-$tool
          case $tool in
            ferry) ferry_hf "$work/same" --quiet push 2>/dev/null ;;
            rclone) rclone_copy "$work/same/models--bench--same/blobs" "B:bench/$prefix/blobs" ;;
            older) older_tool "$work/same" push >/dev/null ;;
          esac
        fi
        push_again "$tool"
      done
      continue
    fi
    # shellcheck disable=SC2086 # words are meant
    for tool in $(in_turn "$round" $tools); do push "$tree" "$tool"; done
    # shellcheck disable=SC2086 # words are meant
    for tool in $(in_turn "$round" $tools); do pull "$tree" "$tool"; done
    prefix=none
    aws_s3 rm --recursive s3://bench/
  done
  rm -rf "${work:?}/$tree"
done

{
  echo "# The hub's cache and a bucket"
  echo
  echo "big: 6 contents of $mibs MiB; small: $files contents of 0.5 to 20 KB. To and from a Ceph RADOS gateway on the same machine, which shares its cores; the cache is in"
  echo "memory. Whole processes, start included; seconds. ferry hashes all that it sends and receives, writes the manifest and the ref, and makes the snapshot; rclone and aws"
  echo "copy the contents as plain files."
  echo
  python3 "$root/bench/scenarios/table.py" "$samples" s 2
  echo
  echo "Peak memory of ferry:"
  echo
  python3 "$root/bench/scenarios/table.py" "$work/peaks.tsv" MB 1
  echo
  echo "Commands: \`ferry hf push\`, \`ferry hf pull REPO\`; \`rclone copy --transfers 16\`; \`aws s3 sync\`. Made with \`bench/scenarios/hub.sh\`."
  echo
  facts rclone aws
} | page
