using Ferry.Core.Pushing;

namespace Ferry.Fault.Tests.Histories;

/// <summary>
/// The model of a history: who has written what, and what of it must still be somewhere. A version of a name must be there until somebody
/// overwrites that name, or removes it where it is not only a copy.
/// </summary>
internal sealed class Ledger(TwoTrees trees)
{
    public const string Directory = "directory";

    private readonly HashSet<(string Path, string Contents)> _owed = [];
    private readonly HashSet<(string Path, string Contents)> _seenInSource = [];

    // A job that removes a staged file and makes another of its name has replaced it.
    private readonly HashSet<(string Path, string Contents)> _removedCopies = [];

    /// <summary>Runs what somebody does to one side, and takes down what he has written and given up.</summary>
    public void Observe(bool onScratch, Action act)
    {
        var before = onScratch ? trees.Staged : trees.Source;
        act();
        var after = onScratch ? trees.Staged : trees.Source;
        var other = onScratch ? trees.Source : trees.Staged;
        foreach (var (path, contents) in before.Where(entry => entry.Value != Directory))
        {
            var now = after.GetValueOrDefault(path);
            var isOnlyACopy = onScratch && now is null && other.GetValueOrDefault(path) == contents;
            if (now == contents) continue;
            if (isOnlyACopy) _removedCopies.Add((path, contents));
            else _owed.ExceptWith([(path, contents), (OriginalOf(path), contents)]);
        }
        foreach (var (path, contents) in after.Where(entry => entry.Value != Directory && before.GetValueOrDefault(entry.Key) != entry.Value))
        {
            _owed.Add((path, contents));
            if (onScratch) _owed.ExceptWith(_removedCopies.Where(version => version.Path == path && version.Contents != contents));
            if (!onScratch) _seenInSource.Add((path, contents));
        }
        var everywhere = Everywhere();
        _owed.RemoveWhere(version => !everywhere.Contains(version.Contents));
    }

    /// <summary>Runs a push and demands what a push promises.</summary>
    public ToolOutcome Push(Func<ToolOutcome> push, ConflictPolicy policy)
    {
        var (source, staged) = (trees.Source, trees.Staged);
        var outcome = push();
        CheckNothingLost();
        var now = trees.Source;
        CheckSource(source, staged, now);
        Assert.Equal(Lines(staged), Lines(trees.Staged).Where(line => staged.ContainsKey(line.Split('\t')[0]) || !line.EndsWith(Directory, StringComparison.Ordinal)));
        Remember(now);
        CheckVerdict(outcome, policy);
        return outcome;
    }

    /// <summary>Runs a sync, which may finish a push first, and demands what a sync promises.</summary>
    public ToolOutcome Sync(Func<ToolOutcome> sync)
    {
        var (source, staged) = (trees.Source, trees.Staged);
        var outcome = sync();
        CheckNothingLost();
        var now = trees.Source;
        CheckSource(source, staged, now);
        Remember(now);
        if (!outcome.IsGood)
        {
            Assert.True(outcome.Problems.Length > 0, "a sync failed and named nothing");
        }
        else if (outcome.Outcome != "fresh")
        {
            var after = trees.Staged;
            foreach (var (path, contents) in now)
                Assert.True(after.TryGetValue(path, out var found) && (found == contents || found == Directory || IsOfAJob(path, found)), $"exported without {path}");
        }
        return outcome;
    }

    /// <summary>Files on scratch that a job has written, that the source has not, and that lie nowhere else either.</summary>
    public string[] OnScratchOnly()
    {
        var (source, kept) = (trees.Source, trees.Kept.Values.ToHashSet());
        return
        [
            .. from entry in trees.Staged
               let path = entry.Key
               where IsOfAJob(path, entry.Value) && source.GetValueOrDefault(path) != entry.Value && !kept.Contains(entry.Value)
                   && !source.Any(other => other.Value == entry.Value && OriginalOf(other.Key) == path)
               select path,
        ];
    }

    private bool IsOfAJob(string path, string contents) => contents != Directory && !_seenInSource.Contains((path, contents));

    private void CheckNothingLost()
    {
        var everywhere = Everywhere();
        foreach (var (path, contents) in _owed)
            Assert.True(everywhere.Contains(contents), $"lost: {contents.TrimEnd('.')}, written as {path}");
    }

    /// <summary>Names stay; only what scratch has under the same name may take a version's place; only that, or a version from a conflict, is new.</summary>
    private static void CheckSource(Dictionary<string, string> before, Dictionary<string, string> staged, Dictionary<string, string> after)
    {
        foreach (var (path, contents) in before)
        {
            Assert.True(after.TryGetValue(path, out var now), $"{path} is gone from the source");
            Assert.True(now == contents || (contents != Directory && staged.GetValueOrDefault(path) == now), $"{path} in the source has become something else");
        }
        foreach (var (path, contents) in after.Where(entry => !before.ContainsKey(entry.Key)))
            Assert.True(
                staged.GetValueOrDefault(path) == contents
                    || staged.GetValueOrDefault(OriginalOf(path)) == contents,
                $"{path} has appeared in the source");
    }

    private void CheckVerdict(ToolOutcome outcome, ConflictPolicy policy)
    {
        var left = OnScratchOnly();
        var named = string.Join('\n', outcome.Problems);
        Assert.True(outcome.IsGood || outcome.Problems.Length > 0, "a push failed and named nothing");
        Assert.True(!outcome.IsGood || left is [], $"exit code 0, but on scratch only: {string.Join(' ', left)}");
        foreach (var path in left)
        {
            var isNamed = outcome.Problems.Any(problem => Above(path).Any(part => problem.Contains($"/source/{part}: ", StringComparison.Ordinal)));
            Assert.True(isNamed, $"{path} is on scratch only and is not named in: {named}");
            Assert.True(policy is ConflictPolicy.Fail or ConflictPolicy.Newer || IsOfTwoKinds(path), $"{path} is not resolved by {policy}: {named}");
        }
        Assert.True(outcome.IsGood || left.Length > 0 || HasDirectoryInTheWay(), $"exit code 1 and nothing is on scratch only: {named}");
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var at = path; at.Length > 0; at = Path.GetDirectoryName(at)!) yield return at;
    }

    /// <summary>A directory on one side and something else on the other, here or above: that is for people to decide.</summary>
    private bool IsOfTwoKinds(string path)
    {
        var source = trees.Source;
        return source.GetValueOrDefault(path) == Directory || Above(path).Skip(1).Any(above => source.GetValueOrDefault(above, Directory) != Directory);
    }

    private bool HasDirectoryInTheWay()
    {
        var source = trees.Source;
        return trees.Staged.Any(entry => source.TryGetValue(entry.Key, out var other) && (entry.Value == Directory) != (other == Directory));
    }

    private void Remember(Dictionary<string, string> source)
    {
        foreach (var (path, contents) in source.Where(entry => entry.Value != Directory))
            _seenInSource.UnionWith([(path, contents), (OriginalOf(path), contents)]);
    }

    /// <summary>The name that a version from a conflict lies beside: who removes it in the source has had it.</summary>
    private static string OriginalOf(string path) => path.LastIndexOf(".conflict-", StringComparison.Ordinal) is var end and > 0 ? path[..end] : path;

    private HashSet<string> Everywhere() => [.. trees.Source.Values, .. trees.Staged.Values, .. trees.Kept.Values];

    private static IEnumerable<string> Lines(Dictionary<string, string> tree) =>
        tree.Select(entry => $"{entry.Key}\t{entry.Value}").Order(StringComparer.Ordinal);
}
