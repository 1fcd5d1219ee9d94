using System.Text;
using Ferry.Core.Walking;
using Ferry.Testing;
using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

public class RsyncFilterTests
{
    [Theory]
    [InlineData("*.tmp", "- *.tmp")]
    [InlineData("/a/b", "- /a/b")]
    [InlineData("a/b", "- /a/b")]
    [InlineData("cache/", "- cache/")]
    [InlineData("!keep", "+ keep")]
    [InlineData("a/**", "- /a/**")]
    [InlineData("a/**/b", "- /a/b", "- /a/**/b")]
    [InlineData("\\#x", "- #x")]
    [InlineData("\\#*", "- #*")]
    [InlineData("\\*x", "- \\*x")]
    [InlineData("a\\[?", "- a\\[?")]
    public void A_pattern_is_said_in_rsyncs_words(string pattern, params string[] rules)
    {
        Assert.Equal(["- .ferry-tmp-*", .. rules], Rules(pattern));
    }

    [Theory]
    [InlineData("a**/b")]
    [InlineData("[[:alpha:]]x")]
    [InlineData("a[")]
    [InlineData("a\\")]
    public void What_has_no_equal_is_refused_by_name(string pattern)
    {
        var error = Assert.Throws<IgnorePatternException>(() => Rules(pattern));
        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
        Assert.Contains("rsync", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_rule_of_git_is_the_first_of_rsync() =>
        Assert.Equal(["- .ferry-tmp-*", "+ b", "- *"], Rules("*\n!b"));

    [RequiresFact("rsync")]
    public void Rsync_sees_what_our_own_walk_sees()
    {
        var random = new Random(4);
        using var tree = new TempTree();
        foreach (var path in Paths(random, 150))
        {
            Fill(tree, path);
        }

        var compared = 0;
        for (var round = 0; round < LongRun.Count(25, 1000); round++)
        {
            var text = string.Join('\n', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern(random)));
            var patterns = IgnorePatterns.Parse(Encoding.UTF8.GetBytes(text));
            byte[] rules;
            try
            {
                rules = RsyncFilter.Translate(patterns);
            }
            catch (IgnorePatternException)
            {
                continue;
            }

            compared++;
            var listed = Tool.Run("rsync", ["-a", "-n", "--from0", "--exclude-from=-", "--out-format=%n", tree["src/"], tree["none/"]], new ToolOptions { Stdin = rules })
                .OrThrow().Lines.Where(static line => line != "./" && !line.StartsWith("created ", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            var walked = Walk(tree["src"], "", patterns).Order(StringComparer.Ordinal).ToArray();
            Assert.True(walked.SequenceEqual(listed), $"patterns:\n{text}\nrsync: {string.Join(' ', listed)}\nferry: {string.Join(' ', walked)}");
        }

        Assert.True(compared > 20, $"only {compared} sets of patterns could be translated");
    }

    private static string[] Rules(string patterns) =>
        Encoding.UTF8.GetString(RsyncFilter.Translate(IgnorePatterns.Parse(Encoding.UTF8.GetBytes(patterns)))).TrimEnd('\0').Split('\0');

    private static string Pattern(Random random)
    {
        string[] pieces = ["a", "b", "ab", "*", "?", "**", "[ab]", "[!a]", "\\*", "*b", "a*", "a?", "c\\d"];
        var names = Enumerable.Range(0, random.Next(1, 4)).Select(_ => pieces[random.Next(pieces.Length)]);
        return (random.Next(4) == 0 ? "!" : "") + (random.Next(3) == 0 ? "/" : "") + string.Join('/', names) + (random.Next(4) == 0 ? "/" : "");
    }

    private static IEnumerable<string> Paths(Random random, int count)
    {
        string[] names = ["a", "b", "ab", "ba", "aab", "c", "cd", "x[a]", "st*r"];
        return Enumerable.Range(0, count).Select(_ =>
            string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => names[random.Next(names.Length)])));
    }

    /// <summary>Makes a file, or leaves it where one of its directories is a file already.</summary>
    private static void Fill(TempTree tree, string path)
    {
        var target = tree["src/" + path];
        for (var parent = Path.GetDirectoryName(target)!; parent.Length > tree.Path.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (File.Exists(parent))
            {
                return;
            }
        }

        if (!Directory.Exists(target))
        {
            tree.Write("src/" + path);
        }
    }

    /// <summary>What a walk that does not enter ignored directories finds.</summary>
    private static IEnumerable<string> Walk(string root, string below, IgnorePatterns patterns)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path.Combine(root, below)))
        {
            var relative = Path.GetRelativePath(root, entry);
            var isDirectory = Directory.Exists(entry);
            if (patterns.IsIgnored(Encoding.UTF8.GetBytes(relative), isDirectory))
            {
                continue;
            }

            yield return isDirectory ? relative + "/" : relative;
            foreach (var inside in isDirectory ? Walk(root, relative, patterns) : [])
            {
                yield return inside;
            }
        }
    }
}
