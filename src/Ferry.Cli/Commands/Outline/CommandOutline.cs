using System.CommandLine;

namespace Ferry.Cli.Commands.Outline;

/// <summary>An option as people see it.</summary>
/// <param name="Names">All its spellings, the shortest first.</param>
/// <param name="Description">In one line.</param>
/// <param name="Value">What it takes; null for a switch.</param>
/// <param name="IsRepeatable">Whether it may be given several times.</param>
internal sealed record OptionOutline(IReadOnlyList<string> Names, string Description, ValueOutline? Value, bool IsRepeatable);

/// <summary>A word of a command line that is neither command nor option.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Description">In one line.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="IsRepeatable">Whether several may be given.</param>
internal sealed record ArgumentOutline(ValueOutline Value, string Description, bool IsRequired, bool IsRepeatable);

/// <summary>
/// A command as people see it, read from the command tree that parses and helps: what manual pages and completions are made of.
/// </summary>
internal sealed class CommandOutline
{
    private CommandOutline(Command command, CommandOutline? parent)
    {
        Command = command;
        Path = parent is null ? "ferry" : $"{parent.Path} {command.Name}";
        Options = [.. Inherited(command, parent).Where(option => !option.Hidden).Select(Describe)];
        Arguments = [.. command.Arguments.Where(argument => !argument.Hidden).Select(Describe)];
        Children = [.. command.Subcommands.Where(child => !child.Hidden).Select(child => new CommandOutline(child, this))];
    }

    private Command Command { get; }

    /// <summary>The words to call it: <c>ferry config show</c>.</summary>
    public string Path { get; }

    /// <summary>The last of them.</summary>
    public string Name => Path[(Path.LastIndexOf(' ') + 1)..];

    /// <summary>What it does, in one line.</summary>
    public string Description => Command.Description ?? "";

    /// <summary>Its options, those that all commands have at the end.</summary>
    public IReadOnlyList<OptionOutline> Options { get; }

    /// <summary>What else it takes, in order.</summary>
    public IReadOnlyList<ArgumentOutline> Arguments { get; }

    /// <summary>The commands below it.</summary>
    public IReadOnlyList<CommandOutline> Children { get; }

    /// <inheritdoc cref="DocumentedCommand.Examples"/>
    public IReadOnlyList<string> Examples => (Command as DocumentedCommand)?.Examples ?? [];

    /// <inheritdoc cref="DocumentedCommand.ExitCodes"/>
    public string? ExitCodes => (Command as DocumentedCommand)?.ExitCodes;

    /// <summary>Describes a program.</summary>
    public static CommandOutline Of(RootCommand root) => new(root, null);

    /// <summary>The command and all below it, itself first.</summary>
    public IEnumerable<CommandOutline> All => Children.SelectMany(child => child.All).Prepend(this);

    private static List<Option> Inherited(Command command, CommandOutline? parent)
    {
        var options = new List<Option>(command.Options);
        for (var above = parent?.Command; above is not null; above = above.Parents.OfType<Command>().FirstOrDefault())
            options.AddRange(above.Options.Where(option => option.Recursive));
        return options;
    }

    private static OptionOutline Describe(Option option)
    {
        // The help option also answers to the names of other systems.
        var names = option.Aliases.Prepend(option.Name).Where(name => name.StartsWith('-') && !name.Contains('?'));
        var value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? null : ValueOutline.Of(option.HelpName ?? "VALUE", option);
        return new OptionOutline([.. names.OrderBy(name => name.Length)], option.Description ?? "", value, value is not null && option.Arity.MaximumNumberOfValues > 1);
    }

    private static ArgumentOutline Describe(Argument argument) => new(
        ValueOutline.Of(argument.HelpName ?? argument.Name, argument),
        argument.Description ?? "",
        argument.Arity.MinimumNumberOfValues > 0,
        argument.Arity.MaximumNumberOfValues > 1);
}
