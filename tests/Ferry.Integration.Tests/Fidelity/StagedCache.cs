using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>One cache of one user: its source, its staged tree, and the judgement of both.</summary>
internal sealed class StagedCache : IDisposable
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "TEST_CACHE";

    private readonly FerryUser _user;
    private readonly int? _userId;

    /// <param name="onDisk">Source and scratch on the disk's file system rather than in memory.</param>
    /// <param name="more">Further top-level YAML.</param>
    /// <param name="userId">Runs ferry as this user, who then owns home and scratch; null for the tester.</param>
    public StagedCache(bool onDisk = false, string more = "", int? userId = null)
    {
        _user = new FerryUser(onDisk);
        _userId = userId;
        Source = Tree.MakeDirectory("source");
        Root = Tree.MakeDirectory("scratch/.cache/ferry");
        Tree.Chmod("scratch/.cache", "700");
        Tree.Chmod("scratch/.cache/ferry", "700");
        _user.ConfigureCaches([(Variable, Source)], more);
        if (userId is { } id) Tool.Run("chown", ["-R", $"{id}:{id}", Tree.Path]).OrThrow();
    }

    public TempTree Tree => _user.Tree;

    public string Source { get; }

    /// <summary>The cache root: manifest, marker and lock lie here.</summary>
    public string Root { get; }

    public string Target => $"{Root}/{Variable}";

    public string Marker => $"{Root}/.{Variable}.synced";

    public string Manifest => $"{Root}/.{Variable}.manifest";

    /// <summary>The line that a complete cache is exported by.</summary>
    public string Export => $"export {Variable}={Target}";

    /// <summary>Runs <c>ferry sync</c>.</summary>
    public ToolResult Sync(params string[] options) => Run(["sync", .. options]);

    /// <summary>Runs ferry.</summary>
    public ToolResult Run(params string[] args) => _userId is { } id
        ? NormalUser.Run(id, args, new Dictionary<string, string?> { ["HOME"] = Tree["home"] })
        : _user.Run(args);

    /// <summary>Syncs and demands that the staged tree is the source for rsync, links included, and is exported.</summary>
    public ToolResult SyncAndCompare(params string[] options)
    {
        var result = Sync(options).OrThrow();
        Assert.Equal(Export, result.Text.TrimEnd('\n'));
        AssertEqualTrees(Source, Target);
        return result;
    }

    /// <summary>As every later sync of a mirror: compare with the source even if fresh, and remove what is gone.</summary>
    public ToolResult MirrorAndCompare() => SyncAndCompare("--force", "--delete");

    /// <summary>Demands that a sync fails and exports nothing; the result is for closer looks at its messages.</summary>
    public ToolResult SyncFails(params string[] options)
    {
        var result = Sync(options);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Text);
        Assert.False(File.Exists(Marker), "a failed sync leaves no marker");
        return result;
    }

    public static void AssertEqualTrees(string source, string target)
    {
        Assert.Empty(RsyncOracle.Differences(source, target));
        // rsync says nothing of names that are linked on the target alone.
        Assert.Equal(HardLinks(source), HardLinks(target));
    }

    /// <summary>The names that belong together, one group on a line.</summary>
    public static string[] HardLinks(string root)
    {
        var found = Tool.Run("find", [root, "-type", "f", "-links", "+1", "-printf", "%i\\t%P\\0"]).OrThrow();
        return [.. Encoding.Latin1.GetString(found.Stdout).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('\t', 2))
            .GroupBy(static pair => pair[0], static pair => pair[1])
            .Where(static group => group.Count() > 1)
            .Select(static group => string.Join(" = ", group.Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Inode numbers by name: tell whether a file was written again.</summary>
    public static long Inode(string path) =>
        long.Parse(Tool.Run("stat", ["-c", "%i", path]).OrThrow().Text, System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => _user.Dispose();
}
