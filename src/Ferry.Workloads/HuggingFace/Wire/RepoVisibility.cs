namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>Who may have a repository's files, as the hub says.</summary>
public enum RepoVisibility
{
    /// <summary>Nobody has asked the hub.</summary>
    Unknown,

    /// <summary>Everybody.</summary>
    Public,

    /// <summary>Who has accepted its terms, or was let in by its owner.</summary>
    Gated,

    /// <summary>Its owner, and members of its organisation.</summary>
    Private,
}

/// <summary>How visibilities are written.</summary>
public static class RepoVisibilities
{
    /// <summary>As in manifests and in records: <c>gated</c>.</summary>
    public static string ToWord(this RepoVisibility visibility) => visibility switch
    {
        RepoVisibility.Public => "public",
        RepoVisibility.Gated => "gated",
        RepoVisibility.Private => "private",
        _ => "unknown",
    };

    /// <summary>What a word means; null for one that means nothing here.</summary>
    public static RepoVisibility? FromWord(ReadOnlySpan<char> word) => word switch
    {
        "unknown" => RepoVisibility.Unknown,
        "public" => RepoVisibility.Public,
        "gated" => RepoVisibility.Gated,
        "private" => RepoVisibility.Private,
        _ => null,
    };
}
