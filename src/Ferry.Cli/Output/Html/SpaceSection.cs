using Ferry.Core.Linux;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>What fills scratch: the file system as one bar, and below it what ferry staged as a treemap.</summary>
internal static class SpaceSection
{
    // The treemap's two sizes in pixels, as page.css has them; the wide one's width is that of a common window.
    private static readonly Box s_wide = new(0, 0, 944, 520);
    private static readonly Box s_narrow = new(0, 0, 358, 560);

    private const int PartsOfMap = 260;
    private const int MaxPartsOfCache = 28;
    private const double HeadHeight = 21;
    private const double Gap = 1.5;

    public static void Write(HtmlWriter page, StyleSheet style, ScratchOverview overview)
    {
        page.Write("<section aria-labelledby=\"space\">\n<div class=\"label\"><h2 id=\"space\">Space</h2>\n<p>What fills scratch, largest first. Areas are in proportion.</p></div>\n<div>\n");
        WriteBar(page, style, overview);
        WriteMap(page, style, overview);
        page.Write("</div>\n</section>\n");
    }

    private static void WriteBar(HtmlWriter page, StyleSheet style, ScratchOverview overview)
    {
        if (overview.Space is not { TotalBytes: > 0 } space)
        {
            page.Write("<p class=\"empty\">The scratch directory does not exist yet.</p>\n");
            return;
        }

        var staged = Math.Min(overview.StagedBytes, space.TotalBytes);
        var others = Math.Max(0, space.TotalBytes - space.FreeBytes - staged);
        double total = staged + others + space.FreeBytes;
        page.Write("<div class=\"bar\" aria-hidden=\"true\">");
        foreach (var (id, bytes) in new[] { ("bar-staged", staged), ("bar-others", others), ("bar-free", space.FreeBytes) })
        {
            if (bytes > 0)
            {
                style.Size(id, bytes / total);
                page.Write($"<i id=\"{id}\"></i>");
            }
        }

        page.Write($"""
            </div>
            <ul class="legend">
            <li class="staged"><i></i>staged by ferry <b>{ByteText.Of(overview.StagedBytes)}</b> {StatusPage.Percent(staged / total)}</li>
            <li class="others"><i></i>other files of this file system <b>{ByteText.Of(others)}</b> {StatusPage.Percent(others / total)}</li>
            <li class="free"><i></i>free <b>{ByteText.Of(space.FreeBytes)}</b> {StatusPage.Percent(space.FreeBytes / total)}</li>
            </ul>

            """);
    }

    private static void WriteMap(HtmlWriter page, StyleSheet style, ScratchOverview overview)
    {
        var caches = overview.Caches.Where(static cache => cache.Outline?.Totals.Bytes > 0).OrderByDescending(static cache => cache.Outline!.Totals.Bytes).ToList();
        if (caches.Count == 0)
        {
            page.Write("<p class=\"empty\">Nothing is staged: <code>eval \"$(ferry sync)\"</code> stages the configured caches.</p>\n");
            return;
        }

        // Free space far larger than what is staged would leave nothing to see of the caches: then the bar alone shows it.
        var free = overview.Space is { } space && space.FreeBytes <= 2 * overview.StagedBytes ? space.FreeBytes : 0;
        double[] weights = [.. caches.Select(static cache => (double)cache.Outline!.Totals.Bytes), .. free > 0 ? [(double)free] : Array.Empty<double>()];
        var wide = Treemap.Layout(weights, s_wide);
        var narrow = Treemap.Layout(weights, s_narrow);
        page.Write($"<div class=\"map\" role=\"img\" aria-label=\"Treemap of {SyncText.Count(caches.Count, "cache")}; the table of caches has the same figures\">\n");
        for (var i = 0; i < caches.Count; i++)
        {
            style.Place($"a{i}", wide[i].PercentOf(s_wide), narrow[i].PercentOf(s_narrow));
            WriteCache(page, style, $"a{i}", caches[i], overview.StagedBytes, Math.Clamp(PartsOfMap / caches.Count, 1, MaxPartsOfCache), wide[i], narrow[i]);
        }

        if (free > 0)
        {
            style.Place("a-free", wide[^1].PercentOf(s_wide), narrow[^1].PercentOf(s_narrow));
            page.Write($"<div class=\"area free\" id=\"a-free\" data-tip=\"free: {ByteText.Of(free)}\"><span><b>free</b> <i>{ByteText.Of(free)}</i></span></div>\n");
        }

        page.Write("</div>\n<p class=\"tip\" aria-hidden=\"true\">Point at an area for its path.</p>\n");
    }

    private static void WriteCache(
        HtmlWriter page, StyleSheet style, string id, CacheOverview cache, long allBytes, int count, Box wide, Box narrow)
    {
        var totals = cache.Outline!.Totals;
        var name = cache.State.Cache.Name;
        var share = StatusPage.Percent((double)totals.Bytes / allBytes);
        page.Write($"<div class=\"area cache\" id=\"{id}\">");
        page.Write($"<span class=\"head\" data-tip=\"{name}: {ByteText.Of(totals.Bytes)}, {share} of what is staged, {SyncText.Count(totals.Files, "file")}\"><b>{name}</b> <i>{ByteText.Of(totals.Bytes)}</i> <i>{share}</i></span>\n");
        var parts = cache.Outline.Parts(count);
        var weights = parts.Select(static part => (double)part.Bytes).ToArray();
        var wideInner = wide.Inset(Gap, Math.Min(HeadHeight, wide.Height / 2));
        var narrowInner = narrow.Inset(Gap, Math.Min(HeadHeight, narrow.Height / 2));
        var wideBoxes = Treemap.Layout(weights, wideInner);
        var narrowBoxes = Treemap.Layout(weights, narrowInner);
        for (var i = 0; i < parts.Count; i++)
        {
            style.Place($"{id}-{i}", wideBoxes[i].PercentOf(wide), narrowBoxes[i].PercentOf(narrow));
            WritePart(page, $"{id}-{i}", parts[i], name, totals.Bytes, (double)parts[i].Bytes / allBytes);
        }

        page.Write("</div>\n");
    }

    private static void WritePart(HtmlWriter page, string id, OutlinePart part, string cache, long cacheBytes, double share)
    {
        var size = ByteText.Of(part.Bytes);
        var (label, above) = PartLabel.Of(part);
        var path = part.Path.Length == 0 ? cache : $"{cache}/{part.Path}";
        var what = part.Kind switch
        {
            OutlinePartKind.File => path,
            OutlinePartKind.Directory => $"{path}/ ({SyncText.Count(part.Files, "file")})",
            _ => $"{path}/: {SyncText.Count(part.Files, "smaller file")}",
        };
        page.Write($"<div class=\"part tint{Tint(share)}\" id=\"{id}\" data-tip=\"{what}: {size}, {StatusPage.Percent((double)part.Bytes / cacheBytes)} of {cache}\"><span><bdi class=\"name\">{label}</bdi><i>{size}</i><bdi class=\"above\">{above}</bdi></span></div>\n");
    }

    /// <summary>Larger parts are a little darker, which helps to see them as one; it says nothing that the area does not.</summary>
    private static int Tint(double share) => share switch { > 0.1 => 4, > 0.03 => 3, > 0.01 => 2, _ => 1 };
}
