using Ferry.Core.Linux;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>What commands did: bytes over time, rates, and the last runs.</summary>
internal static class HistorySection
{
    private const int RowsShown = 12;

    public static void Write(HtmlWriter page, ScratchOverview overview)
    {
        page.Write("<section aria-labelledby=\"history\">\n<div class=\"label\"><h2 id=\"history\">History</h2>\n<p>Syncs, pushes and other work on caches by this user. Syncs that found a cache fresh are not recorded.</p></div>\n<div>\n");
        if (overview.History.Count == 0)
        {
            page.Write("<p class=\"empty\">Nothing is recorded yet.</p>\n");
        }
        else
        {
            HistoryChart.Write(page, overview.History, overview.At);
            WriteTable(page, overview.History);
        }

        page.Write("</div>\n</section>\n");
    }

    private static void WriteTable(HtmlWriter page, IReadOnlyList<HistoryEntry> history)
    {
        page.Write("""
            <table class="plain runs">
            <caption>The last runs</caption>
            <thead><tr><th scope="col">When</th><th scope="col">Command</th><th scope="col">Result</th><th scope="col" class="num">Files</th><th scope="col" class="num">Bytes</th><th scope="col" class="num">Took</th><th scope="col" class="num">Rate</th><th scope="col">Where</th></tr></thead>
            <tbody>

            """);
        foreach (var run in history.TakeLast(RowsShown).Reverse())
        {
            WriteRow(page, run);
        }

        page.Write("</tbody>\n</table>\n");
    }

    private static void WriteRow(HtmlWriter page, HistoryEntry run)
    {
        page.Write($"<tr><th scope=\"row\"><time datetime=\"{StatusPage.Iso(run.At)}\"><span>{StatusPage.Time(run.At)[..5]}</span>{StatusPage.Time(run.At)[5..]}</time></th>");
        page.Write($"<td>{run.Command} <bdi>{new HtmlWriter.Breakable(run.Cache)}</bdi></td>");
        page.Write($"<td><span class=\"condition {(run.IsFailure ? "bad" : "good")}\"><i aria-hidden=\"true\">{(run.IsFailure ? "\u2715" : "\u25cf")}</i>{run.Outcome}</span></td>");
        page.Write($"<td class=\"num\">{Plot.Number(run.Files)}</td><td class=\"num\">{ByteText.Of(run.Bytes)}</td><td class=\"num\">{SyncText.Seconds(run.Elapsed)}</td>");
        page.Write($"<td class=\"num\">{(run.Rate is { } rate ? ByteText.Of((long)rate) + "/s" : "\u2013")}</td>");
        page.Write($"<td class=\"where\"><bdi>{run.Host ?? "\u2013"}</bdi>{(run.Job is null ? "" : " job ")}<bdi>{run.Job}</bdi></td></tr>\n");
    }
}
