using System.Security.Cryptography;
using System.Text;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using static Ferry.Workloads.Tests.HuggingFace.HubNames;

namespace Ferry.Workloads.Tests.HuggingFace.Cache;

/// <summary>The hub's own client reads, without a hub, what Ferry has written.</summary>
public sealed class HubClientTests : IDisposable
{
    private readonly TempTree _home = new();

    public void Dispose() => _home.Dispose();

    [RequiresFact("node", "npm-packages")]
    public void The_client_finds_every_file_and_ref_in_what_was_written()
    {
        var expected = new List<string>();
        using (var writer = HubCacheWriter.Open(_home["hub"]))
        {
            foreach (var id in (RepoId[])[Repo("org/name"), Repo("org/name", RepoType.Dataset), Repo("single", RepoType.Space)])
            {
                var repo = writer.OpenRepo(id);
                foreach (var digit in "ab")
                {
                    Write(repo, id, Commit(digit), "README.md", Git($"readme {digit} {id}"), $"readme {digit} {id}", expected);
                    Write(repo, id, Commit(digit), "deep/er/model.bin", Lfs("weights"), "weights", expected);
                }
                repo.WriteRef(Ref("main"), Commit('a'));
                repo.WriteRef(Ref("refs/pr/1"), Commit('b'));
                // The client does not list nested refs.
                expected.Add($"ref {id.Type.ToWord()}s/{id.Name}/main {Commit('a')}");
            }
        }
        var script = Repository.File("tests", "node", "hf-read.mjs");
        var read = Tool.Run("node", [script], new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HF_HOME"] = _home.Path, ["HOME"] = _home.Path } });
        Assert.Equal(expected.Order(StringComparer.Ordinal), read.OrThrow().Lines.Order(StringComparer.Ordinal));
    }

    private static void Write(RepoWriter repo, RepoId id, Revision commit, string path, BlobName name, string content, List<string> expected)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        if (!repo.HasBlob(name, bytes.Length))
        {
            using var blob = repo.CreateBlob(name);
            RandomAccess.Write(blob.File, bytes, 0);
            blob.Commit();
        }
        repo.LinkFile(commit, Path(path), name);
        expected.Add($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {id.Type.ToWord()}s/{id.Name}@{commit}/{path}");
    }
}
