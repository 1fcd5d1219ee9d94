using Ferry.Core.Linux;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Purging;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>When the site's purge takes how much; where its rule is not known, how much each usual rule would take.</summary>
internal static class PurgeSection
{
    private static readonly int[] s_daysAhead = [0, 1, 3, 7, 14, 30];
    private static readonly int[] s_usualAges = [14, 21, 30, 60, 90];

    public static void Write(HtmlWriter page, ScratchOverview overview)
    {
        page.Write("<section aria-labelledby=\"purge\">\n<div class=\"label\"><h2 id=\"purge\">Purge</h2>\n");
        Explain(page, overview.Rule);
        page.Write("</div>\n<div>\n");
        if (overview.Outlines.Sum(static outline => outline.Totals.Files) == 0)
        {
            page.Write("<p class=\"empty\">Nothing is staged that a purge could take.</p>\n");
        }
        else
        {
            if (overview.Rule is null)
            {
                WriteUsualAges(page, overview);
            }
            else if (overview.Rule.After > TimeSpan.Zero)
            {
                WriteForecast(page, overview.Forecast(overview.Rule), overview.At);
            }

            WriteOldest(page, overview);
        }

        page.Write("</div>\n</section>\n");
    }

    private static void Explain(HtmlWriter page, PurgePolicy? rule)
    {
        if (rule is null)
        {
            page.Write("<p>When this site purges is not known; <code>purge</code> in the configuration tells. Until then: what a purge by age of writing would take.</p>");
        }
        else if (rule.After == TimeSpan.Zero)
        {
            page.Write($"<p>This scratch is never purged, says {rule.Origin}.</p>");
        }
        else
        {
            page.Write($"<p>Files go {SyncText.Count((long)Math.Ceiling(rule.After.TotalDays), "day")} after they were last {Event(rule.By)}, says {rule.Origin}. A sync fetches what is gone.</p>");
        }
    }

    private static string Event(PurgeClock? clock) => clock switch
    {
        PurgeClock.Access => "read",
        PurgeClock.Change => "changed",
        _ => "written",
    };

    private static void WriteForecast(HtmlWriter page, PurgeForecast forecast, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var horizon = Math.Clamp((int)Math.Ceiling(forecast.Rule.After.TotalDays), 7, 60);
        var days = forecast.Days.Where(day => day.Day <= today.AddDays(horizon)).ToList();
        var most = Plot.RoundUp(days.Select(static day => day.Bytes).Append(forecast.Overdue.Bytes).Max());
        var total = forecast.Until(DateOnly.MaxValue);
        Plot.Begin(
            page, $"Bytes that become old enough to be purged, by day, from today to {StatusPage.Day(now.UtcDateTime.AddDays(horizon))}; the table has the figures",
            "", ByteText.Of(most), ByteText.Of(most / 2), "0");
        Bar(page, "bad", 0, forecast.Overdue, "today");
        foreach (var day in days)
        {
            Bar(page, "bring", day.Day.DayNumber - today.DayNumber, day, StatusPage.Day(day.Day.ToDateTime(default)));
        }

        Plot.End(page, "today", $"in {horizon / 2} days", $"in {horizon} days");
        page.Write("<table class=\"plain\">\n<thead><tr><th scope=\"col\">A purge</th><th scope=\"col\" class=\"num\">would take</th><th scope=\"col\" class=\"num\">files</th><th scope=\"col\" class=\"num\">of what is staged</th></tr></thead>\n<tbody>\n");
        foreach (var ahead in s_daysAhead.Where(ahead => ahead <= horizon))
        {
            var taken = forecast.Until(today.AddDays(ahead));
            var when = ahead switch { 0 => "today", 1 => "tomorrow", _ => $"in {ahead} days" };
            page.Write($"<tr><th scope=\"row\">{when}</th><td class=\"num\">{ByteText.Of(taken.Bytes)}</td><td class=\"num\">{Plot.Number(taken.Files)}</td><td class=\"num\">{Share(taken.Bytes, total.Bytes)}</td></tr>\n");
        }

        page.Write("</tbody>\n</table>\n");

        void Bar(HtmlWriter to, string css, int column, DayTotals day, string name)
        {
            if (day.Files > 0)
            {
                Plot.Bar(to, css, column, horizon + 1, Plot.Height, Plot.Height - (Plot.Height * day.Bytes / most), $"{name}: {ByteText.Of(day.Bytes)}, {SyncText.Count(day.Files, "file")}");
            }
        }
    }

    private static void WriteUsualAges(HtmlWriter page, ScratchOverview overview)
    {
        var today = DateOnly.FromDateTime(overview.At.UtcDateTime);
        page.Write("<table class=\"plain\">\n<thead><tr><th scope=\"col\">If files went after</th><th scope=\"col\" class=\"num\">old enough now</th><th scope=\"col\" class=\"num\">in the next 7 days</th><th scope=\"col\" class=\"num\">of what is staged</th></tr></thead>\n<tbody>\n");
        foreach (var age in s_usualAges)
        {
            var forecast = overview.Forecast(new PurgePolicy(TimeSpan.FromDays(age), PurgeClock.Modification, ""));
            var (now, week) = (forecast.Overdue.Bytes, forecast.Until(today.AddDays(7)).Bytes);
            page.Write($"<tr><th scope=\"row\">{age} days</th><td class=\"num\">{ByteText.Of(now)}</td><td class=\"num\">{ByteText.Of(week - now)}</td><td class=\"num\">{Share(now, forecast.Until(DateOnly.MaxValue).Bytes)}</td></tr>\n");
        }

        page.Write("</tbody>\n</table>\n");
    }

    private static void WriteOldest(HtmlWriter page, ScratchOverview overview)
    {
        var files = overview.Caches
            .SelectMany(static cache => (cache.Outline?.Oldest ?? []).Select(file => (cache.State.Cache.Name, File: file)))
            .OrderBy(static file => file.File.At).ThenBy(static file => file.Name, StringComparer.Ordinal).Take(8).ToList();
        if (files.Count == 0)
        {
            return;
        }

        var verb = "Last " + Event(overview.Rule?.By);
        page.Write("<details><summary>The oldest files: the first to go</summary>\n");
        page.Write($"<table class=\"plain files\">\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"num\">Size</th><th scope=\"col\" class=\"num\">{verb}</th></tr></thead>\n<tbody>\n");
        foreach (var (name, file) in files)
        {
            page.Write($"<tr><th scope=\"row\"><bdi>{new HtmlWriter.Breakable($"{name}/{file.Path}")}</bdi></th><td class=\"num\">{ByteText.Of(file.Bytes)}</td><td class=\"num\">{StatusPage.Time(file.At)[..10]}</td></tr>\n");
        }

        page.Write("</tbody>\n</table>\n</details>\n");
    }

    private static string Share(long part, long whole) => StatusPage.Percent(whole == 0 ? 0 : (double)part / whole);
}
