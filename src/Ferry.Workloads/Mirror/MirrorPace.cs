using Ferry.Core.Concurrency;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror;

/// <summary>How many files are in flight at a time, in which order, and why.</summary>
/// <param name="InInodeOrder">A head moves less when files are read in the order in which the file system has laid them out.</param>
/// <param name="Reason">The choice and what it rests on, in a line.</param>
internal sealed record MirrorPace(bool InInodeOrder, string Reason)
{
    /// <summary>Chooses for reading one tree and writing another.</summary>
    /// <param name="jobs">What was asked for; null to choose.</param>
    /// <param name="source">The tree that is read.</param>
    /// <param name="target">The tree that is written; null when only one is read.</param>
    public static MirrorPace Of(int? jobs, TreeRoot source, TreeRoot? target)
    {
        var from = TransferLimiters.ProfileOf(source);
        var to = target is null ? null : TransferLimiters.ProfileOf(target);
        var turns = from.IsRotational == true || to?.IsRotational == true;
        var devices = to is null ? Describe(from) : $"{Describe(from)} -> {Describe(to)}";
        var choice = (jobs, turns, from.IsRemote || to?.IsRemote == true) switch
        {
            ({ } wanted, _, _) => $"{wanted:N0} at a time, as asked for",
            (_, true, _) => "1 at a time, in order: a head that jumps between files is slower",
            (_, _, true) => "32 at a time to begin with, more while that is faster: each request waits for a server",
            _ => $"{Environment.ProcessorCount:N0} at a time to begin with, more while that is faster",
        };
        return new MirrorPace(turns && jobs is null or 1, $"{choice} ({devices})");
    }

    private static string Describe(DeviceProfile profile) =>
        profile.FileSystem.Name + (profile.IsRotational switch { true => " on a disk that turns", false => " on flash", null => "" });
}
