using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Pushing;

/// <summary>A cache that was staged, and changed on scratch and perhaps in the source since; and what must be left of it whatever was killed or failed.</summary>
internal sealed class PushScene
{
    private const long Then = 1_600_000_000;
    private const long Later = 1_700_000_000;

    private readonly StagedCache _cache;
    private readonly TreeState _source;
    private readonly TreeState _staged;

    private PushScene(StagedCache cache)
    {
        _cache = cache;
        foreach (var part in (string[])["source", "scratch"])
            Tool.Run("cp", ["-a", cache.Tree[part], cache.Tree[$"saved-{part}"]]).OrThrow();
        _source = TreeState.Of(cache.Tree["source"]);
        _staged = TreeState.Of(cache.Staged);
    }

    private string Unpushed => Path.Combine(_cache.CacheRoot, $".{StagedCache.Variable}.unpushed");

    private string Kept => Path.Combine(_cache.CacheRoot, $".{StagedCache.Variable}.kept");

    /// <summary>Few entries of every kind: few calls to stop at.</summary>
    public static PushScene Small(StagedCache cache, bool withConflicts)
    {
        foreach (var (name, size) in (ReadOnlySpan<(string, int)>)[("edited", 3000), ("d/replaced", 5000), ("d/stays", 100), ("both", 2000), ("d/both", 700)])
            Write(cache, $"source/{name}", size, Then);
        cache.Tree.Symlink("source/link", "d/stays");
        cache.Tree.SetTime("source/link", Then);
        cache.Run("sync").OrThrow();
        Write(cache, $"{Below(cache)}/edited", 3000, Later);
        Write(cache, $"{Below(cache)}/d/replaced", 300_000, Later + 1);
        Write(cache, $"{Below(cache)}/d/new", 4000, Later + 2);
        Write(cache, $"{Below(cache)}/new/directory/file", 10, Later + 3);
        File.Delete(Path.Combine(cache.Staged, "link"));
        cache.Tree.Symlink($"{Below(cache)}/link", "d/new");
        cache.Tree.SetTime($"{Below(cache)}/link", Later);
        if (withConflicts)
            foreach (var name in (string[])["both", "d/both"])
            {
                Write(cache, $"source/{name}", 2100, Later + 5);
                Write(cache, $"{Below(cache)}/{name}", 2200, Later + 6);
            }
        return new PushScene(cache);
    }

    /// <summary>Hundreds of files, of which a third was changed on scratch; small and large ones, new directories, conflicts.</summary>
    public static PushScene Large(StagedCache cache, int seed, int files)
    {
        new RandomTree(cache.Tree, "source", seed).Add(files);
        cache.Run("sync").OrThrow();
        var random = new Random(seed);
        var i = 0;
        foreach (var (path, facts) in TreeState.Of(cache.Staged).Files.Where(entry => entry.Value.Type == 'f').OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            i++;
            if (i % 3 == 0) Write(cache, $"{Below(cache)}/{path}", random.Next(20_000), Later + i);
            if (i % 24 == 0) Write(cache, $"source/{path}", random.Next(20_000), Later + i - 5);
        }
        for (; i % 100 > 0; i++) Write(cache, $"{Below(cache)}/new{i % 7}/directory/f{i}", i % 20 == 0 ? 8_000_000 : random.Next(5000), Later + i);
        return new PushScene(cache);
    }

    /// <summary>Both trees as they were.</summary>
    public void Restore()
    {
        foreach (var part in (string[])["source", "scratch"])
            Tool.Bash("find \"$1\" -mindepth 1 -delete; cp -a \"$2/.\" \"$1\"", _cache.Tree[part], _cache.Tree[$"saved-{part}"]).OrThrow();
    }

