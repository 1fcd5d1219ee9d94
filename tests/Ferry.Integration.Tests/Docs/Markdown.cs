using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Docs;

/// <summary>The documents of the checkout.</summary>
internal static partial class Markdown
{
    private static readonly string[] s_others = ["bin", "obj", "artifacts", "node_modules", ".git"];

    /// <summary>Paths, relative to the root, of all documents.</summary>
    public static IEnumerable<string> Files() => Sources("*.md").Select(path => Path.GetRelativePath(Repository.Root, path));

    /// <summary>Absolute paths of all files of a kind, without what was built or installed.</summary>
    public static IEnumerable<string> Sources(string pattern, string below = "") =>
        Directory.EnumerateFiles(Repository.File(below), pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Repository.Root, path).Split('/').Intersect(s_others).Any());

    public static string Read(string document) => File.ReadAllText(Repository.File(document));

    /// <summary>Everything between single backquotes.</summary>
    public static IEnumerable<string> CodeWords(string text) =>
        CodeWord().Matches(WithoutBlocks(text)).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>Where links lead, without those to other sites.</summary>
    public static IEnumerable<string> Links(string text) =>
        Link().Matches(WithoutBlocks(text)).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));

    /// <summary>The lines of blocks that show a shell, without comments.</summary>
    public static IEnumerable<string> ShellLines(string text) =>
        Block().Matches(text).Where(match => match.Groups[1].Value is "bash" or "console" or "fish" or "tcsh")
            .SelectMany(match => match.Groups[2].Value.Split('\n')).Select(line => Comment().Replace(line, ""));

    /// <summary>The names by which headings are linked to.</summary>
    public static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(WithoutBlocks(text))
            .Select(match => NoAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutBlocks(string text) => Block().Replace(text, "");

    [GeneratedRegex("^```(\\w*)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeWord();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
