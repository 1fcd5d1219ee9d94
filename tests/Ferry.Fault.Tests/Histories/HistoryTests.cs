using Ferry.Core.Pushing;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Ferry.Fault.Tests.Histories;

/// <summary>
/// Random histories of what people do to a source and jobs to its staged tree, between pushes and syncs, against a model (see
/// <see cref="Ledger"/>): nothing that anybody wrote is ever gone, whatever the order.
/// </summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    [RequiresFact("rsync")]
    public void Whatever_is_done_to_both_sides_nothing_that_anybody_wrote_is_lost() =>
        PlayMany(firstSeed: 1, LongRun.Count(150, 5000), static cache => new ToolsInProcess(cache));

    [RequiresFact("ferry", "rsync")]
    public void The_same_holds_for_the_commands() =>
        PlayMany(firstSeed: 1_000_001, LongRun.Count(6, 60), static cache => new ToolsOfBinary(cache));

    private void PlayMany(int firstSeed, int count, Func<StagedCache, ICacheTools> tools)
    {
        var statistics = new Dictionary<string, int>();
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var history = Step.History(seed);
            if (Failure(history, tools, statistics) is null) continue;
            history = Shrink(history, tools);
            var words = new List<string>();
            var failure = Failure(history, tools, [], words);
            Assert.Fail($"seed {seed}: {failure}\n{string.Join('\n', words)}");
        }
        output.WriteLine($"{count} histories: {string.Join(", ", statistics.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
    }

    /// <summary>Leaves out what the failure does not need.</summary>
    private static List<Step> Shrink(List<Step> history, Func<StagedCache, ICacheTools> tools)
    {
        for (var i = history.Count - 1; i >= 0; i--)
        {
            var shorter = history.Where((_, at) => at != i).ToList();
            if (Failure(shorter, tools, []) is not null) history = shorter;
        }
        return history;
    }

    private static string? Failure(List<Step> history, Func<StagedCache, ICacheTools> tools, Dictionary<string, int> statistics, List<string>? words = null)
    {
        using var cache = new StagedCache("jobs: 1");
        try
        {
            new Play(cache, tools(cache), statistics, words ?? []).Run(history);
            return null;
        }
        catch (XunitException e)
        {
            return e.Message;
        }
    }

    private sealed class Play(StagedCache cache, ICacheTools tools, Dictionary<string, int> statistics, List<string> words)
    {
        private readonly TwoTrees _trees = new(cache);

        private Ledger Ledger => field ??= new Ledger(_trees);

        public void Run(List<Step> history)
        {
            foreach (var (path, i) in ((string[])["a", "b", "d/a", "d/e/a"]).Select((path, i) => (path, i)))
                Ledger.Observe(onScratch: false, () =>
                {
                    cache.Tree.Write($"source/{path}", $"first {path}".PadRight(12 + i, '.'));
                    cache.Tree.SetTime($"source/{path}", 1_600_000_000 + i, 7);
                });
            Assert.True(Ledger.Sync(() => tools.Sync(force: true, delete: false)).IsGood, "the first sync");
            foreach (var step in history)
            {
                if (step.IsCommand) RunCommand(step);
                else Ledger.Observe(step.OnScratch, () => words.Add(_trees.Do(step)));
            }
            Finish();
        }

        private void RunCommand(Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Push:
                    Push((ConflictPolicy)(step.Variant % 5), again: step.Path % 2 == 0);
                    break;
                case StepKind.Sync:
                    Say("sync", Ledger.Sync(() => tools.Sync(force: step.Path % 3 > 0, delete: step.Variant % 3 == 0)));
                    break;
                default:
                    var before = Everything();
                    Say("dry run", tools.Push((ConflictPolicy)(step.Variant % 5), dryRun: true));
                    Assert.Equal(before, Everything());
                    break;
            }
        }

        private ToolOutcome Push(ConflictPolicy policy, bool again)
        {
            var outcome = Say($"push {policy}", Ledger.Push(() => tools.Push(policy, dryRun: false), policy));
            if (!again) return outcome;
            var second = Say($"push {policy} again", Ledger.Push(() => tools.Push(policy, dryRun: false), policy));
            Assert.True(second.IsGood == outcome.IsGood, $"another verdict the second time: {string.Join('\n', second.Problems)}");
            Assert.True(second.Files == 0 && (!second.IsGood || second.Outcome == "up-to-date"), $"pushed {second.Files} files again: {second.Outcome}");
            return outcome;
        }

        /// <summary>Everything decided, both sides are the same.</summary>
        private void Finish()
        {
            var policy = (ConflictPolicy)((words.Count % 3) switch { 0 => 1, 1 => 3, _ => 4 });
            while (!Push(policy, again: false).IsGood)
            {
                // What is a directory on one side only: the person decides for the source.
                var (source, staged) = (_trees.Source, _trees.Staged);
                var path = staged.Keys.First(path => source.TryGetValue(path, out var other) && (other == Ledger.Directory) != (staged[path] == Ledger.Directory));
                words.Add($"scratch: remove {path}");
                Ledger.Observe(onScratch: true, () => Tool.Run("rm", ["-r", Path.Combine(cache.Staged, path)]).OrThrow());
            }
            var synced = Say("sync", Ledger.Sync(() => tools.Sync(force: true, delete: true)));
            Assert.True(synced.IsGood, $"after a push that was complete a sync fails: {string.Join('\n', synced.Problems)}");
            // The times of files with equal contents may differ, and modes that a job has changed alone.
            var differences = Tool.Run("rsync",
                ["-rlgoDHXn", "--checksum", "--delete", "--itemize-changes", cache.Tree["source/"], cache.Staged + "/"]).OrThrow().Lines;
            Assert.True(differences is [], $"not the same in the end: {string.Join('\n', differences)}");
            Assert.DoesNotContain(_trees.Source.Keys, path => path.Contains(TreeState.TemporaryPrefix, StringComparison.Ordinal));
        }

        private ToolOutcome Say(string what, ToolOutcome outcome)
        {
            words.Add($"{what}: {(outcome.IsGood ? 0 : 1)}, {outcome.Outcome}, {outcome.Files} files {string.Join("; ", outcome.Problems)}");
            var key = $"{what.Split(' ')[0]} {outcome.Outcome}";
            statistics[key] = statistics.GetValueOrDefault(key) + 1;
            return outcome;
        }

        private string Everything() =>
            Tool.Run("find", [cache.Tree["source"], cache.Tree["scratch"], "-printf", "%p %i %m %s %T@ %C@ %l\n"]).OrThrow().Text;
    }
}
