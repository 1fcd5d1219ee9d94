// hf-download.mjs REPO@REVISION... - downloads snapshots with the hub's own client, as a user's program does.
//
// REPO is models/<owner>/<name> or datasets/<owner>/<name>. HF_ENDPOINT is the hub, HF_HOME the cache.
// Prints the path of each snapshot.
import { snapshotDownload } from "@huggingface/hub";

console.debug = console.error; // The client reports each file on stdout.

for (const argument of process.argv.slice(2)) {
  const [name, revision = "main"] = argument.split("@");
  console.log(await snapshotDownload({ repo: name.replace(/^models\//, ""), revision, hubUrl: process.env.HF_ENDPOINT }));
}
