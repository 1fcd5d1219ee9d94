using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>What a staged tree lacks of what its manifest says.</summary>
/// <param name="Missing">Files and links that are gone, with all that was in directories that are gone.</param>
/// <param name="MissingDirectories">Directories that are gone.</param>
/// <param name="Expected">Files and links that should be there.</param>
public readonly record struct Completeness(long Missing, long MissingDirectories, long Expected)
{
    /// <summary>True when nothing is missing.</summary>
    public bool IsComplete => Missing == 0 && MissingDirectories == 0;
}

/// <summary>
/// Finds what a purge took. A deleted file changes its directory's modification time, which was set when it was staged: so only directories are
/// asked, and the entries only of those whose time differs.
/// </summary>
public sealed class CompletenessCheck
{
    // Directories that one worker asks in turn: enough to outweigh handing them out.
    private const int BatchSize = 64;

    private readonly ManifestFile _manifest;
    private readonly TreeRoot _target;
    private long _missing;
    private long _missingDirectories;

    private CompletenessCheck(ManifestFile manifest, TreeRoot target)
    {
        _manifest = manifest;
        _target = target;
    }

    /// <summary>Compares the tree with its manifest, without reading contents.</summary>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    /// <exception cref="LinuxException">A directory cannot be asked for another reason than being gone.</exception>
    public static Completeness Run(ManifestFile manifest, TreeRoot target, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var check = new CompletenessCheck(manifest, target);
        var batches = new List<Batch>();
        for (var start = 0; start < manifest.Index.Count; start += BatchSize)
        {
            batches.Add(new Batch(start, Math.Min(start + BatchSize, manifest.Index.Count)));
        }

        new WorkPool<Batch, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-check" },
            static () => new EngineWorker(),
            (batch, worker, _) => check.Process(batch, worker)).Run(batches, cancellation);
        return new Completeness(check._missing, check._missingDirectories, manifest.Totals.Files);
    }

    private sealed record Batch(int Start, int End);

    private WorkAmount Process(Batch batch, EngineWorker worker)
    {
        for (var position = batch.Start; position < batch.End; position++)
        {
            if (!_manifest.Index[position].IsGone)
            {
                Check(position, worker);
            }
        }

        return new WorkAmount(0, batch.End - batch.Start);
    }

    private void Check(int position, EngineWorker worker)
    {
        var expected = _manifest.Index[position];
        var path = _manifest.Index.WritePath(position, worker.TargetPath);
        var directory = _target.OpenDirectory(path);
        if (directory is -Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP)
        {
            CountEntries(position, worker);
            return;
        }

        Kernel.OrThrow(directory, "open", _target.Display(path.Path));
        try
        {
            if (Kernel.StatusOf(directory, out var status) < 0 || !expected.Modified.SurvivesAs(status.Modified))
            {
                CheckEntries(position, directory, worker);
            }
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    private void CountEntries(int position, EngineWorker worker)
    {
        Interlocked.Increment(ref _missingDirectories);
        ForEachEntry(position, worker, static (in ManifestEntry _) => true);
    }

    private void CheckEntries(int position, int directory, EngineWorker worker) =>
        ForEachEntry(position, worker, (in ManifestEntry entry) => IsMissing(directory, entry));

    private delegate bool MissingTest(in ManifestEntry entry);

    private void ForEachEntry(int position, EngineWorker worker, MissingTest isMissing)
    {
        worker.PriorEntries.Clear();
        _manifest.ReadEntries(position, worker.PriorEntries);
        var missing = 0;
        for (var offset = 0; offset < worker.PriorEntries.Length;)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            missing += !entry.IsGone && isMissing(entry) ? 1 : 0;
        }

        Interlocked.Add(ref _missing, missing);
    }

    /// <summary>Missing, of another kind, or with other bytes under the old time: not what a program using the cache would leave.</summary>
    private static bool IsMissing(int directory, in ManifestEntry entry)
    {
        Span<byte> name = stackalloc byte[256];
        entry.Name.CopyTo(name);
        name[entry.Name.Length] = 0;
        return Kernel.StatusOf(directory, name[..(entry.Name.Length + 1)], out var status) < 0
            || status.Kind != entry.Kind
            || (status.Size != entry.Size && entry.TargetModified.SurvivesAs(status.Modified));
    }
}
