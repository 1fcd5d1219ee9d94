using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Pull.Sources;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Where a pull is from: the bucket, and the hub itself where the user allows that.</summary>
internal sealed class HubSources(HubSession session, bool usesHub) : IDisposable
{
    // Somebody who has another source does not want to wait for this one as long.
    private static readonly RetryOptions s_short = new() { TotalTime = TimeSpan.FromSeconds(30) };

    private HubClient? _hub;
    private HubBucket? _bucket;

    /// <summary>The bucket, once they are open.</summary>
    public HubBucket Bucket => _bucket ?? throw new InvalidOperationException("the sources are not open");

    /// <summary>Opens them.</summary>
    /// <param name="observer">Is told when the hub is asked.</param>
    public IRepoSource Open(IPullObserver observer)
    {
        _bucket = session.OpenBucket(usesHub ? s_short : null);
        var bucket = new BucketRepoSource(_bucket);
        _hub = usesHub ? session.OpenHub() : null;
        return _hub is null ? bucket : new FallbackSource(bucket, new HubRepoSource(_hub), observer);
    }

    public void Dispose() => _hub?.Dispose();
}
