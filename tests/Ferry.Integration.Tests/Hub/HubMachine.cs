using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>Somebody's machine with a cache of the hub, on which ferry runs in bash as the older tool's users call it.</summary>
internal sealed class HubMachine : IDisposable
{
    /// <summary>The commit of each repository that is made.</summary>
    public const string Commit = "26bca36bde8333b5d7f72e9ed20ccda6a618af24";

    /// <summary>Holds <c>home</c> and <c>work</c>.</summary>
    public TempTree Tree { get; } = new();

    /// <summary>The working directory of scripts.</summary>
    public string Work => Tree.MakeDirectory("work");

    /// <summary>The hub's cache.</summary>
    public string Cache => Tree["home/.cache/huggingface/hub"];

    /// <summary>Makes a repository that the hub is known to have made public.</summary>
    /// <param name="folder">Its folder: <c>models--org--name</c>.</param>
    /// <param name="files">Path and content of its files.</param>
    public void MakeRepo(string folder, params (string Path, string Content)[] files)
    {
        var repo = $"home/.cache/huggingface/hub/{folder}";
        foreach (var (path, content) in files)
        {
            var blob = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Tree.Write($"{repo}/blobs/{blob}", content);
            Tree.Symlink($"{repo}/snapshots/{Commit}/{path}", $"../../blobs/{blob}");
        }

        Tree.Write($"{repo}/refs/main", Commit);
        Tree.Write($"{repo}/.ferry.json", $$"""{"visibility":"public","checked":"{{DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}}"}""");
    }

    /// <summary>Runs lines of bash, to the first that fails; <c>ferry</c> is on the PATH, and the hub is not asked.</summary>
    public ToolResult Bash(string script, params (string Name, string Value)[] variables)
    {
        var bin = Tree.MakeDirectory("bin");
        if (!Tree.Exists("bin/ferry")) File.CreateSymbolicLink(Tree["bin/ferry"], FerryBinary.Path);
        var env = new Dictionary<string, string?>
        {
            ["HOME"] = Tree.MakeDirectory("home"), ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}", ["HF_HUB_OFFLINE"] = "1",
        };
        foreach (var (name, value) in variables) env[name] = value;
        var file = Tree.Write("script", "set -e\nshopt -s expand_aliases\n" + script);
        return Tool.Run("bash", ["--norc", "--noprofile", file], new ToolOptions { CleanEnv = true, Env = env, Cwd = Work });
    }

    public void Dispose() => Tree.Dispose();
}
