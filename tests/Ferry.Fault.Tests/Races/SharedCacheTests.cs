using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Races;

/// <summary>
/// Syncs, pushes and prunes of one cache at the same time, while a person edits the source and a job the staged tree, often the same files:
/// with locks that work, that are not there, and that lie.
/// </summary>
public sealed class SharedCacheTests(ITestOutputHelper output)
{
    private const int Files = 40;
    private const string Quiet = "quiet";

    [RequiresTheory("ferry", "rsync", "cc")]
    [InlineData(null)]
    [InlineData("ENOSYS")]
    [InlineData(FlockFault.Granted)]
    public void Nothing_that_anybody_wrote_is_lost_and_no_byte_is_wrong(string? fault)
    {
        var (exported, refused, conflicts) = (0, 0, 0);
        var rounds = LongRun.Count(6, 200);
        for (var round = 0; round < rounds; round++)
        {
            var label = $"{fault ?? "locks"}, round {round}";
            using var cache = new StagedCache("jobs: 2");
            var everybody = WriteFirst(cache);
            cache.Run("sync").OrThrow();
            using var stop = new CancellationTokenSource();
            var work = Work(cache, everybody, round, stop.Token);
            var results = RunAtOnce(cache, fault, round);
            stop.Cancel();
            Task.WaitAll(work);
            foreach (var (command, result) in results)
            {
                AssertEndedWell(cache, command, result, Prunes(round), label);
                exported += command == "sync" && result.ExitCode == 0 ? 1 : 0;
                refused += result.ExitCode;
                conflicts += result.Stderr.Contains("conflict: ", StringComparison.Ordinal) ? 1 : 0;
            }
            AssertNothingLost(cache, everybody, label);
            Reconcile(cache, label);
            AssertNothingLost(cache, everybody, label);
        }
        output.WriteLine($"{fault ?? "locks"}: {rounds} rounds, {exported} syncs exported, {refused} runs ended with 1, {conflicts} of them with conflicts");
        Assert.True(exported >= rounds, "hardly any sync succeeded");
    }

    private static List<TreeWriter> WriteFirst(StagedCache cache)
    {
        var author = new TreeWriter(cache.Tree["source"], cache.Tree.MakeDirectory("author"), "author");
        foreach (var directory in (string[])["a", "b/c", "empty", Quiet]) cache.Tree.MakeDirectory($"source/{directory}");
        for (var i = 0; i < Files; i++) author.Write(PathOf(i));
        for (var i = 0; i < Files; i++) author.Write($"{Quiet}/{i}");
        return [author];
    }

    private static string PathOf(int number) => (number % 3) switch { 0 => $"f{number}", 1 => $"a/f{number}", _ => $"b/c/f{number}" };

    /// <summary>
    /// A person and a job, at work until they are stopped. Each edits files of its own and makes new ones; in every other round they also share
    /// three files of five.
    /// </summary>
    private static Task[] Work(StagedCache cache, List<TreeWriter> everybody, int seed, CancellationToken stop)
    {
        var person = new TreeWriter(cache.Tree["source"], cache.Tree.MakeDirectory("person"), "person");
        var job = new TreeWriter(cache.Staged, cache.Tree.MakeDirectory("job"), "job");
        everybody.AddRange([person, job]);
        return [Task.Run(() => Edit(person, own: 3), CancellationToken.None), Task.Run(() => Edit(job, own: 4), CancellationToken.None)];

        void Edit(TreeWriter writer, int own)
        {
            var random = new Random((seed * 10) + own);
            var shared = seed % 2 * 3;
            while (!stop.IsCancellationRequested)
            {
                var number = random.Next(Files + 10);
                if (number % 5 < shared || number % 5 == own) writer.Write(PathOf(number));
                Thread.Sleep(random.Next(12));
            }
        }
    }

