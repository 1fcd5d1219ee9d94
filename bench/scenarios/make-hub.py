#!/usr/bin/env python3
"""make-hub.py CACHE REPO COUNT LEAST MOST [SEED] - a repository in a cache of the hub, as its clients leave one.

COUNT contents of LEAST to MOST random bytes, named by their SHA-256, below blobs/, a snapshot with a link to each, and the ref main.
"""
import datetime
import hashlib
import json
import os
import random
import sys


def main():
    cache, repo, count, least, most = sys.argv[1:6]
    rng = random.Random(int(sys.argv[6]) if len(sys.argv) > 6 else 1)
    folder = os.path.join(cache, "models--" + repo.replace("/", "--"))
    commit = hashlib.sha1(repo.encode()).hexdigest()
    snapshot = os.path.join(folder, "snapshots", commit)
    for directory in (os.path.join(folder, "blobs"), os.path.join(folder, "refs"), snapshot):
        os.makedirs(directory)
    for index in range(int(count)):
        left = rng.randint(int(least), int(most))
        digest = hashlib.sha256()
        partial = os.path.join(folder, "partial")
        with open(partial, "wb") as file:
            while left > 0:
                data = rng.randbytes(min(left, 1 << 24))
                digest.update(data)
                file.write(data)
                left -= len(data)
        os.rename(partial, os.path.join(folder, "blobs", digest.hexdigest()))
        os.symlink(f"../../blobs/{digest.hexdigest()}", os.path.join(snapshot, f"file{index:05}.bin"))
    with open(os.path.join(folder, "refs", "main"), "w", encoding="ascii") as ref:
        ref.write(commit)
    # That the repository is public is what ferry would ask the hub.
    checked = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(os.path.join(folder, ".ferry.json"), "w", encoding="ascii") as record:
        json.dump({"visibility": "public", "checked": checked}, record)


if __name__ == "__main__":
    main()
