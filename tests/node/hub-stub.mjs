// hub-stub.mjs DIR [PORT] - a small model hub on loopback, for clients that fill a cache from it.
//
// DIR/<models|datasets>/<owner>/<name>/<branch>/... are the files; each branch is a revision, named by its branch or by
// its commit id, which follows from the contents. Files of a megabyte and more are LFS files, whose blobs are named by
// sha256; the others are named by their git object id. Prints HUB_URL=... once it answers; ends with SIGTERM.
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [directory, port = "0"] = process.argv.slice(2);
if (!directory) {
  console.error("usage: hub-stub.mjs DIR [PORT]");
  process.exit(2);
}

const LFS_FROM_BYTES = 1_000_000;
const COMMIT_DATE = "2024-01-01T00:00:00.000Z";
const digest = (algorithm, ...parts) => parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest("hex");

function describeFile(path, absolute) {
  const content = readFileSync(absolute);
  const entry = { type: "file", path, size: content.length, absolute };
  const asGit = (bytes) => digest("sha1", `blob ${bytes.length}\0`, bytes);
  if (content.length < LFS_FROM_BYTES) return { ...entry, oid: asGit(content) };
  const oid = digest("sha256", content);
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`);
  return { ...entry, oid: asGit(pointer), lfs: { oid, size: content.length, pointerSize: pointer.length } };
}

function describeRevision(root, branch) {
  const names = readdirSync(root, { recursive: true }).sort();
  const entries = names.map((path) => statSync(join(root, path)).isDirectory()
    ? { type: "directory", path, size: 0, oid: digest("sha1", "tree", path) }
    : describeFile(path, join(root, path)));
  const commit = digest("sha1", branch, ...entries.map((entry) => `${entry.oid} ${entry.path}\n`));
  return { branch, commit, entries };
}

function loadRepositories() {
  const repositories = new Map();
  for (const type of readdirSync(directory)) {
    for (const owner of readdirSync(join(directory, type))) {
      for (const name of readdirSync(join(directory, type, owner))) {
        const root = join(directory, type, owner, name);
        repositories.set(`${type}/${owner}/${name}`, readdirSync(root).map((branch) => describeRevision(join(root, branch), branch)));
      }
    }
  }
  return repositories;
}

const repositories = loadRepositories();

class NotFound extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function findRevision(type, id, revision) {
  const revisions = repositories.get(`${type}/${id}`);
  if (!revisions) throw new NotFound("RepoNotFound", `no repository ${type}/${id}`);
  const found = revisions.find(({ branch, commit }) => revision === commit || branch === (revision === "HEAD" ? "main" : revision));
  if (!found) throw new NotFound("RevisionNotFound", `no revision ${revision} of ${id}`);
  return found;
}

function shown({ absolute, ...entry }, revision, expand) {
  return expand ? { ...entry, lastCommit: { id: revision.commit, title: "Add files", date: COMMIT_DATE } } : entry;
}

function sendJson(response, value, status = 200, headers = {}) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": body.length, ...headers });
  response.end(body);
}

function sendInfo(response, id, revision) {
  sendJson(response, {
    _id: digest("sha1", id).slice(0, 24), id, sha: revision.commit, private: false, gated: false, downloads: 0, likes: 0,
    lastModified: COMMIT_DATE, siblings: revision.entries.filter(({ type }) => type === "file").map(({ path }) => ({ rfilename: path })),
  });
}

function sendTree(response, revision, below, query) {
  const prefix = below ? `${below}/` : "";
  const recursive = query.get("recursive") === "true";
  const listed = revision.entries.filter(({ path }) => path.startsWith(prefix) && (recursive || !path.slice(prefix.length).includes("/")));
  sendJson(response, listed.map((entry) => shown(entry, revision, query.get("expand") === "true")));
}

async function sendPathsInfo(request, response, revision) {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { paths, expand } = JSON.parse(body);
  sendJson(response, revision.entries.filter(({ path }) => paths.includes(path)).map((entry) => shown(entry, revision, expand)));
}

function sendFile(request, response, revision, path) {
  const entry = revision.entries.find((one) => one.type === "file" && one.path === path);
  if (!entry) throw new NotFound("EntryNotFound", `no file ${path}`);
  const headers = {
    "content-type": "application/octet-stream", "accept-ranges": "bytes", "x-repo-commit": revision.commit,
    etag: `"${entry.lfs?.oid ?? entry.oid}"`, "content-length": entry.size,
  };
  if (entry.lfs) Object.assign(headers, { "x-linked-etag": `"${entry.lfs.oid}"`, "x-linked-size": entry.lfs.size });
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  let from = 0;
  let to = entry.size - 1;
  if (range) {
    from = Number(range[1]);
    to = Math.min(to, range[2] ? Number(range[2]) : to);
    Object.assign(headers, { "content-range": `bytes ${from}-${to}/${entry.size}`, "content-length": to - from + 1 });
  }
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === "HEAD" || to < from) response.end();
  else createReadStream(entry.absolute, { start: from, end: to }).pipe(response);
}

async function answer(request, response) {
  const url = new URL(request.url, "http://127.0.0.1");
  const parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
  if (parts[0] === "api") {
    const [, type, owner, name, verb, revisionName, ...rest] = parts;
    const revision = findRevision(type, `${owner}/${name}`, revisionName);
    if (verb === "revision") return sendInfo(response, `${owner}/${name}`, revision);
    if (verb === "tree") return sendTree(response, revision, rest.join("/"), url.searchParams);
    if (verb === "paths-info" && request.method === "POST") return sendPathsInfo(request, response, revision);
  } else {
    const type = parts[0] === "datasets" ? parts.shift() : "models";
    const [owner, name, verb, revisionName, ...path] = parts;
    if (verb === "resolve") return sendFile(request, response, findRevision(type, `${owner}/${name}`, revisionName), path.join("/"));
  }
  throw new NotFound("NotFound", `no route ${request.method} ${url.pathname}`);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const status = error instanceof NotFound ? 404 : 500;
    sendJson(response, { error: error.message }, status, { "x-error-code": error.code ?? "Internal", "x-error-message": error.message });
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log(`HUB_URL=http://127.0.0.1:${server.address().port}`));
process.on("SIGTERM", () => process.exit(0));
