using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Docs;

/// <summary>What the documents name is there.</summary>
public sealed partial class DocsTests
{
    public static TheoryData<string> Documents => [.. Markdown.Files()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_within_the_project_lead_somewhere(string document) =>
        Assert.All(Markdown.Links(Markdown.Read(document)), link =>
        {
            var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            var target = path.Length == 0 ? document : Path.Join(Path.GetDirectoryName(document), path);
            Assert.True(Path.Exists(Repository.File(target)), $"{document}: {link} leads nowhere");
            if (anchor is not null) Assert.Contains(anchor, Markdown.Anchors(Markdown.Read(target)));
        });

    [Theory]
    [InlineData("docs/semantics.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_test_that_is_named_exists(string document)
    {
        var named = Markdown.CodeWords(Markdown.Read(document)).Select(word => TestName().Match(word)).Where(match => match.Success);
        Assert.All(named, match =>
        {
            var text = SourceOf(match.Groups[1].Value);
            Assert.True(text is not null, $"{document}: there is no {match.Groups[1].Value}");
            Assert.True(text.Contains($" {match.Groups[2].Value}(", StringComparison.Ordinal), $"{document}: there is no {match.Value}");
        });
    }

    [Fact]
    public void Every_promise_says_what_shows_it()
    {
        var promises = Markdown.Read("docs/semantics.md").Split("\n### ")[1..];
        Assert.Equal(9, promises.Length);
        Assert.All(promises, promise =>
        {
            var shown = promise.Split("\nShown by")[1];
            Assert.True(shown.StartsWith(": no test yet", StringComparison.Ordinal) || TestInText().IsMatch(shown), promise);
        });
    }

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/semantics.md")]
    [InlineData("docs/formats/manifest.md")]
    [InlineData("docs/formats/sums.md")]
    [InlineData("docs/formats/receipt.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_project_and_type_that_is_named_exists(string document)
    {
        var words = Markdown.CodeWords(Markdown.Read(document)).Where(word => TypeName().IsMatch(word)).Except(s_notOurs);
        Assert.All(words, word => Assert.True(
            Declares(word) || Directory.Exists(Repository.File("src", word)) || Directory.Exists(Repository.File("tests", word)),
            $"{document}: there is no {word}"));
    }

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    public void Every_path_that_is_named_exists(string document)
    {
        var paths = Markdown.CodeWords(Markdown.Read(document)).Where(word => PathName().IsMatch(word)).ToList();
        Assert.All(paths, path => Assert.True(
            Path.Exists(Repository.File(path)) || Path.Exists(Repository.File("src", path)), $"{document}: there is no {path}"));
    }

    [RequiresTheory("ferry")]
    [MemberData(nameof(Documents))]
    public void Commands_that_are_shown_exist_with_their_options(string document) =>
        Assert.All(Markdown.ShellLines(Markdown.Read(document)).SelectMany(line => Call().Matches(line)), call =>
        {
            var words = call.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var command = words.Aggregate("ferry", (path, word) => CommandHelp.All.ContainsKey($"{path} {word}") ? $"{path} {word}" : path);
            Assert.True(command != "ferry" || words is [] || words[0].StartsWith('-'), $"{document}: {call.Value}");
            var options = words.Where(word => word.StartsWith('-')).Select(word => word.Split('=')[0]);
            Assert.All(options, option => Assert.Contains(option, CommandHelp.Options(CommandHelp.All[command])));
        });

    [RequiresFact("ferry")]
    public void Every_flag_of_a_setting_is_an_option_of_sync()
    {
        var flags = Markdown.CodeWords(Markdown.Read("docs/configuration.md")).Where(word => word.StartsWith("--", StringComparison.Ordinal));
        var others = new[] { "--shell", "--function", "--unset", "--project", "--yes", "--merge" };
        Assert.All(flags.Select(flag => flag.Split(' ')[0]).Except(others), flag =>
            Assert.Contains(flag, CommandHelp.Options(CommandHelp.All["ferry sync"])));
    }

    // Settings of the build and of the framework, and members of types that are named beside them.
    private static readonly string[] s_notOurs =
    [
        "PublishSingleFile", "SelfContained", "PublishTrimmed", "PublishReadyToRun", "TieredPGO", "ConcurrentGarbageCollection",
        "EventSourceSupport", "InvariantGlobalization", "IsAotCompatible", "TimeProvider", "Console", "Environment", "Files", "Out",
        "OutBytes", "Error", "In", "IsInteractive", "IsOutTerminal", "IsErrorTerminal", "ErrorTerminalSize", "Time", "Processes", "Cancellation", "Create",
    ];

    private static readonly Lazy<string> s_code = new(() =>
        string.Join('\n', Markdown.Sources("*.cs", "src").Concat(Markdown.Sources("*.cs", "tests")).Select(File.ReadAllText)));

    /// <summary>Whether a type is declared; of <c>Type.Member</c> also whether anything is called so.</summary>
    private static bool Declares(string name)
    {
        var parts = name.Split('.');
        return Regex.IsMatch(s_code.Value, $@"\b(class|struct|interface|enum|record|delegate \w+) {parts[0]}\b")
            && (parts.Length == 1 || Regex.IsMatch(s_code.Value, $@" {parts[1]}\b"));
    }

    /// <summary>All classes of that name; null if there is none.</summary>
    private static string? SourceOf(string testClass) =>
        Markdown.Sources(testClass + ".cs", "tests").Select(File.ReadAllText).Aggregate(default(string), (all, text) => all + text);

    [GeneratedRegex(@"^([A-Z]\w*Tests)\.(\w+)$")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`[A-Z]\w*Tests\.\w+`")]
    private static partial Regex TestInText();

    [GeneratedRegex(@"^(Ferry\.)?[A-Z][a-z0-9]+([A-Z][a-z0-9]+)*(\.[A-Z]\w+)?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^(?!ferry|~|/|\$)[\w.-]+(/[\w.-]+)+$")]
    private static partial Regex PathName();

    [GeneratedRegex(@"(?:^|[\s(""`/])ferry((?: +(?:[a-z][a-z-]*|--?[a-z][a-z-]*(?:=\S+)?))*)(?=$|[\s)""`])")]
    private static partial Regex Call();
}
