// hf-ask.mjs REPO PATH... - asks a hub with its own client what programs ask: facts of a repository, its listing, and files.
//
// REPO is <owner>/<name>, with datasets/ or spaces/ before it. HF_ENDPOINT is the hub. Prints a line for each answer.
import { createHash } from "node:crypto";
import { datasetInfo, downloadFile, fileDownloadInfo, fileExists, listFiles, modelInfo, pathsInfo, spaceInfo } from "@huggingface/hub";

const hubUrl = process.env.HF_ENDPOINT;
const [repo, ...paths] = process.argv.slice(2);
const [name, ask] = repo.startsWith("datasets/") ? [repo.slice(9), datasetInfo] : repo.startsWith("spaces/") ? [repo.slice(7), spaceInfo] : [repo, modelInfo];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const info = await ask({ name, hubUrl, additionalFields: ["sha"] });
console.log(`info ${info.name} ${info.sha} private=${info.private}`);

for await (const entry of listFiles({ repo, hubUrl, recursive: true, expand: true })) {
  console.log(`entry ${entry.type} ${entry.path} ${entry.size} ${entry.lfs?.oid ?? (entry.type === "file" ? entry.oid : "-")} ${entry.lastCommit.id}`);
}

for (const path of paths) {
  if (!(await fileExists({ repo, path, hubUrl }))) {
    console.log(`none ${path} ${await fileDownloadInfo({ repo, path, hubUrl })} ${(await pathsInfo({ repo, paths: [path], hubUrl })).length}`);
    continue;
  }
  const found = await fileDownloadInfo({ repo, path, hubUrl });
  const [facts] = await pathsInfo({ repo, paths: [path], hubUrl });
  const blob = await downloadFile({ repo, path, hubUrl });
  const bytes = Buffer.from(await blob.arrayBuffer());
  const end = Buffer.from(await blob.slice(Math.max(0, blob.size - 3), blob.size).arrayBuffer());
  console.log(`file ${path} ${found.size} ${found.etag} ${found.xet === undefined} ${facts.size} ${sha256(bytes)} ${blob.size === 0 || bytes.subarray(-3).equals(end)}`);
}