    private static List<(string Command, ToolResult Result)> RunAtOnce(StagedCache cache, string? fault, int seed)
    {
        var random = new Random(seed);
        string[] policies = ["fail", "both", "newer", "scratch", "source"];
        List<string[]> commands =
        [
            ["sync", "--force"], ["sync", "--force"], ["sync", "--force", "--delete"], ["sync"],
            ["push"], ["push", "--conflict", policies[random.Next(policies.Length)]], ["push", "--conflict", policies[random.Next(policies.Length)]],
        ];
        if (Prunes(seed)) commands.AddRange([["prune", "--older-than", "0s", "--yes"], ["prune", "--max", "0", "--older-than", "0s", "--yes"]]);
        var running = commands.OrderBy(_ => random.Next()).Select(command =>
        {
            Thread.Sleep(random.Next(40));
            return (command[0], Tool: FlockFault.Start(cache, fault, command));
        }).ToList();
        return running.ConvertAll(one =>
        {
            using (one.Tool) return (one.Item1, one.Tool.Wait());
        });
    }

    /// <summary>In those rounds what was exported may be gone a moment later.</summary>
    private static bool Prunes(int round) => round % 3 == 2;

    private static void AssertEndedWell(StagedCache cache, string command, ToolResult result, bool mayBePruned, string label)
    {
        Assert.True(result.ExitCode is 0 or 1, $"{label}: {result}");
        Assert.False(result.Stderr.Contains("   at ", StringComparison.Ordinal), $"{label}: {result}");
        Assert.True(result.ExitCode == 0 || result.Stderr.Length > 0, $"{label}: failed without a word");
        if (command != "sync") return;
        cache.AssertExport(result, result.ExitCode == 0, label);
        for (var i = 0; i < Files && result.ExitCode == 0 && !mayBePruned; i++)
            Assert.True(File.Exists(Path.Combine(cache.Staged, Quiet, $"{i}")), $"{label}: exported without {Quiet}/{i}");
    }

    /// <summary>Each file holds a whole version, under the name that it was written for; and each version that nobody knowingly replaced is somewhere.</summary>
    private static void AssertNothingLost(StagedCache cache, List<TreeWriter> everybody, string label)
    {
        var found = new HashSet<string>();
        var kept = Path.Combine(cache.CacheRoot, $".{StagedCache.Variable}.kept");
        foreach (var root in (string[])[cache.Tree["source"], cache.Staged, kept])
        {
            foreach (var path in Directory.Exists(root) ? Directory.GetFiles(root, "*", SearchOption.AllDirectories) : [])
            {
                var name = Path.GetRelativePath(root, path);
                Assert.False(Path.GetFileName(name).StartsWith(TreeState.TemporaryPrefix, StringComparison.Ordinal), $"{label}: left over: {path}");
                var version = TreeWriter.VersionOf(File.ReadAllBytes(path));
                Assert.True(version is not null, $"{label}: {path} is no version");
                Assert.True(root == kept || name.Contains(".conflict-", StringComparison.Ordinal) || TreeWriter.PathOf(version!) == name, $"{label}: {path} holds {version}");
                found.Add(version!);
            }
        }
        var replaced = everybody.SelectMany(writer => writer.Replaced).ToHashSet();
        var lost = everybody.SelectMany(writer => writer.Written).Where(version => !replaced.Contains(version) && !found.Contains(version)).ToArray();
        Assert.True(lost is [], $"{label}: lost: {string.Join(' ', lost)}");
    }

    /// <summary>Once nobody works any more, one push that keeps both versions and one sync make both trees the same.</summary>
    private static void Reconcile(StagedCache cache, string label)
    {
        var push = cache.Run("push", "--conflict", "both");
        Assert.True(push.ExitCode == 0, $"{label}: the last push: {push}");
        var sync = cache.Run("sync", "--force");
        Assert.True(sync.ExitCode == 0, $"{label}: the last sync: {sync}");
        cache.AssertExport(sync, expected: true, label);
        cache.AssertComplete(label);
        Assert.Contains("nothing to push", cache.Run("push").OrThrow().Stderr, StringComparison.Ordinal);
    }
}
