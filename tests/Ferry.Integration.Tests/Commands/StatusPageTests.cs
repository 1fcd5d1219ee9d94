using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>The page of <c>ferry status --html</c> as Chromium shows it: on a phone and on a desk, light and dark.</summary>
public sealed class StatusPageTests : IDisposable
{
    private readonly FerryUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "chromium", "npm-packages")]
    public void Hostile_names_are_text()
    {
        string[] names =
        [
            "<script>alert(1)<\u2215script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;", "\u202egnp.exe",
            "\u0634\u0628\u0643\u0629 \u0639\u0645\u064a\u0642\u0629", "\U0001f98a\U0001f680", new string('x', 255), "-->", "</style>",
        ];
        foreach (var name in names) _user.Tree.WriteSparse($"weird/{name.Replace('/', '\u2215')}", 100_000);
        _user.Tree.Write([.. "weird/"u8, 0xff, 0xfe, .. "\n\u001b[31m"u8], "bytes that are no text"u8);
        _user.ConfigureCaches([("WEIRD", _user.Tree["weird"])], "purge: { after: 15d, by: atime }\n");
        _user.Run("sync").OrThrow();
        WriteHistory("{\"time\":\"2026-01-01T00:00:00Z\",\"command\":\"sync\",\"cache\":\"A\",\"outcome\":\"synced\",\"host\":\"<img src=x onerror=alert(1)>\",\"job\":\"\\\"><script>alert(1)</script>\"}");

        foreach (var view in Views())
        {
            AssertSound(view);
            var tips = Strings(view, "tips");
            Assert.Contains(tips, tip => tip.StartsWith("WEIRD/<script>alert(1)", StringComparison.Ordinal));
            Assert.Contains(tips, tip => tip.StartsWith("WEIRD/\"><img src=x", StringComparison.Ordinal));
        }
    }

    [RequiresFact("ferry", "chromium", "npm-packages")]
    public void Thirty_caches_fit()
    {
        var random = new Random(5);
        var caches = Enumerable.Range(0, 30).Select(i => ($"CACHE_{i}_WITH_A_LONG_NAME_THAT_GOES_ON", _user.Tree[$"c{i}"])).ToArray();
        for (var i = 0; i < caches.Length; i++)
        {
            for (var j = 0; j < random.Next(1, 40); j++)
                _user.Tree.WriteSparse($"c{i}/d{j % 7}/file-{j}", (long)Math.Pow(10, 3 + (random.NextDouble() * 4)));
        }

        _user.ConfigureCaches(caches);
        _user.Run("sync", "--quiet").OrThrow();
        var start = DateTimeOffset.UnixEpoch.AddDays(20_600);
        WriteHistory([.. Enumerable.Range(0, 200).Select(i =>
            $"{{\"time\":\"{start.AddHours(i * 11):yyyy-MM-ddTHH:mm:ssZ}\",\"command\":\"{(i % 4 == 0 ? "push" : "sync")}\",\"cache\":\"{caches[i % 30].Item1}\",\"outcome\":\"{(i % 17 == 0 ? "failed" : "synced")}\",\"files\":{i},\"bytes\":{(i + 1) * 1_000_000L},\"seconds\":{1 + (i % 5)}}}")]);
        foreach (var view in Views())
        {
            AssertSound(view);
            Assert.Equal(30, view.GetProperty("areas").GetArrayLength());
        }
    }

    [RequiresFact("ferry", "chromium", "npm-packages")]
    public void An_empty_scratch_says_what_to_do()
    {
        _user.Tree.Write("source/file", "contents");
        _user.ConfigureCaches([("CACHE", _user.Tree["source"]), ("GONE", _user.Tree["nowhere"])]);
        foreach (var view in Views())
        {
            AssertSound(view);
            Assert.Contains("ferry sync", view.GetProperty("texts").EnumerateArray().Select(text => text.GetProperty("text").GetString()));
        }
    }

    [RequiresFact("ferry")]
    public void The_page_goes_to_a_file_of_the_users_own_or_to_standard_output()
    {
        _user.ConfigureCaches([("CACHE", _user.Tree.MakeDirectory("source"))]);
        _user.Run("status", "--html", _user.Tree["page.html"]).OrThrow();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_user.Tree["page.html"]));
        Assert.StartsWith("<!doctype html>", _user.Tree.ReadText("page.html"), StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", _user.Run("status", "--html", "-").OrThrow().Text, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry")]
    [InlineData("--html", "-", "--json")]
    [InlineData("--html", "/dev/null")]
    [InlineData("--html", "/tmp")]
    public void Wrong_options_are_refused_in_one_line(params string[] options)
    {
        _user.ConfigureCaches([("CACHE", _user.Tree.MakeDirectory("source"))]);
        var refused = _user.Run(["status", .. options]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Empty(refused.Stdout);
        Assert.Single(refused.Stderr.TrimEnd('\n').Split('\n'));
    }

    [RequiresFact("ferry")]
    public void A_page_that_cannot_be_written_is_a_failure()
    {
        _user.ConfigureCaches([("CACHE", _user.Tree.MakeDirectory("source"))]);
        var failed = _user.Run("status", "--html", _user.Tree["nowhere/page.html"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("nowhere", failed.Stderr, StringComparison.Ordinal);
    }

    private void WriteHistory(params string[] lines) =>
        File.AppendAllLines(_user.Tree.MakeDirectory("home/.local/state/ferry") + "/history.jsonl", lines);

    private JsonElement[] Views()
    {
        var page = _user.Tree["page.html"];
        _user.Run("status", "--html", page).OrThrow();
        var checkedPage = Tool.Run(
            "node", [Repository.File("tests", "node", "check-page.mjs"), Requirements.FindProgram("chromium")!, page],
            new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = _user.Home }, Timeout = TimeSpan.FromMinutes(3) }).OrThrow();
        using var json = JsonDocument.Parse(checkedPage.Stdout);
        return [.. json.RootElement.EnumerateArray().Select(view => view.Clone())];
    }

    private static void AssertSound(JsonElement view)
    {
        Assert.Empty(Strings(view, "messages"));
        Assert.Empty(Strings(view, "requests"));
        Assert.Equal(view.GetProperty("width").GetInt32(), view.GetProperty("scrollWidth").GetInt32());
        Assert.All(view.GetProperty("texts").EnumerateArray(), text => Assert.True(text.GetProperty("contrast").GetDouble() >= 4.5, text.ToString()));
        Assert.Equal(1, view.GetProperty("scripts").GetInt32());
        Assert.Equal(0, view.GetProperty("unnamed").GetInt32());
        Assert.Equal(0, view.GetProperty("tablesWithoutHeaders").GetInt32());
        Assert.DoesNotContain(Strings(view, "elements"), name => name is "img" or "iframe" or "link" or "object");
        Assert.DoesNotContain(Strings(view, "attributes"), name => name.StartsWith("on", StringComparison.Ordinal) || name is "src" or "href" or "style");
        if (view.GetProperty("map").ValueKind != JsonValueKind.Null)
        {
            AssertTreemap(Box.From(view.GetProperty("map")), [.. view.GetProperty("areas").EnumerateArray()]);
            Assert.NotEqual("Point at an area for its path.", view.GetProperty("tip").GetString());
        }
    }

    private static void AssertTreemap(Box map, JsonElement[] areas)
    {
        AssertInsideAndApart(map, [.. areas.Select(Box.From)]);
        foreach (var area in areas)
            AssertInsideAndApart(Box.From(area), [.. area.GetProperty("parts").EnumerateArray().Select(Box.From)]);
    }

    private static void AssertInsideAndApart(Box outer, Box[] boxes)
    {
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.True(boxes[i].IsIn(outer), $"{boxes[i]} is not inside of {outer}");
            for (var j = 0; j < i; j++) Assert.True(boxes[i].IsApartFrom(boxes[j]), $"{boxes[i]} lies over {boxes[j]}");
        }
    }

    private static string[] Strings(JsonElement view, string name) => [.. view.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private readonly record struct Box(string Id, double Left, double Top, double Width, double Height)
    {
        public static Box From(JsonElement box) => new(
            box.GetProperty("id").GetString()!, box.GetProperty("left").GetDouble(), box.GetProperty("top").GetDouble(),
            box.GetProperty("width").GetDouble(), box.GetProperty("height").GetDouble());

        public bool IsIn(Box outer) =>
            Left >= outer.Left - Snap && Top >= outer.Top - Snap && Right <= outer.Right + Snap && Bottom <= outer.Bottom + Snap;

        public bool IsApartFrom(Box other) =>
            Right <= other.Left + Snap || other.Right <= Left + Snap || Bottom <= other.Top + Snap || other.Bottom <= Top + Snap;

        // The browser lays out in 64ths of a pixel.
        private const double Snap = 0.1;

        private double Right => Left + Width;

        private double Bottom => Top + Height;
    }
}
