using Ferry.Core.Linux;
using Ferry.Workloads.Caches.History;

namespace Ferry.Cli.Output.Html;

/// <summary>
/// Two charts over one time axis: bytes to scratch (upwards) and back (downwards), summed up in columns; and the rate of each run, on a
/// logarithmic scale.
/// </summary>
internal sealed class HistoryChart
{
    private const int MostColumns = 92;
    private const int FewestColumns = 24;
    private const string Push = "push";

    private static readonly TimeSpan[] s_steps =
    [
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(30),
    ];

    private readonly List<HistoryEntry> _runs;
    private readonly DateTimeOffset _end;
    private readonly TimeSpan _step;
    private readonly int _columns;

    private HistoryChart(IReadOnlyList<HistoryEntry> history, DateTimeOffset now)
    {
        // A line from the future is a clock that was wrong.
        var past = history.Where(run => run.At <= now).ToList();
        var span = past.Count == 0 ? TimeSpan.Zero : now - past[0].At;
        _step = s_steps.FirstOrDefault(step => span / step <= MostColumns, s_steps[^1]);
        _columns = (int)Math.Clamp(Math.Ceiling(span / _step), FewestColumns, MostColumns);
        _end = now;
        _runs = past.FindAll(run => Column(run) >= 0);
    }

    public static void Write(HtmlWriter page, IReadOnlyList<HistoryEntry> history, DateTimeOffset now)
    {
        var chart = new HistoryChart(history, now);
        chart.WriteBytes(page);
        chart.WriteRates(page);
    }

    private int Column(HistoryEntry run) => _columns - 1 - (int)Math.Min((_end - run.At) / _step, 1e6);

    private string Period => _step switch
    {
        { TotalDays: 7 } => "week",
        { TotalDays: 1 } => "day",
        { TotalHours: 1 } => "hour",
        { TotalDays: > 1 } => $"{_step.TotalDays} days",
        _ => $"{_step.TotalHours} hours",
    };

    private string[] Axis => [AxisLabel(_columns), AxisLabel(_columns / 2.0), "now"];

    private string AxisLabel(double columnsAgo)
    {
        var time = (_end - (_step * columnsAgo)).UtcDateTime;
        return _columns * _step < TimeSpan.FromDays(4) ? StatusPage.Time(time)[5..] : StatusPage.Day(time);
    }

    private void WriteBytes(HtmlWriter page)
    {
        var (to, back) = (new long[_columns], new long[_columns]);
        foreach (var run in _runs.Where(static run => run.Command is "sync" or "run" or Push))
        {
            (run.Command == Push ? back : to)[Column(run)] += run.Bytes;
        }

        var (mostTo, mostBack) = (Plot.RoundUp(to.Max()), back.Max() == 0 ? 0 : Plot.RoundUp(back.Max()));
        // One scale in both directions.
        var zero = Plot.Height * mostTo / (mostTo + mostBack);
        page.Write($"<h3>Moved per {Period}</h3>\n<ul class=\"legend\"><li class=\"staged\"><i></i>to scratch</li><li class=\"pushed\"><i></i>pushed back</li></ul>\n");
        var text = $"Bytes moved per {Period}: {ByteText.Of(to.Sum())} to scratch and {ByteText.Of(back.Sum())} back since {Axis[0]}";
        if (mostBack == 0)
        {
            Plot.Begin(page, text, "", ByteText.Of(mostTo), ByteText.Of(mostTo / 2), "0");
        }
        else
        {
            Plot.Begin(page, text, "", ByteText.Of(mostTo), ByteText.Of(mostBack));
            page.Write($"<path class=\"zero\" d=\"M0 {zero}H1000\"/>");
        }

        for (var i = 0; i < _columns; i++)
        {
            if (to[i] > 0)
                Plot.Bar(page, "bring", i, _columns, zero, zero - (Plot.Height * to[i] / (mostTo + mostBack)), $"{AxisLabel(_columns - i)}: {ByteText.Of(to[i])} to scratch");
            if (back[i] > 0)
                Plot.Bar(page, "push", i, _columns, zero, zero + (Plot.Height * back[i] / (mostTo + mostBack)), $"{AxisLabel(_columns - i)}: {ByteText.Of(back[i])} pushed");
        }

        Plot.End(page, Axis);
    }

    private void WriteRates(HtmlWriter page)
    {
        var rated = _runs.Where(static run => run.Rate is not null).ToList();
        var failed = _runs.FindAll(static run => run.IsFailure);
        if (rated.Count == 0 && failed.Count == 0)
        {
            return;
        }

        var (least, most) = rated.Count == 0 ? (0, 1) : ((int)Math.Floor(rated.Min(static run => Math.Log10(run.Rate!.Value))), (int)Math.Ceiling(rated.Max(static run => Math.Log10(run.Rate!.Value))));
        most = Math.Max(most, least + 1);
        page.Write("<h3>Rate of each run</h3>\n<ul class=\"legend\"><li class=\"dot sync\"><i></i>sync</li><li class=\"dot pushed\"><i></i>push</li><li class=\"dot failed\"><i></i>failed</li></ul>\n");
        Plot.Begin(
            page, $"Rates of {SyncText.Count(rated.Count, "run")} on a logarithmic scale, and {SyncText.Count(failed.Count, "failed run")}; the table has the last ones",
            "rates", $"{ByteText.Of((long)Math.Pow(10, most))}/s", $"{ByteText.Of((long)Math.Pow(10, least))}/s");
        foreach (var run in _runs)
        {
            var x = Plot.Width * (1 - ((_end - run.At) / (_step * _columns)));
            if (run.IsFailure)
            {
                page.Write($"<path class=\"failed\" d=\"M{x} 100v-16\"><title>{StatusPage.Time(run.At)}: {run.Command} {run.Cache} failed</title></path>\n");
            }
            else if (run.Rate is { } rate)
            {
                var y = Plot.Height * (most - Math.Log10(rate)) / (most - least);
                // A line of no length with round ends stays a circle however the drawing is stretched.
                page.Write($"<path class=\"dot {(run.Command == Push ? "pushed" : "sync")}\" d=\"M{x} {y}h0\"><title>{StatusPage.Time(run.At)}: {run.Command} {run.Cache}, {ByteText.Of((long)rate)}/s</title></path>\n");
                if (run.Command == Push)
                    page.Write($"<path class=\"hole\" d=\"M{x} {y}h0\"/>\n");
            }
        }

        Plot.End(page, Axis);
    }
}
