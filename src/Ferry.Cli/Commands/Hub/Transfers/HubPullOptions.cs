using System.CommandLine;
using Ferry.Workloads.HuggingFace.Pull;

namespace Ferry.Cli.Commands.Hub;

/// <summary>What the command line says of how to pull.</summary>
internal sealed record HubPullChoice
{
    public int? Workers { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Whether contents that are there are hashed.</summary>
    public bool Repair { get; init; }

    /// <summary>Whether the hub itself is asked for what the bucket cannot give.</summary>
    public bool UsesHub { get; init; }

    public bool Json { get; init; }

    /// <summary>For a session's cache.</summary>
    public PullOptions For(HubSession session) => new() { CacheDirectory = session.CacheDirectory.Value, Workers = Workers, DryRun = DryRun, Repair = Repair };
}

/// <summary>The options that <c>pull</c> and <c>pull-all</c> have in common.</summary>
internal sealed class HubPullOptions
{
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "show what would be downloaded, and change nothing" };
    private readonly Option<int?> _workers = WorkersOption.Create("requests at a time");
    private readonly Option<bool> _repair = new("--repair") { Description = "hash what the cache has already, and download what is wrong again" };
    private readonly Option<bool> _json = new("--json") { Description = "print a JSON report" };

    private readonly Option<string?> _fallback = new("--fallback")
    {
        Description = "hf-hub: ask the hub for what the bucket does not have or cannot give for a while; never after refused keys",
        HelpName = "WHERE",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        _fallback.AcceptOnlyFromAmong(HubPullCommand.FallbackWords);
        foreach (var option in (ReadOnlySpan<Option>)[_dryRun, _workers, _fallback, _repair, _json])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    public HubPullChoice Read(ParseResult parsed) => new()
    {
        Workers = parsed.GetValue(_workers), DryRun = parsed.GetValue(_dryRun), Repair = parsed.GetValue(_repair), UsesHub = parsed.GetValue(_fallback) is not null,
        Json = parsed.GetValue(_json),
    };
}
