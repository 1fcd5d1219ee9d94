using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Serve;
using Ferry.Workloads.HuggingFace.Serve.Answers;

namespace Ferry.Workloads.Tests.HuggingFace.Serve;

public sealed class HubRouteTests
{
    private static readonly string[] s_pieces =
        ["/", "/", "/", "api", "models", "datasets", "org", "name", "revision", "tree", "resolve", "raw", "main", "refs", "pr", "1", "..", ".", "%2e", "%2f", "%5c", "%00", "%", "\\", "a.b", "é", "?", "%c3%a9", " "];

    [Theory]
    [InlineData("/api/models/gpt2", "Info gpt2@main:")]
    [InlineData("/api/models/gpt2/revision/v1.0", "Info gpt2@v1.0:")]
    [InlineData("/api/models/org/name/refs", "Refs org/name@main:")]
    [InlineData("/api/spaces/org/name/paths-info/main", "PathsInfo spaces/org/name@main:")]
    [InlineData("/api/datasets/org/name/tree/refs/pr/1/a/b", "Tree datasets/org/name@refs/pr/1:a/b")]
    [InlineData("/api/datasets/org/name/tree/refs%2Fconvert%2Fparquet/a%2Fb", "Tree datasets/org/name@refs/convert/parquet:a/b")]
    [InlineData("/gpt2/resolve/main/config.json", "File gpt2@main:config.json")]
    [InlineData("/datasets/org/name/resolve/refs%2Fpr%2F1/a/%C3%A9.txt", "File datasets/org/name@refs/pr/1:a/é.txt")]
    [InlineData("/org/name/raw/main/.gitattributes", "Raw org/name@main:.gitattributes")]
    [InlineData("/org/name/resolve/main", null)]
    [InlineData("/org/na--me/resolve/main/x", null)]
    [InlineData("http://127.0.0.1/org/name/resolve/main/x", null)]
    [InlineData("", null)]
    public void Addresses_are_taken_apart(string path, string? expected) => Assert.Equal(expected, HubRoute.TryParse(path, out var route) ? Shown(route) : null);

    [Fact]
    public void Whatever_the_address_is_its_names_are_right_or_it_is_refused()
    {
        var random = new Random(5);
        var parsed = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var start = random.Next(3) switch { 0 => "/api/models/org/name/tree/main/", 1 => "/org/name/resolve/main/", _ => "" };
            var path = start + string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
            if (HubRoute.TryParse(path, out var route) && route.Path is { } found)
            {
                parsed++;
                Assert.True(RepoPath.TryParse(found.Text, out _, out _), path);
                Assert.DoesNotContain("..", found.Text.Split('/'));
                Assert.DoesNotContain('\0', found.Text);
            }
        }

        Assert.True(parsed > 100, $"only {parsed} were right");
    }

    [Fact]
    public void Whatever_the_range_is_it_lies_within_the_file()
    {
        var random = new Random(6);
        string Number() => random.Next(6) switch { 0 => "", 1 => "-1", 2 => "99999999999999999999", 3 => "x", _ => $"{random.Next(15)}" };
        for (var i = 0; i < 20_000; i++)
        {
            if (RequestedRange.Read($"bytes={Number()}-{Number()}", 10, out var isBeyond) is { } range)
            {
                Assert.True(!isBeyond && range.Offset is >= 0 and < 10 && range.Length >= 1 && range.Offset + range.Length <= 10);
            }
        }
    }

    private static string Shown(HubRoute route) => $"{route.Question} {route.Repo}@{route.Revision}:{route.Path}";
}
