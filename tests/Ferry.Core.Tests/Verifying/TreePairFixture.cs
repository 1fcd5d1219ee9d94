using System.Globalization;
using System.Text;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Verifying;

/// <summary>A source tree of random directories, its copy by <c>cp -a</c>, and what a comparison says of them.</summary>
internal sealed class TreePairFixture : IDisposable
{
    public TempTree Tree { get; } = new();

    public static AdaptiveLimiter Limiter() => new(LimiterOptions.Fixed(3), TimeProvider.System);

    /// <summary>Fills the source with directories of one shape and random sizes, named slot0, slot1 ...</summary>
    public void Fill(Random random, int slots)
    {
        Tree.MakeDirectory("source");
        for (var i = 0; i < slots; i++)
        {
            var slot = $"source/{(i % 5 == 0 ? "odd \n\\" : "")}slot{i}";
            Tree.WriteRandom($"{slot}/file", 1 + random.Next(300), i);
            Tree.Symlink($"{slot}/link", i % 2 == 0 ? "file" : "../nowhere");
            Tree.MakeDirectory($"{slot}/directory/empty");
            for (var k = random.Next(4); k >= 0; k--) Tree.WriteRandom($"{slot}/directory/deep/file{k}", random.Next(100), k);
            if (i % 3 == 0) Tree.HardLink($"{slot}/other", $"{slot}/file");
            if (i % 4 == 0) Tree.SetAttribute($"{slot}/file", "user.test", Encoding.UTF8.GetBytes($"value {i}"));
            Tree.SetTime($"{slot}/file", random.Next(), random.Next(1_000_000_000));
            Tree.SetTime($"{slot}/link", random.Next());
            Tree.Chmod($"{slot}/file", Convert.ToString(0x180 + random.Next(128), 8));
        }
    }

    public void Copy() => Tool.Run("cp", ["-a", Tree["source"], Tree["target"]]).OrThrow();

    /// <summary>Gives the directories of the target, where they still are that, the times of the source's.</summary>
    public void RestoreDirectoryTimes() => Tool.Bash(
        "cd \"$1\"; find . -type d -print0 | while read -rd '' d; do if [[ -d $2/$d && ! -L $2/$d ]]; then touch -r \"$d\" \"$2/$d\"; fi; done",
        Tree["source"], Tree["target"]).OrThrow();

    public TreeComparisonReport Compare(IgnorePatterns? excludes = null, int maxShown = TreeComparisonReport.MaxShown)
    {
        using var source = TreeRoot.Open(Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        return TreeComparison.Run(source, target, excludes, Limiter(), new TransferProgress(), default, maxShown);
    }

    /// <summary>A report as lines: "missing PATH FILES BYTES", "extra ...", "differs PATH FACTS".</summary>
    public static string[] Lines(TreeComparisonReport report) =>
    [
        .. report.Missing.Items.Select(static name => Line("missing", name)),
        .. report.Extra.Items.Select(static name => Line("extra", name)),
        .. report.Differing.Items.Select(static entry => $"differs {Encoding.UTF8.GetString(entry.Path)} {entry.Facts}"),
    ];

    public static string Line(string word, TreeName name) =>
        string.Create(CultureInfo.InvariantCulture, $"{word} {Encoding.UTF8.GetString(name.Path)} {name.Kind} {name.Files} {name.Bytes}");

    public void Dispose() => Tree.Dispose();
}
