using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Manifests;
using Ferry.Core.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Sums;

/// <summary>What Ferry writes the tools accept, and what they write Ferry reads.</summary>
public sealed class SumToolTests : IDisposable
{
    private readonly TempTree _tree = new();

    private static byte[][] Readable => [.. HardNames.Encoded(HardNames.Utf8)];

    private static byte[][] All => [.. Readable, .. HardNames.Encoded(HardNames.CarriageReturns), .. HardNames.Bytes];

    public void Dispose() => _tree.Dispose();

    [RequiresFact("sha256sum")]
    public void Sha256sum_accepts_our_manifest_of_any_names_and_we_accept_its()
    {
        foreach (var files in Trees(All, utf8: false))
        {
            Assert.Equal(files.Count, Check("sha256sum", Ours(files, DigestAlgorithm.Sha256)));
            AssertSame(files, Theirs("sha256sum"), DigestAlgorithm.Sha256);
            AssertSame(files, Theirs("sha256sum --tag"), DigestAlgorithm.Sha256);
            AssertSame(files, Theirs("sha256sum -b"), DigestAlgorithm.Sha256);
        }
    }

    [RequiresFact("b3sum")]
    public void B3sum_accepts_our_manifest_of_names_in_utf8_and_we_accept_its()
    {
        foreach (var files in Trees(Readable, utf8: true))
        {
            Assert.Equal(files.Count, Check("b3sum", Ours(files, DigestAlgorithm.Blake3)));
            AssertSame(files, Theirs("b3sum"), DigestAlgorithm.Blake3);
        }
    }

    [RequiresFact("sha256sum")]
    public void Sha256sum_finds_a_file_that_is_not_as_our_manifest_says()
    {
        var files = MakeTree(Readable, 0);
        var manifest = Ours(files, DigestAlgorithm.Sha256);
        _tree.Write([.. "tree/"u8, .. files[^1].Path], "other"u8);
        Assert.NotEqual(0, Tool.Run("sha256sum", ["--quiet", "-c", manifest], new ToolOptions { Cwd = _tree["tree"] }).ExitCode);
    }

    [RequiresFact("b3sum", "grep")]
    public void B3sum_stops_at_a_name_that_is_no_utf8_and_checks_the_others_by_themselves()
    {
        var files = MakeTree([.. Readable, .. HardNames.Bytes], 0);
        var manifest = Ours(files, DigestAlgorithm.Blake3);
        Assert.Contains("UTF-8", Tool.Run("b3sum", ["--quiet", "-c", manifest], new ToolOptions { Cwd = _tree["tree"] }).Stderr, StringComparison.Ordinal);
        var others = Tool.Run("bash", ["-c", "grep -ax '.*' \"$1\" | b3sum -c", "bash", manifest], new ToolOptions { Cwd = _tree["tree"], CleanEnv = true });
        Assert.Equal(0, others.ExitCode);
        Assert.Equal(files.Count(file => Ferry.Core.Linux.PathText.IsUtf8(file.Path)), others.Lines.Count(line => line.EndsWith(": OK", StringComparison.Ordinal)));
    }

    [RequiresFact("b3sum", "sha256sum")]
    public void B3sum_refuses_at_most_the_lines_of_names_with_carriage_returns_and_we_read_its()
    {
        byte[][] returns = [.. HardNames.Encoded(HardNames.CarriageReturns)];
        var files = MakeTree([.. Readable, .. returns], 0);
        var result = Tool.Run("b3sum", ["-c", Ours(files, DigestAlgorithm.Blake3)], new ToolOptions { Cwd = _tree["tree"] });
        // It has an escape for them since 1.5.5.
        var refused = result.ExitCode == 0 ? 0 : returns.Length;
        Assert.Equal(files.Count - refused, Encoding.Latin1.GetString(result.Stdout).Split(": OK\n").Length - 1);
        // At the end of a name it could be the end of a line: only escaped is it clear.
        AssertSame(files, Theirs("sha256sum"), DigestAlgorithm.Sha256);
        AssertSame(MakeTree([.. Readable, .. returns.Where(static name => name[^1] != '\r')], 1), Theirs("b3sum"), DigestAlgorithm.Blake3);
    }

