using System.Text.RegularExpressions;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Docs;

/// <summary>All commands of the binary with their help, found by asking it.</summary>
internal static partial class CommandHelp
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_all = new(Collect);

    /// <summary>By command line, "ferry" first: what <c>--help</c> prints.</summary>
    public static IReadOnlyDictionary<string, string> All => s_all.Value;

    /// <summary>Names of the commands below one, as its help lists them.</summary>
    public static IEnumerable<string> Children(string help) => Listed(help, "Commands:").Select(line => line.Split(' ')[0]);

    /// <summary>The lines of a section, trimmed.</summary>
    public static IEnumerable<string> Listed(string help, string section) =>
        help.Split('\n').SkipWhile(line => line != section).Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Trim());

    /// <summary>Every option that a help text names, in all its spellings.</summary>
    public static IEnumerable<string> Options(string help) =>
        Listed(help, "Options:").SelectMany(line => Option().Matches(Gap().Split(line)[0]).Select(match => match.Value));

    private static Dictionary<string, string> Collect()
    {
        var all = new Dictionary<string, string>();
        var waiting = new Queue<string>(["ferry"]);
        while (waiting.TryDequeue(out var command))
        {
            all[command] = HelpOf(command);
            foreach (var child in Children(all[command])) waiting.Enqueue($"{command} {child}");
        }

        return all;
    }

    private static string HelpOf(string command)
    {
        var lines = FerryBinary.Run([.. command.Split(' ')[1..], "--help"]).OrThrow().Text.Split('\n');
        return string.Join('\n', lines.Select(line => line.TrimEnd())).Trim('\n');
    }

    [GeneratedRegex(@"(?<![\w-])--?[\w?][\w-]*")]
    private static partial Regex Option();

    [GeneratedRegex("  +")]
    private static partial Regex Gap();
}
