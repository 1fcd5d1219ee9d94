using Ferry.Core.Linux;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>The top of the page: where and when, the figures, and what to do next.</summary>
internal static class Summary
{
    public static void Write(HtmlWriter page, ScratchOverview overview, string host)
    {
        page.Write($"""
            <header>
            <p class="kicker"><span class="brand">ferry status</span> <bdi>{host}</bdi> <time datetime="{StatusPage.Iso(overview.At)}">{StatusPage.Time(overview.At)} UTC</time></p>
            <h1><bdi>{new HtmlWriter.Breakable(overview.Settings.CacheRootPath)}</bdi></h1>
            <dl class="figures">

            """);
        var staged = overview.Caches.Count(static cache => cache.Outline is not null);
        Figure(page, "Staged", ByteText.Of(overview.StagedBytes), SyncText.Count(staged, "cache"));
        if (overview.Space is { TotalBytes: > 0 } space)
        {
            Figure(
                page, "Free", ByteText.Of(space.FreeBytes),
                $"{StatusPage.Percent((double)space.FreeBytes / space.TotalBytes)} of {ByteText.Of(space.TotalBytes)}");
        }

        var pending = overview.Caches.Select(static cache => cache.State.Pending).OfType<Core.Copying.PlannedWork>().ToList();
        Figure(page, "A sync would bring", ByteText.Of(pending.Sum(static work => work.Bytes)), SyncText.Count(pending.Sum(static work => work.Files), "file"));
        var unpushed = overview.Caches.Select(static cache => cache.Unpushed).OfType<Core.Pushing.PushWork>().ToList();
        Figure(page, "Waiting to be pushed", ByteText.Of(unpushed.Sum(static work => work.Bytes)), SyncText.Count(unpushed.Sum(static work => work.Files), "file"));
        page.Write("</dl>\n");
        WriteNext(page, overview);
        page.Write("</header>\n");
    }

    private static void Figure(HtmlWriter page, string name, string value, string more) =>
        page.Write($"<div><dt>{name}</dt><dd><b>{value}</b> <span>{more}</span></dd></div>\n");

    private static void WriteNext(HtmlWriter page, ScratchOverview overview)
    {
        var steps = Steps(overview).ToList();
        if (steps.Count == 0)
        {
            page.Write("<p class=\"next calm\">Nothing to do: all that is staged is there, and no source has anything new.</p>\n");
            return;
        }

        page.Write("<ul class=\"next\">\n");
        foreach (var (command, why) in steps)
        {
            page.Write($"<li><code>{command}</code> <span>{why}</span></li>\n");
        }

        page.Write("</ul>\n");
    }

    private static IEnumerable<(string Command, string Why)> Steps(ScratchOverview overview)
    {
        if (overview.Caches.Count == 0)
        {
            yield return ("ferry init", "no cache is enabled; this finds yours and writes the configuration");
        }

        string?[] syncs =
        [
            Named(overview, CacheCondition.NotSynced) is { } notStaged ? $"stages {notStaged}" : null,
            Named(overview, CacheCondition.Purged) is { } purged ? $"fetches what a purge took from {purged}" : null,
            Named(overview, CacheCondition.Unfinished) is { } unfinished ? $"finishes {unfinished}" : null,
            Named(WithNews(overview, CacheCondition.Stale)) is { } stale ? $"brings what is new in {stale}" : null,
        ];
        if (Array.Exists(syncs, static why => why is not null))
        {
            yield return ("ferry sync", string.Join("; ", syncs.OfType<string>()));
        }

        if (Named(WithNews(overview, CacheCondition.Fresh)) is { } fresh)
            yield return ("ferry sync --force", $"brings what is new in {fresh} now; a plain sync would look for it later");
        if (Named(overview, CacheCondition.SourceMissing) is { } missing)
            yield return ("ferry config show", $"shows where the source was looked for: {missing}");
        if (Named(overview.Caches.Where(static cache => cache.Unpushed is { IsEmpty: false })) is { } changed)
            yield return ("ferry push", $"brings back what jobs wrote to {changed}");
    }

    private static IEnumerable<CacheOverview> WithNews(ScratchOverview overview, CacheCondition condition) =>
        overview.Caches.Where(cache => cache.State.Condition == condition && cache.State.Pending is { Files: > 0 });

    private static string? Named(ScratchOverview overview, CacheCondition condition) =>
        Named(overview.Caches.Where(cache => cache.State.Condition == condition));

    private static string? Named(IEnumerable<CacheOverview> caches)
    {
        const int shown = 3;
        var names = caches.Select(static cache => cache.State.Cache.Name).ToList();
        return names.Count == 0 ? null : string.Join(", ", names.Take(shown)) + (names.Count > shown ? $" and {names.Count - shown} more" : "");
    }
}