    [Fact]
    public void The_lines_that_the_document_shows_are_those_that_are_written()
    {
        var text = File.ReadAllText(Repository.File("docs", "formats", "sums.md"));
        var shown = text.Split("```text\n")[1].Split("```")[0];
        using var manifest = TreeManifest.Of(_tree["manifest"], [new("empty"u8.ToArray(), []), new("two\nlines"u8.ToArray(), [])]);
        SumWriter.WriteFile(manifest, _tree["SUMS"]);
        Assert.Equal(shown, _tree.ReadText("SUMS"));
    }

    /// <summary>The fixed names, then random ones; each as a tree on disk.</summary>
    private IEnumerable<List<NamedContent>> Trees(byte[][] names, bool utf8)
    {
        yield return MakeTree([.. HardNames.Paths(names)], 0);
        for (var seed = 1; seed <= LongRun.Count(4, 100); seed++)
        {
            var random = new Random(seed);
            yield return MakeTree([.. HardNames.Paths(Enumerable.Range(0, 120).Select(_ => HardNames.Random(random, utf8)).ToArray())], seed);
        }
    }

    private List<NamedContent> MakeTree(byte[][] paths, int seed)
    {
        Tool.Run("rm", ["-rf", "--", _tree["tree"]]).OrThrow();
        var files = new List<NamedContent>();
        foreach (var path in paths.Distinct(EqualityComparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceEqual(b), static a => a.Length)))
        {
            // A name may be a directory of the same tree already, or the other way round.
            if (paths.Any(other => other.AsSpan().StartsWith([.. path, (byte)'/']))) continue;
            var content = Encoding.UTF8.GetBytes($"{seed} {files.Count}");
            _tree.Write([.. "tree/"u8, .. path], content);
            files.Add(new NamedContent(path, content));
        }

        return files;
    }

    /// <summary>Our manifest of the files: its path.</summary>
    private string Ours(List<NamedContent> files, DigestAlgorithm algorithm)
    {
        using var manifest = TreeManifest.Of(_tree["tree.manifest"], files.Select(file => file with { Digest = Hash(file.Content, algorithm) }));
        SumWriter.WriteFile(manifest, _tree["SUMS"]);
        return _tree["SUMS"];
    }

    private static Digest Hash(byte[] content, DigestAlgorithm algorithm)
    {
        var hasher = IContentHasher.Create(algorithm);
        hasher.Append(content);
        return hasher.Finish();
    }

    /// <summary>How many files the tool found right; everything else it says is a failure.</summary>
    private int Check(string tool, string manifest)
    {
        var result = Tool.Run(tool, ["-c", manifest], new ToolOptions { Cwd = _tree["tree"] }).OrThrow();
        Assert.Equal("", result.Stderr);
        return Encoding.Latin1.GetString(result.Stdout).Split(": OK\n").Length - 1;
    }

    private SumFile Theirs(string command) => SumFile.Read(new MemoryStream(Tool.Run(
        "bash", ["-c", $"find . -type f -print0 | xargs -0 {command} --"], new ToolOptions { Cwd = _tree["tree"] }).OrThrow().Stdout), command);

    private static void AssertSame(List<NamedContent> files, SumFile read, DigestAlgorithm algorithm)
    {
        var expected = files.OrderBy(static file => file.Path, TreeManifest.PathOrder).Select(file => $"{Convert.ToHexString(file.Path)} {Hash(file.Content, algorithm).ToHex()}");
        Assert.Equal(expected, Enumerable.Range(0, read.Count).Select(i => $"{Convert.ToHexString(read.PathOf(i))} {read.DigestOf(i).ToHex()}"));
    }
}
