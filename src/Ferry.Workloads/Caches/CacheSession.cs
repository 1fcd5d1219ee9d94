using System.Text;
using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches;

/// <summary>What the caches of one command share. Thread-safe.</summary>
internal class CacheSession
{
    // Syncs of other caches write markers to the same directory: a marker takes milliseconds, the clocks of two nodes may differ.
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private bool _isPrepared;

    public required CacheSettings Settings { get; init; }

    public required ITransferObserver Observer { get; init; }

    public required TimeProvider Time { get; init; }

    public required IProcessRunner Processes { get; init; }

    public TransferLimiters Limiters
    {
        get
        {
            lock (_lock)
            {
                return field ??= new TransferLimiters(Settings.Transfer.Jobs, Time);
            }
        }
    }

    public BandwidthLimit? Bandwidth
    {
        get
        {
            lock (_lock)
            {
                return Settings.Transfer.BandwidthLimitBytesPerSecond is > 0 and var rate ? field ??= new BandwidthLimit(rate, Time) : null;
            }
        }
    }

    /// <summary>The time, as files have it.</summary>
    public Timestamp Now => Timestamp.From(Time.GetUtcNow());

    public SpaceCheck Space { get; } = new();

    public CancellationToken Cancellation { get; init; }

    /// <summary>Works on several caches, a few at a time; the results come in the order of the caches.</summary>
    public TReport[] ForEach<TReport>(IReadOnlyList<CacheDefinition> caches, Func<CacheDefinition, TReport> work)
    {
        var reports = new TReport[caches.Count];
        var next = -1;
        InParallel(Math.Min(Settings.Transfer.ParallelCaches, caches.Count), () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < caches.Count;)
            {
                reports[i] = work(caches[i]);
            }
        });
        return reports;
    }

    /// <summary>The calling thread is one of them: a single cache needs no other.</summary>
    private static void InParallel(int threads, Action work)
    {
        var others = new Thread[Math.Max(0, threads - 1)];
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(() => work()) { IsBackground = true, Name = "ferry-cache" };
            others[i].Start();
        }

        work();
        Array.ForEach(others, static thread => thread.Join());
    }

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
