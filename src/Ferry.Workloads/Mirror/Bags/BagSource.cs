using Ferry.Core.Concurrency;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Bags;

/// <summary>Looks at what is to go into a bag before anything is made.</summary>
internal static class BagSource
{
    // More than these nobody renames one by one.
    private const int MaxNamed = 1_000;

    /// <summary>The report of a mirror that cannot begin; null if it can.</summary>
    public static MirrorReport? Refuse(MirrorOptions options, MirrorSession session)
    {
        using var places = MirrorPlaces.Open(options with { DryRun = true });
        var excludes = MirrorPatterns.For(options, null, places, null);
        var limiter = new TransferLimiters(options.Jobs, session.Time).For(places.Source, null);
        var found = BagPayloadCheck.Run(places.Source, excludes, MaxNamed, limiter, session.Cancellation);
        return found.Count == 0 ? null : new MirrorReport
        {
            Outcome = MirrorOutcome.Failed, Problems = found, Error = $"{options.Source}: no bag can hold all of it; nothing was copied",
        };
    }
}
