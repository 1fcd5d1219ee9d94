using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>What a file that is being copied may take the place of.</summary>
internal sealed class Landing
{
    /// <summary>Whatever has the name in the target.</summary>
    public static readonly Landing Anything = new();

    /// <summary>The target has a newer file that nobody recorded: it is only taken over, if its contents are equal.</summary>
    public static readonly Landing Equal = new() { Adopts = true };

    public bool Adopts { get; private init; }

    /// <summary>When files are staged: whether a version that has the name may be overwritten; null for none but one with equal contents.</summary>
    public Func<FileStatus, bool>? MayReplace { get; init; }

    /// <summary>The name in the target, terminated; null (default) for the source's.</summary>
    public byte[]? Name { get; init; }

    /// <summary>When files are pushed: the version that is replaced, no other; null for a name that must be free.</summary>
    public FileStatus? Replaces { get; init; }

    /// <summary>When files are pushed: the mode that was staged, so that it can be told whether a job has made it executable; null if nothing was.</summary>
    public ushort? StagedPermissions { get; init; }

    /// <summary>When files are pushed: the status under the final name; null when it was not this file's any more.</summary>
    public FileStatus? Landed { get; set; }
}
