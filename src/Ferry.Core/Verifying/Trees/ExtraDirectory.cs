using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>A directory of the target in which something is to be removed, or that is to be removed itself with all below.</summary>
internal sealed class ExtraDirectory(PairDirectory pair, FileStatus known, ExtraDirectory? parent, bool isExtra)
{
    private int _pending = 1;

    /// <summary>Where it is.</summary>
    public DirectoryNode Node => pair.Node;

    /// <summary>What the walk found under the name.</summary>
    public FileStatus Known => known;

    /// <summary>The directory that holds this one.</summary>
    public ExtraDirectory? Parent => parent;

    /// <summary>The source has no such directory.</summary>
    public bool IsExtra => isExtra;

    /// <summary>The walk found names in it that are excluded.</summary>
    public bool HoldsExcluded => pair.HoldsExcluded;

    /// <summary>It stays, because something in it does.</summary>
    public bool IsKept { get; set; }

    /// <summary>Something was removed from it, which moved its time.</summary>
    public bool IsTouched { get; set; }

    /// <summary>It goes with all that is in it.</summary>
    public bool Goes => isExtra && !IsKept;

    /// <summary>What is to be removed from it that is not a directory: names with their terminators.</summary>
    public List<(byte[] Name, FileStatus Known)> Entries { get; } = [];

    /// <summary>One more directory in it is to be finished first.</summary>
    public void AddPending() => Interlocked.Increment(ref _pending);

    /// <summary>Its own entries, or a directory in it, are finished. True for the last of them.</summary>
    public bool FinishOne() => Interlocked.Decrement(ref _pending) == 0;
}
