using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>
/// Says before a copy begins that it would not fit. Transfers of one command that go to the same file system are added up. Thread-safe.
/// </summary>
public sealed class SpaceCheck
{
    // Rough: what a file takes beside its bytes, half a block on average.
    private const long OverheadPerFileBytes = 2048;

    private readonly Lock _lock = new();
    private long _claimedBytes;
    private long _claimedInodes;

    /// <summary>Claims room for a plan on the file system that holds <paramref name="target"/>.</summary>
    /// <returns>Null when it fits; else what is lacking, for people.</returns>
    public string? Claim(TreePlan plan, string target)
    {
        var work = plan.Work with { Bytes = Math.Max(0, plan.Work.Bytes - plan.UnfinishedBytes) };
        var space = FileSystemSpace.Of(target);
        lock (_lock)
        {
            var bytes = _claimedBytes + work.Bytes + (work.Files * OverheadPerFileBytes);
            var inodes = _claimedInodes + work.Inodes;
            if (work.Bytes > 0 && bytes > space.FreeBytes)
            {
                return $"needs {ByteText.Of(bytes - _claimedBytes)}, and {target} has {ByteText.Of(Math.Max(0, space.FreeBytes - _claimedBytes))} free";
            }

            if (space.FreeInodes is { } free && inodes > free)
            {
                return $"needs {work.Inodes:N0} inodes, and {target} has {Math.Max(0, free - _claimedInodes):N0} free";
            }

            (_claimedBytes, _claimedInodes) = (bytes, inodes);
            return null;
        }
    }
}
