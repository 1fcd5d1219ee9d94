using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Bags;

/// <summary>Makes the target's directory a bag: what comes before the payload is copied, and after.</summary>
internal sealed class BagStep(MirrorSession session, MirrorOptions options, MirrorPlaces places, IgnorePatterns excludes, AdaptiveLimiter limiter)
{
    private const string ManifestName = "manifest-sha256.txt";

    private readonly string _directory = Path.GetFullPath(options.Bag);

    /// <summary>Why nothing can be copied into the bag; null if it can. It is no bag any more until <see cref="Finish"/>.</summary>
    /// <exception cref="IOException">It cannot be looked at, or is another program's.</exception>
    public string? Begin()
    {
        if (!options.Delete && ExtraRemover.Plan(places.Source, places.Target!, excludes, ExtraScope.All, limiter, session.Cancellation).Names is { Count: > 0 } extra)
        {
            return $"{places.Target!.Path}/{PathText.Display(extra.Items[0].Path)}{(extra.Count > 1 ? $" and {extra.Count - 1:N0} more are" : " is")} not in the source, and a bag lists all that it holds; --delete removes such names";
        }

        BagWriter.Begin(_directory);
        return null;
    }

    /// <summary>Writes the files around the payload, which has arrived whole.</summary>
    /// <param name="record">The copy's record.</param>
    public MirrorManifest Finish(string record)
    {
        using var payload = ManifestFile.Open(record) ?? throw new IOException($"{record}: was removed while it was needed; run it again");
        var totals = BagWriter.Finish(_directory, payload, new BagOptions
        {
            SoftwareAgent = session.SoftwareAgent, Date = DateOnly.FromDateTime(session.Time.GetUtcNow().UtcDateTime),
        });
        var path = Path.Join(options.Bag, ManifestName);
        return new MirrorManifest(DigestAlgorithm.Sha256, [path], totals.Files, totals.Bytes, FoundManifest.DigestOf(path).ToHex(), 0, 0, TimeSpan.Zero);
    }

    /// <summary>Makes it no bag any more: what was written is not what was read.</summary>
    public void Withdraw() => BagWriter.Begin(_directory);
}
