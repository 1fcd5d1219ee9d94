using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>One directory in a manifest's index.</summary>
internal sealed class ManifestDirectory
{
    /// <summary>Position in the index of the directory that holds this one; -1 for the root.</summary>
    public required int Parent { get; init; }

    /// <summary>The directory's own name; empty for the root.</summary>
    public required byte[] Name { get; init; }

    /// <summary>True when the source no longer has it: it is not missed on the target.</summary>
    public bool IsGone { get; init; }

    /// <summary>True when entries that are gone follow the others: they are then sorted when read.</summary>
    public bool IsUnsorted { get; init; }

    public ushort Permissions { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>Modification time on the source, which the target's directory was given too: any later change there shows.</summary>
    public Timestamp Modified { get; init; }

    /// <summary>Change time on the source.</summary>
    public Timestamp Changed { get; init; }

    /// <summary>Where the entries lie in the file, ascending by name.</summary>
    public SegmentLocation[] Segments { get; init; } = [];

    /// <summary>Positions of the subdirectories: from here on, <see cref="ChildCount"/> of them, ascending by name.</summary>
    public int FirstChild { get; set; }

    public int ChildCount { get; set; }
}

/// <summary>A run of entries of one directory within a manifest file. Length counts the segment's header too.</summary>
internal readonly record struct SegmentLocation(long Offset, int Length);
