using Ferry.Testing;
using Ferry.Workloads.Caches.History;

namespace Ferry.Workloads.Tests.Caches;

public sealed class CacheHistoryTests : IDisposable
{
    private readonly TempTree _tree = new();
    private readonly CacheHistory _history;

    public CacheHistoryTests() => _history = new CacheHistory(Log);

    private string Log => _tree["state/ferry/history.jsonl"];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void What_is_appended_is_read()
    {
        var entry = Entry(1) with { Host = "eu-g1-017", Job = "4711", Version = "0.1.0", From = "/a \"b\"\n<i>", To = "/ü" };
        Assert.Null(_history.Append([entry, Entry(2)]));
        Assert.Null(_history.Append([Entry(3)]));
        Assert.Equal([entry, Entry(2), Entry(3)], _history.Read());
        Assert.Equal(3, File.ReadAllLines(Log).Length);
    }

    [Fact]
    public void It_is_for_its_user_alone()
    {
        _history.Append([Entry(1)]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Log));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Log)!));
    }

    [Fact]
    public void Without_a_log_there_is_no_history() => Assert.Empty(_history.Read());

    [Fact]
    public void What_cannot_be_written_is_said_and_not_thrown()
    {
        _tree.Write("state", "a file in the directory's place");
        Assert.Contains(_tree["state"], _history.Append([Entry(1)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\"}")]
    [InlineData("{\"time\":\"yesterday\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"<script>\",\"cache\":\"A\",\"outcome\":\"synced\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"../A\",\"outcome\":\"synced\"}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\",\"bytes\":-1}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\",\"bytes\":1e99}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\",\"bytes\":9223372036854775807}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\",\"seconds\":1e99}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\"} more")]
    [InlineData("{\"host\":\"\\ud800\"}")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void A_line_that_is_no_entry_is_skipped(string line)
    {
        _history.Append([Entry(1)]);
        File.AppendAllText(Log, line + "\n");
        _history.Append([Entry(2)]);
        Assert.Equal([Entry(1), Entry(2)], _history.Read());
    }

    [Fact]
    public void Half_a_line_of_a_killed_process_costs_no_other_entry()
    {
        _history.Append([Entry(1), Entry(2)]);
        var whole = File.ReadAllBytes(Log);
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(Log, whole[..length]);
            _history.Append([Entry(3)]);
            Assert.Equal(Entry(3), _history.Read()[^1]);
            Assert.Equal(whole.AsSpan(0, length).Count((byte)'\n') + 1, _history.Read().Count);
        }
    }

    [Fact]
    public void Bytes_of_any_kind_end_in_no_exception()
    {
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(3_000)];
            random.NextBytes(bytes);
            _tree.Write("state/ferry/history.jsonl", bytes);
            Assert.Empty(_history.Read());
        }
    }

    [Fact]
    public void Of_a_log_that_is_far_too_long_the_end_is_read()
    {
        _history.Append([Entry(1)]);
        File.AppendAllText(Log, new string('x', 5 * CacheHistory.MaxBytes) + "\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(_history.Read());
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 5 * CacheHistory.MaxBytes);
        _history.Append([Entry(2)]);
        Assert.Equal([Entry(2)], _history.Read());
    }

    [Fact]
    public void The_oldest_entries_go_when_the_log_is_long()
    {
        var entries = Enumerable.Range(0, 20_000).Select(Entry).ToArray();
        foreach (var some in entries.Chunk(500))
        {
            _history.Append(some);
            Assert.True(new FileInfo(Log).Length <= CacheHistory.MaxBytes);
        }

        var kept = _history.Read();
        Assert.InRange(kept.Count, 2_000, 10_000);
        Assert.Equal(entries[^kept.Count..], kept);
        Assert.Equal(entries[^10..], _history.Read(most: 10));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Log)!));
    }

    [Fact]
    public async Task Many_writers_lose_nothing_and_mix_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++) Assert.Null(_history.Append([Entry((writer * 50) + i)]));
        })));
        Assert.Equal(Enumerable.Range(0, 400).Select(Entry), _history.Read());
    }

    [Fact]
    public void A_link_in_the_logs_place_is_not_followed()
    {
        _tree.Write("elsewhere", "precious");
        _tree.MakeDirectory("state/ferry");
        File.SetUnixFileMode(_tree["state/ferry"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Log, _tree["elsewhere"]);
        Assert.NotNull(_history.Append([Entry(1)]));
        Assert.Equal("precious", _tree.ReadText("elsewhere"));
    }

    private static HistoryEntry Entry(int number) => new()
    {
        At = DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(number), Command = "sync", Cache = "HF_HOME", Outcome = "synced",
        Files = number, Bytes = number * 1_000L, Elapsed = TimeSpan.FromSeconds(number / 8.0),
    };
}
