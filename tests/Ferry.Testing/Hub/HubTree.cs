using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ferry.Testing.Hub;

/// <summary>A cache of the hub, written by hand as its clients leave one: <c>&lt;home&gt;/hub</c>. What is in it is known, to be compared with what clients read.</summary>
/// <param name="home">What HF_HOME is.</param>
public sealed class HubTree(string home)
{
    private readonly List<string> _facts = [];

    /// <summary>The cache.</summary>
    public string Hub => Directory.CreateDirectory(Path.Join(home, "hub")).FullName;

    /// <summary>What the hub's client is to find: lines as tests/node/hf-read.mjs prints them, sorted.</summary>
    public IReadOnlyList<string> Facts => [.. _facts.Order(StringComparer.Ordinal)];

    /// <summary>The name that git gives a content.</summary>
    public static string GitName(ReadOnlySpan<byte> content)
    {
        byte[] all = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content];
#pragma warning disable CA5350 // It is the name that git gives.
        return Convert.ToHexStringLower(SHA1.HashData(all));
#pragma warning restore CA5350
    }

    /// <summary>The name that LFS gives a content.</summary>
    public static string LfsName(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Adds a file to a snapshot.</summary>
    /// <param name="repo">As the client names it: <c>models/org/name</c>.</param>
    /// <param name="commit">40 hexadecimal digits.</param>
    /// <param name="path">In the repository.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="isLfs">Whether SHA-256 is its name, else it is git's.</param>
    public HubTree Add(string repo, string commit, string path, ReadOnlySpan<byte> content, bool isLfs = false)
    {
        var folder = Folder(repo);
        var name = isLfs ? LfsName(content) : GitName(content);
        var blob = Path.Join(Directory.CreateDirectory(Path.Join(folder, "blobs")).FullName, name);
        if (!File.Exists(blob))
            File.WriteAllBytes(blob, content);
        var link = Path.Join(folder, "snapshots", commit, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        _facts.Add($"{Convert.ToHexStringLower(SHA256.HashData(content))}  {repo}@{commit}/{path}");
        return this;
    }

    /// <summary>Makes a ref; the client tells only of those without a slash.</summary>
    public HubTree Ref(string repo, string name, string commit)
    {
        var path = Path.Join(Folder(repo), "refs", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, commit);
        if (!name.Contains('/', StringComparison.Ordinal))
            _facts.Add($"ref {repo}/{name} {commit}");
        return this;
    }

    /// <summary>Writes down that the hub said now that everybody may have the repository.</summary>
    public HubTree MarkPublic(string repo)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Join(Folder(repo), ".ferry.json"), $$"""{"visibility":"public","checked":"{{now}}"}""");
        return this;
    }

    /// <summary>What the hub's own client finds in the cache of a home, without asking any server. Needs <c>npm-packages</c>.</summary>
    public static IReadOnlyList<string> ReadByClient(string home)
    {
        var env = new Dictionary<string, string?> { ["HF_HOME"] = home, ["HOME"] = home };
        var read = Tool.Run("node", [Repository.File("tests", "node", "hf-read.mjs")], new ToolOptions { CleanEnv = true, Env = env });
        return [.. read.OrThrow().Lines.Where(static line => line.Length > 0)];
    }

    private string Folder(string repo) => Directory.CreateDirectory(Path.Join(Hub, repo.Replace("/", "--", StringComparison.Ordinal))).FullName;
}
