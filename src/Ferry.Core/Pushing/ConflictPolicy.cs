namespace Ferry.Core.Pushing;

/// <summary>What a push does with a file that was changed on both sides since the last sync.</summary>
public enum ConflictPolicy
{
    /// <summary>Nothing: both versions stay where they are, the file is reported.</summary>
    Fail,

    /// <summary>The source keeps its version; the staged one is put beside it under a name of its own.</summary>
    Both,

    /// <summary>The version with the later modification time wins.</summary>
    Newer,

    /// <summary>The staged version wins.</summary>
    Scratch,

    /// <summary>The source's version wins.</summary>
    Source,
}
