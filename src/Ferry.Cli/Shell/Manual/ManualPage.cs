using Ferry.Cli.Commands.Outline;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Shell.Installation;

namespace Ferry.Cli.Shell.Manual;

/// <summary>The manual page of one command, made of the command tree.</summary>
internal static class ManualPage
{
    private const string General = "Run 'ferry COMMAND --help' for the same on the terminal.";

    /// <summary>Name of the page's file: <c>ferry-config-show.1</c>.</summary>
    public static string FileName(CommandOutline command) => $"{PageName(command)}.1";

    /// <summary>Writes the page.</summary>
    /// <param name="command">The command.</param>
    /// <param name="parent">The command above it; null for ferry itself.</param>
    /// <param name="version">Ferry's.</param>
    public static string Text(CommandOutline command, CommandOutline? parent, string version)
    {
        var page = new Roff()
            .Comment(OwnFile.Mark)
            .Title(PageName(command).ToUpperInvariant(), $"ferry {version}")
            .Section("NAME").Marked($"{Roff.Escape(PageName(command))} \\- {Roff.Escape(command.Description.TrimEnd('.'))}")
            .Section("SYNOPSIS").Marked(Synopsis(command))
            .Section("DESCRIPTION").Text(command.Description);
        if (parent is null)
            page.Text(General);
        AddTerms(page, "COMMANDS", command.Children.Select(child => (Roff.Bold(child.Name), child.Description)));
        AddTerms(page, "ARGUMENTS", command.Arguments.Select(argument => (Roff.Italic(argument.Value.Name), argument.Description)));
        AddTerms(page, "OPTIONS", command.Options.Select(option => (Names(option), option.Description)));
        AddTerms(page, "ENVIRONMENT", Environment(command));
        AddTerms(page, "EXIT STATUS", ExitCodes(command.ExitCodes));
        if (command.Examples.Count > 0)
            page.Section("EXAMPLES").Verbatim(command.Examples);
        var others = parent is null ? command.Children : [parent, .. command.Children];
        if (others.Count > 0)
            page.Section("SEE ALSO").Marked(string.Join(",\n", others.Select(other => $"{Roff.Bold(PageName(other))}(1)")));
        return page.ToString();
    }

    private static string PageName(CommandOutline command) => command.Path.Replace(' ', '-');

    private static string Synopsis(CommandOutline command)
    {
        var parts = new List<string> { Roff.Bold(command.Path) };
        if (command.Children.Count > 0)
            parts.Add($"[{Roff.Italic("command")}]");
        parts.Add($"[{Roff.Italic("options")}]");
        foreach (var argument in command.Arguments)
        {
            var name = Roff.Italic(argument.Value.Name) + (argument.IsRepeatable ? " ..." : "");
            parts.Add((argument.Value.Kind == ValueKind.Program ? Roff.Escape("-- ") : "") + (argument.IsRequired ? name : $"[{name}]"));
        }
        return string.Join(' ', parts);
    }

    private static string Names(OptionOutline option) =>
        string.Join(", ", option.Names.Select(Roff.Bold)) + (option.Value is null ? "" : $" {Roff.Italic(option.Value.Name)}");

    private static IEnumerable<(string, string)> Environment(CommandOutline command) => SettingName.All
        .Where(setting => command.Options.Any(option => option.Names.Contains(setting.Flag)))
        .Select(setting => (Roff.Bold(setting.Environment), $"the same as {setting.Flag}, which goes before it"));

    /// <summary>"0 ok; 1 something failed; 2 wrong usage" as three terms.</summary>
    private static IEnumerable<(string, string)> ExitCodes(string? line)
    {
        foreach (var part in (line ?? "").Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var blank = part.IndexOf(' ', StringComparison.Ordinal);
            yield return blank > 0 && char.IsAsciiDigit(part[0]) ? (Roff.Bold(part[..blank]), part[(blank + 1)..]) : (Roff.Bold("else"), part);
        }
    }

    private static void AddTerms(Roff page, string section, IEnumerable<(string Term, string Text)> terms)
    {
        var isFirst = true;
        foreach (var (term, text) in terms)
        {
            if (isFirst)
                page.Section(section);
            page.Term(term).Text(text);
            isFirst = false;
        }
    }
}
