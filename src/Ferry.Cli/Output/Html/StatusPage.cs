using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Output.Html;

/// <summary>
/// The page of <c>ferry status --html</c>: one file that loads nothing. The policy in its head lets nothing run or apply but the style and the
/// script that ferry wrote, whatever a file on scratch is called.
/// </summary>
internal static class StatusPage
{
    /// <summary>The whole page.</summary>
    /// <param name="overview">What is shown.</param>
    /// <param name="host">The machine's name.</param>
    /// <param name="version">Ferry's version.</param>
    public static byte[] Render(ScratchOverview overview, string host, string version)
    {
        var style = new StyleSheet();
        var body = new HtmlWriter();
        Summary.Write(body, overview, host);
        SpaceSection.Write(body, style, overview);
        CacheSection.Write(body, overview);
        PurgeSection.Write(body, overview);
        HistorySection.Write(body, overview);
        body.Write($"<footer><p>Written by ferry {version} on {host}. Sizes are decimal (1 GB = 1,000 MB), times UTC.</p></footer>\n");

        var page = new HtmlWriter();
        WriteHead(page, style, overview, host);
        page.Write("<body>\n<main>\n");
        page.Write(body);
        page.Write("</main>\n<script>");
        page.WriteVerbatim(new PageScript());
        page.Write("</script>\n</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    /// <summary>For example <c>2026-03-01 09:30</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>For machines: <c>2026-03-01T09:30:12Z</c>.</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>For example <c>1 Mar</c>.</summary>
    public static string Day(DateTime day) => day.ToString("d MMM", CultureInfo.InvariantCulture);

    /// <summary>For example <c>12.3 %</c>, <c>&lt; 0.1 %</c>.</summary>
    public static string Percent(double share) => share switch
    {
        0 => "0 %",
        < 0.001 => "< 0.1 %",
        < 0.0995 => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        _ => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %",
    };

    private static void WriteHead(HtmlWriter page, StyleSheet style, ScratchOverview overview, string host)
    {
        var policy = $"default-src 'none'; style-src '{Hash(style.Text)}'; script-src '{Hash(new PageScript().Text)}'; base-uri 'none'; form-action 'none'";
        page.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{ByteText.Of(overview.StagedBytes)} staged on {host}</title>
            <style>
            """);
        page.WriteVerbatim(style);
        page.Write("</style>\n</head>\n");
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
