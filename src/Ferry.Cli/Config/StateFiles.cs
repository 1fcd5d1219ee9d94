namespace Ferry.Cli.Config;

/// <summary>Where ferry keeps what it writes for itself.</summary>
internal sealed class StateFiles(IHostEnvironment environment)
{
    /// <summary><c>ferry</c> in <c>$XDG_STATE_HOME</c> or <c>~/.local/state</c>.</summary>
    public string Directory
    {
        get
        {
            var directory = environment.Get("XDG_STATE_HOME");
            // The XDG specification says to ignore relative paths.
            return Path.Join(directory is ['/', ..] ? directory : environment.Home + "/.local/state", "ferry");
        }
    }

    /// <summary>What commands did with caches: docs/formats/history.md.</summary>
    public string History => Path.Join(Directory, "history.jsonl");

    /// <summary>When revisions in the hub's cache were used.</summary>
    public string HubUses => Path.Join(Directory, "hub-uses.log");
}
