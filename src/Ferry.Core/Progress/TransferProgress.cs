namespace Ferry.Core.Progress;

/// <summary>What a transfer is doing.</summary>
public enum TransferPhase
{
    /// <summary>Nothing has begun but a look at what is there.</summary>
    Starting,

    /// <summary>Another process holds the lock.</summary>
    Waiting,

    /// <summary>The source is being walked and compared.</summary>
    Comparing,

    /// <summary>Files are being copied.</summary>
    Copying,

    /// <summary>Data is being synced to storage and the record written.</summary>
    Committing,

    /// <summary>Staged files are re-read and compared with their digests.</summary>
    Verifying,

    /// <summary>Over, well or not.</summary>
    Finished,
}

/// <summary>
/// Counters of one transfer: written by its workers on many threads, read by whoever shows progress, at any time and without a lock. The
/// engine never prints.
/// </summary>
public sealed class TransferProgress
{
    private long _files;
    private long _bytes;
    private long _verifiedBytes;
    private long _compared;
    private int _phase;

    /// <summary>What is being done.</summary>
    public TransferPhase Phase
    {
        get => (TransferPhase)Volatile.Read(ref _phase);
        set => Volatile.Write(ref _phase, (int)value);
    }

    /// <summary>Files and links to copy; 0 until the plan is made.</summary>
    public long TotalFiles { get; set; }

    /// <summary>Bytes to copy; 0 until the plan is made.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Files and links copied so far.</summary>
    public long Files => Interlocked.Read(ref _files);

    /// <summary>Bytes copied so far, of unfinished files too.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes to re-read and compare; 0 until that begins.</summary>
    public long TotalToVerify { get; set; }

    /// <summary>Bytes re-read and compared so far.</summary>
    public long VerifiedBytes => Interlocked.Read(ref _verifiedBytes);

    /// <summary>Names whose metadata was compared so far.</summary>
    public long Compared => Interlocked.Read(ref _compared);

    internal void AddCompared(long names) => Interlocked.Add(ref _compared, names);

    /// <summary>Counts bytes as re-read and compared.</summary>
    public void AddVerified(long bytes) => Interlocked.Add(ref _verifiedBytes, bytes);

    /// <summary>Counts files and links as copied.</summary>
    public void AddFiles(long files) => Interlocked.Add(ref _files, files);

    /// <summary>Counts bytes as copied.</summary>
    public void AddBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
