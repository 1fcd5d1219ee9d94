"""Checks a BagIt 1.0 bag against RFC 8493, with nothing but Python's own library. Prints what is wrong, one line each."""
import hashlib
import os
import re
import sys

bag = os.fsencode(sys.argv[1])


def read(name):
    with open(os.path.join(bag, os.fsencode(name)), "rb") as file:
        return file.read()


def lines(name):
    text = read(name).decode("utf-8", "strict")
    assert text.endswith("\n"), f"{name} does not end its last line"
    return text[:-1].split("\n")


def decode(path):
    """2.1.3: CR, LF and % are encoded, and nothing else is."""
    assert not re.search(r"%(?!0D|0A|25)", path), f"{path!r} has a percent sign that encodes nothing"
    return re.sub("%0D|%0A|%25", lambda found: {"%0D": "\r", "%0A": "\n", "%25": "%"}[found[0]], path)


def manifest(name):
    entries = {}
    for line in lines(name):
        found = re.fullmatch(r"([0-9a-f]{64})[ \t]+([^ \t].*)", line)
        assert found, f"{name}: {line!r}"
        path = decode(found[2])
        assert path not in entries, f"{name}: {path!r} twice"
        assert not path.startswith("/") and ".." not in path.split("/"), f"{name}: {path!r}"
        entries[path] = found[1]
    return entries


def sha256(path):
    return hashlib.sha256(read(path)).hexdigest()


assert read("bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "2.1.1: bagit.txt"
payload = {}
for directory, _, names in os.walk(os.path.join(bag, b"data")):
    for name in names:
        path = os.path.join(directory, name)
        payload[os.path.relpath(path, bag).decode("utf-8")] = os.path.getsize(path)

named = manifest("manifest-sha256.txt") if payload else {}
assert set(named) == set(payload), f"2.1.3: {set(named) ^ set(payload)}"
for path, digest in named.items():
    assert sha256(path) == digest, f"2.1.3: {path!r}"

info = dict(line.split(": ", 1) for line in lines("bag-info.txt"))
assert info["Payload-Oxum"] == f"{sum(payload.values())}.{len(payload)}", f"2.2.2: {info}"
assert re.fullmatch(r"\d{4}-\d\d-\d\d", info["Bagging-Date"]), f"2.2.2: {info}"
assert info["Bag-Software-Agent"] == sys.argv[2], f"2.2.2: {info}"
assert re.fullmatch(r"[0-9.]+ [kMGTPE]?B", info["Bag-Size"]), f"2.2.2: {info}"
assert len(info) == 4, f"2.2.2: {info}"

tags = manifest("tagmanifest-sha256.txt")
assert set(tags) == {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}, f"2.2.1: {tags}"
for path, digest in tags.items():
    assert sha256(path) == digest, f"2.2.1: {path}"
assert set(os.listdir(bag)) == {os.fsencode(name) for name in tags} | {b"tagmanifest-sha256.txt", b"data"}, f"2: {os.listdir(bag)}"
print(len(payload), "files")
