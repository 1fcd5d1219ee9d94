using System.CommandLine;

namespace Ferry.Cli.Commands.Hub;

/// <summary>The options of the group <c>ferry hf</c>, which may be before the command's name, as in the older tool, or after it.</summary>
internal sealed class HubOptions
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = "read this file, in the place of all others", HelpName = "FILE", Recursive = true,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "say more; twice: each request to the store", Arity = ArgumentArity.Zero, Recursive = true,
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "no progress, no notes", Recursive = true };

    /// <summary>Adds them to the group.</summary>
    public void AddTo(Command group)
    {
        group.Options.Add(_config);
        group.Options.Add(_verbose);
        group.Options.Add(_quiet);
    }

    /// <summary>What was given.</summary>
    public HubChoice Read(ParseResult parsed) =>
        new(parsed.GetValue(_config), parsed.GetResult(_verbose)?.IdentifierTokenCount ?? 0, parsed.GetValue(_quiet));
}

/// <summary>What the command line says for all commands of the group.</summary>
/// <param name="ConfigFile">The file to read; null for the usual ones.</param>
/// <param name="Verbosity">0; 1 for what is used; 2 for each request too.</param>
/// <param name="IsQuiet">No progress, no notes.</param>
internal sealed record HubChoice(string? ConfigFile = null, int Verbosity = 0, bool IsQuiet = false);
