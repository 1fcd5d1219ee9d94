namespace Ferry.Core.Walking;

/// <summary>What a part of a tree is.</summary>
public enum OutlinePartKind
{
    /// <summary>A directory with all below.</summary>
    Directory,

    /// <summary>One file.</summary>
    File,

    /// <summary>The smaller entries of a directory.</summary>
    Rest,
}

/// <summary>A part of a tree.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Below the root, fit for display; of <see cref="OutlinePartKind.Rest"/> the directory that holds them. Empty: the root.</param>
/// <param name="Files">Files and links in it.</param>
/// <param name="Bytes">Sum of their sizes.</param>
public sealed record OutlinePart(OutlinePartKind Kind, string Path, long Files, long Bytes);

/// <summary>Files whose time is of one day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Sum of their sizes.</param>
public readonly record struct DayTotals(DateOnly Day, long Files, long Bytes);

/// <summary>A file and its time.</summary>
/// <param name="Path">Below the root, fit for display.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="At">The time that was asked for.</param>
public sealed record DatedFile(string Path, long Bytes, DateTimeOffset At);

/// <summary>Which time of a file counts.</summary>
public enum FileTime
{
    /// <summary>Last change of the contents.</summary>
    Modified,

    /// <summary>Last reading, as far as the file system keeps it (relatime, noatime).</summary>
    Accessed,

    /// <summary>Last change of anything.</summary>
    Changed,
}
