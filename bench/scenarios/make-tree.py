#!/usr/bin/env python3
"""make-tree.py DIRECTORY FILES DIRECTORIES BYTES - fills a directory with so many files of so many random bytes each,
spread evenly over so many sub-directories. No two files are equal; the same arguments give the same tree."""
import multiprocessing
import os
import random
import sys


def fill(job):
    root, first, last, files, directories, size = job
    noise = random.Random(size).randbytes(size + 4096)
    for number in range(first, last):
        directory = os.path.join(root, f"d{number // 100:03d}-{number:06d}")
        os.makedirs(directory)
        for index in range(number, files, directories):
            at = index % 4096
            content = (b"%08d" % index + noise[at:at + size])[:size]
            descriptor = os.open(f"{directory}/file-{index:07d}.bin", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.write(descriptor, content)
            # Long past: what was written a moment ago ferry would rightly not trust to be unchanged.
            os.utime(descriptor, ns=(1_700_000_000_000_000_000 + index,) * 2)
            os.close(descriptor)


def main():
    root = sys.argv[1]
    files, directories, size = map(int, sys.argv[2:5])
    workers = os.cpu_count() or 1
    bounds = [directories * i // workers for i in range(workers + 1)]
    with multiprocessing.Pool(workers) as pool:
        pool.map(fill, [(root, low, high, files, directories, size) for low, high in zip(bounds, bounds[1:])])


if __name__ == "__main__":
    main()
