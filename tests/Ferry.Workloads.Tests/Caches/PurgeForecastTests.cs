using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;
using Ferry.Testing;
using Ferry.Workloads.Caches.Purging;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Workloads.Tests.Caches;

public sealed class PurgeForecastTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Files_are_due_when_they_have_the_age()
    {
        using var tree = new TempTree();
        foreach (var (days, size) in new[] { (40, 1), (15, 10), (14, 100), (14, 1_000), (0, 10_000) })
        {
            tree.WriteSparse($"tree/{days}-{size}", size);
            tree.SetTime($"tree/{days}-{size}", s_now.AddDays(-days).ToUnixTimeSeconds());
        }

        var forecast = Forecast(tree, TimeSpan.FromDays(15));
        Assert.Equal((2, 11), (forecast.Overdue.Files, forecast.Overdue.Bytes));
        Assert.Equal([new DayTotals(new DateOnly(2026, 3, 21), 2, 1_100), new DayTotals(new DateOnly(2026, 4, 4), 1, 10_000)], forecast.Days);
        Assert.Equal(1_111, forecast.Until(new DateOnly(2026, 3, 27)).Bytes);
    }

    [Fact]
    public void A_time_at_the_end_of_the_calendar_is_never_due()
    {
        using var tree = new TempTree();
        tree.Write("tree/file", "contents");
        tree.SetTime("tree/file", DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        Assert.Equal(0, Forecast(tree, TimeSpan.FromDays(30)).Overdue.Files);
    }

    private static PurgeForecast Forecast(TempTree tree, TimeSpan age)
    {
        using var root = TreeRoot.Open(tree["tree"]);
        var outline = TreeOutline.Of(root, FileTime.Modified, new TransferLimiters(2, TimeProvider.System).For(root, null), CancellationToken.None);
        return new PurgeForecast([outline], new PurgePolicy(age, PurgeClock.Modification, "a test"), s_now);
    }
}
