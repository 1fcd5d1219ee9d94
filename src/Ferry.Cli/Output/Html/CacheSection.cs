using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>The caches, one row each: how fresh, what is staged, what a sync would move, what waits to be pushed.</summary>
internal static class CacheSection
{
    public static void Write(HtmlWriter page, ScratchOverview overview)
    {
        page.Write("<section aria-labelledby=\"caches\">\n<div class=\"label\"><h2 id=\"caches\">Caches</h2>\n<p>How each is now, compared with its source file by file.</p></div>\n<div>\n");
        if (overview.Caches.Count == 0)
        {
            page.Write("<p class=\"empty\">No cache is configured: <code>ferry init</code> finds yours.</p>\n</div>\n</section>\n");
            return;
        }

        page.Write("""
            <table class="caches">
            <thead><tr><th scope="col">Cache</th><th scope="col">Condition</th><th scope="col" class="num">Last sync</th><th scope="col" class="num">Staged</th><th scope="col" class="num">To bring</th><th scope="col" class="num">To push</th></tr></thead>
            <tbody>

            """);
        foreach (var cache in overview.Caches)
        {
            WriteRow(page, cache, overview.At);
        }

        page.Write("</tbody>\n</table>\n</div>\n</section>\n");
    }

    private static void WriteRow(HtmlWriter page, CacheOverview cache, DateTimeOffset now)
    {
        var state = cache.State;
        var (css, mark, word) = Condition(state.Condition);
        page.Write($"<tr><th scope=\"row\"><bdi>{new HtmlWriter.Breakable(state.Cache.Name)}</bdi><small class=\"path\"><bdi>{new HtmlWriter.Breakable(state.Cache.Source)}</bdi></small></th>\n");
        page.Write($"<td data-th=\"Condition\"><span class=\"condition {css}\"><i aria-hidden=\"true\">{mark}</i>{word}</span>");
        foreach (var remark in Remarks(state))
        {
            page.Write($"<small>{remark}</small>");
        }

        page.Write("</td>\n");
        Cell(page, "Last sync", state.SyncedAt is { } at ? SyncText.Age(now - at) : "never", state.SyncedAt is { } time ? StatusPage.Time(time) : null);
        var totals = cache.Outline?.Totals ?? state.Staged;
        Cell(page, "Staged", totals is { } staged ? ByteText.Of(staged.Bytes) : null, totals is { } held ? SyncText.Count(held.Files, "file") : null);
        var pending = state.Pending is { Files: > 0 } work ? work : default(Core.Copying.PlannedWork?);
        Cell(
            page, "To bring",
            pending is { } moved ? ByteText.Of(moved.Bytes) : state.Pending is null ? null : "nothing", pending is { } many ? SyncText.Count(many.Files, "file") : null);
        var unpushed = cache.Unpushed is { Files: > 0 } waiting ? waiting : default(Core.Pushing.PushWork?);
        Cell(
            page, "To push",
            unpushed is { } back ? ByteText.Of(back.Bytes) : cache.Unpushed is null ? null : "nothing", unpushed is { } files ? SyncText.Count(files.Files, "file") : null);
        page.Write("</tr>\n");
    }

    private static void Cell(HtmlWriter page, string title, string? value, string? more)
    {
        var css = value is null or "nothing" or "never" ? "num quiet" : "num";
        page.Write($"<td class=\"{css}\" data-th=\"{title}\">{value ?? "\u2013"}");
        if (more is not null)
        {
            page.Write($"<small>{more}</small>");
        }

        page.Write("</td>\n");
    }

    private static IEnumerable<string> Remarks(CacheState state)
    {
        if (state.Missing > 0)
            yield return $"{SyncText.Count(state.Missing, "file")} gone from scratch";
        if (state.Problems > 0)
            yield return $"{SyncText.Count(state.Problems, "file")} in conflict or unreadable";
        if (state.Error is { } error)
            yield return error;
    }

    /// <summary>Shape and word tell the condition; the colour only repeats it.</summary>
    private static (string Css, string Mark, string Word) Condition(CacheCondition condition) => condition switch
    {
        CacheCondition.Fresh => ("good", "\u25cf", "fresh"),
        CacheCondition.Stale => ("due", "\u25cb", "stale"),
        CacheCondition.Purged => ("bad", "\u25d1", "purged"),
        CacheCondition.Unfinished => ("bad", "\u25d4", "unfinished sync"),
        CacheCondition.NotSynced => ("due", "\u25cb", "not staged"),
        CacheCondition.SourceMissing => ("bad", "\u2715", "source missing"),
        _ => ("due", "\u2013", "disabled"),
    };
}
