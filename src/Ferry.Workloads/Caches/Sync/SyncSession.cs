using System.Text;
using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>What the caches of one sync command share. Thread-safe.</summary>
internal sealed class SyncSession
{
    // Syncs of other caches write markers to the same directory: a marker takes milliseconds, the clocks of two nodes may differ.
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private bool _isPrepared;

    public required CacheSettings Settings { get; init; }

    public required SyncOptions Options { get; init; }

    public required ISyncObserver Observer { get; init; }

    public required TimeProvider Time { get; init; }

    public required IProcessRunner Processes { get; init; }

    public required TransferLimiters Limiters { get; init; }

    public BandwidthLimit? Bandwidth { get; init; }

    /// <summary>The time, as files have it.</summary>
    public Timestamp Now => Timestamp.From(Time.GetUtcNow());

    public SpaceCheck Space { get; } = new();

    public CancellationToken Cancellation { get; init; }

    /// <summary>Makes or checks the cache root, and marks it so that backups leave it out.</summary>
    /// <exception cref="IOException">It cannot be made, or others could change it.</exception>
    public void PrepareCacheRoot()
    {
        lock (_lock)
        {
            if (!_isPrepared)
            {
                EnsureScratch();
                PrivateDirectory.Ensure(Settings.ScratchBase, Settings.CacheRoot);
                WriteTag(Path.Join(Settings.CacheRootPath, "CACHEDIR.TAG"));
                AtomicFile.RemoveLeftovers(Settings.CacheRootPath, Time.GetUtcNow() - s_leftoverAge);
                _isPrepared = true;
            }
        }
    }

    /// <summary>A scratch directory of this user's own below an existing one, such as /scratch/USER, may not be there yet.</summary>
    private void EnsureScratch()
    {
        if (!Directory.Exists(Settings.ScratchBase) && Path.GetDirectoryName(Settings.ScratchBase) is { } parent)
        {
            PrivateDirectory.Ensure(parent, Path.GetFileName(Settings.ScratchBase));
        }
    }

    /// <summary>The tag of https://bford.info/cachedir/: its first 43 bytes are fixed.</summary>
    private static void WriteTag(string path)
    {
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(
                "Signature: 8a477f597d28d172789f06886806bc55\n# Caches staged by ferry. Their originals are elsewhere; see ferry status.\n"));
        }
    }
}
