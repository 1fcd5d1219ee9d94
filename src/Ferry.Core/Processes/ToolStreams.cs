namespace Ferry.Core.Processes;

/// <summary>What is said to a tool, and what becomes of its answer, while it runs.</summary>
public sealed record ToolStreams
{
    /// <summary>
    /// Writes what the tool reads; called on a thread of its own. Null (default): it reads nothing. A tool that ends before it has read all is
    /// no error here.
    /// </summary>
    public Action<Stream>? Input { get; init; }

    /// <summary>Reads what the tool prints; called on the caller's thread. What it leaves unread is discarded. Null (default): all is.</summary>
    public Action<Stream>? Output { get; init; }

    /// <summary>Gets each line of standard error as it comes; called on another thread, one at a time. Null (default): only the end is kept.</summary>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>Variables that the tool has beside those of this process. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
