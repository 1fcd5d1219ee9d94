// hf-read.mjs - reads the whole cache of HF_HOME with the hub's own client, which must not ask any server.
//
// Prints "<sha256>  <repository>@<commit>/<path>" for every file of every snapshot, read through its link, and
// "ref <repository>/<name> <commit>"; sorted. Fails if the client finds anything wrong with the cache.
import { createHash } from "node:crypto";
import { readdir, readFile, realpath } from "node:fs/promises";
import { relative } from "node:path";
import { downloadFileToCacheDir, scanCacheDir } from "@huggingface/hub";

const offline = () => { throw new Error("the client asked a server for what the cache should hold"); };

async function* filesOf(directory) {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) yield* filesOf(path);
    else yield path;
  }
}

async function readRevision(repository, revision) {
  const name = `${repository.id.type}s/${repository.id.name}`;
  const lines = revision.refs.map((ref) => `ref ${name}/${ref} ${revision.commitOid}`);
  for await (const found of filesOf(revision.path)) {
    const path = relative(revision.path, found);
    const given = await downloadFileToCacheDir({ repo: repository.id, revision: revision.commitOid, path, fetch: offline });
    const blob = await realpath(given);
    if (!blob.startsWith(`${await realpath(repository.path)}/blobs/`)) throw new Error(`${given} leads out of the cache, to ${blob}`);
    lines.push(`${createHash("sha256").update(await readFile(given)).digest("hex")}  ${name}@${revision.commitOid}/${path}`);
  }
  return lines;
}

const cache = await scanCacheDir();
if (cache.warnings.length > 0) throw new Error(cache.warnings.map(String).join("\n"));
const lines = [];
for (const repository of cache.repos) {
  for (const revision of repository.revisions) lines.push(...await readRevision(repository, revision));
}
console.log(lines.sort().join("\n"));