    /// <summary>No final name has bytes that were not written for it, no name of the source is gone, and no version of anything either.</summary>
    public void CheckWreck(string label)
    {
        var source = TreeState.Of(_cache.Tree["source"]);
        foreach (var (path, found) in source.Files)
        {
            var conflict = path.LastIndexOf(".conflict-", StringComparison.Ordinal);
            var isKnown = IsVersion(_source, path, found) || IsVersion(_staged, path, found) || (conflict > 0 && IsVersion(_staged, path[..conflict], found));
            Assert.True(isKnown, $"{label}: {path} ({found.Size} bytes) is no version of it");
        }
        foreach (var path in _source.Entries.Keys) Assert.True(source.Entries.ContainsKey(path), $"{label}: {path} is gone from the source");
        var staged = TreeState.Of(_cache.Staged);
        foreach (var (path, facts) in _staged.Entries)
            Assert.True(staged.Entries.TryGetValue(path, out var found) && found.SameContents(facts), $"{label}: {path} on scratch is not what it was");
        CheckVersions(source, staged, label);
    }

    /// <summary>True when the source has all that scratch has.</summary>
    public bool IsPushed()
    {
        var source = TreeState.Of(_cache.Tree["source"]);
        return _staged.Entries.All(entry => source.Entries.TryGetValue(entry.Key, out var found) && found.SameContents(entry.Value));
    }

    /// <summary>The same command ends well, a sync then exports, and both sides are the same.</summary>
    public void Finish(string label, params string[] command)
    {
        _cache.AgeLeftovers();
        var result = _cache.Run(command);
        Assert.True(result.ExitCode == 0, $"{label}: the next run: {result}");
        Assert.False(File.Exists(Unpushed), $"{label}: still on the list");
        CheckSynced(label);
    }

    /// <summary>A sync alone finishes the push, if that had begun: else it is no business of a sync, and the same command does it.</summary>
    /// <returns>True if a sync did it.</returns>
    public bool FinishBySync(string label)
    {
        if (!File.Exists(Unpushed))
        {
            Finish(label, "push");
            return false;
        }

        _cache.AgeLeftovers();
        CheckSynced(label);
        Assert.True(IsPushed(), $"{label}: the sync did not finish the push");
        var again = _cache.Run("push");
        Assert.True(again.ExitCode == 0 && again.Stderr.Contains("nothing to push", StringComparison.Ordinal), $"{label}: {again}");
        return true;
    }

    private void CheckSynced(string label)
    {
        var result = _cache.Run("sync", "--force");
        Assert.True(result.ExitCode == 0, $"{label}: the sync: {result}");
        _cache.AssertExport(result, expected: true, label);
        // Temporary files of a killed push stay in the source for an hour.
        var differences = RsyncOracle.Differences(_cache.Tree["source"], _cache.Staged, $"--exclude={TreeState.TemporaryPrefix}*");
        Assert.True(differences is [], $"{label}: {string.Join('\n', differences)}");
        Assert.True(_cache.Leftovers() is [], $"{label}: left over: {string.Join(' ', _cache.Leftovers())}");
        CheckVersions(TreeState.Of(_cache.Tree["source"]), TreeState.Of(_cache.Staged), label);
    }

    /// <summary>What scratch had, and what the source had where scratch did not build on it, is somewhere.</summary>
    private void CheckVersions(TreeState source, TreeState staged, string label)
    {
        var there = source.Files.Concat(staged.Files).Concat(TreeState.Of(Kept).Files).Select(entry => entry.Value.Content).ToHashSet();
        foreach (var (path, facts) in _staged.Files.Concat(_source.Files.Where(entry => entry.Key.EndsWith("both", StringComparison.Ordinal))))
            Assert.True(there.Contains(facts.Content), $"{label}: a version of {path} is gone");
    }

    private static bool IsVersion(TreeState state, string path, FileFacts found) => state.Entries.TryGetValue(path, out var version) && version.SameContents(found);

    private static string Below(StagedCache cache) => Path.GetRelativePath(cache.Tree.Path, cache.Staged);

    /// <summary>As most programs do: a new file that takes the name.</summary>
    private static void Write(StagedCache cache, string name, int size, long second)
    {
        cache.Tree.WriteRandom($"{name}.new", size, (int)(second % 1_000_000) + size + (name.StartsWith("source", StringComparison.Ordinal) ? 1 : 0));
        cache.Tree.SetTime($"{name}.new", second, 123_456_789);
        File.Move(cache.Tree[$"{name}.new"], cache.Tree[name], overwrite: true);
    }
}
