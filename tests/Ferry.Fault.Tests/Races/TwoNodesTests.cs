using System.Text.Json;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Races;

/// <summary>Two nodes, each with a scratch of its own, push to one source at once. No lock is common to them.</summary>
public sealed class TwoNodesTests(ITestOutputHelper output)
{
    private const int Files = 30;

    [RequiresFact("ferry")]
    public void Of_two_versions_that_are_pushed_at_once_one_arrives_and_the_other_is_named_and_stays()
    {
        var won = new int[2];
        for (var round = 0; round < LongRun.Count(4, 100); round++)
        {
            using var shared = new TempTree();
            shared.MakeDirectory("source/new");
            for (var i = 0; i < Files; i++) shared.Write($"source/f{i}", "staged");
            FerryUser[] nodes = [new(), new()];
            try
            {
                foreach (var node in nodes)
                {
                    node.ConfigureCaches([("CACHE", shared["source"])], "transfer: { jobs: 4 }\n");
                    node.Run("sync").OrThrow();
                }
                for (var i = 0; i < Files; i++)
                    for (var n = 0; n < 2; n++) nodes[n].Tree.Write(Staged(Path(i)), Version(n, i));

                var running = nodes.Select(node => node.Start("push", "--json")).ToArray();
                var results = running.Select(tool => tool.Wait()).ToArray();
                Check(shared, nodes, results, won, $"round {round}");
            }
            finally
            {
                foreach (var node in nodes) node.Dispose();
            }
        }
        output.WriteLine($"the first won {won[0]} files, the second {won[1]}");
    }

    // Half of them were there before, half are new on both nodes.
    private static string Path(int number) => number % 2 == 0 ? $"f{number}" : $"new/f{number}";

    private static string Staged(string path) => $"scratch/.cache/ferry/CACHE/{path}";

    private static string Version(int node, int file) => $"file {file} by node {node}{new string('.', node * 7)}";

    private static void Check(TempTree shared, FerryUser[] nodes, ToolResult[] results, int[] won, string label)
    {
        var remaining = results.Select(result => Remaining(result)).ToArray();
        for (var i = 0; i < Files; i++)
        {
            var found = shared.ReadText($"source/{Path(i)}");
            var winner = found == Version(0, i) ? 0 : 1;
            Assert.True(found == Version(winner, i), $"{label}: {Path(i)} holds '{found}'");
            won[winner]++;
            Assert.False(remaining[winner].Contains(Path(i)), $"{label}: {Path(i)} arrived and is said not to have");
            Assert.True(remaining[1 - winner].Contains(Path(i)), $"{label}: nobody is told that {Path(i)} of node {1 - winner} did not arrive: {results[1 - winner]}");
            for (var n = 0; n < 2; n++) Assert.Equal(Version(n, i), nodes[n].Tree.ReadText(Staged(Path(i))));
        }
        for (var n = 0; n < 2; n++)
            Assert.True(results[n].ExitCode == (remaining[n].Count > 0 ? 1 : 0), $"{label}: {results[n]}");
        Assert.Equal(Files + (Files / 2), shared.Files("source").Length);
    }

    private static HashSet<string> Remaining(ToolResult result)
    {
        using var json = JsonDocument.Parse(result.Stdout);
        return [.. json.RootElement.GetProperty("caches")[0].GetProperty("remaining").EnumerateArray().Select(entry => entry.GetProperty("path").GetString()!)];
    }
}
