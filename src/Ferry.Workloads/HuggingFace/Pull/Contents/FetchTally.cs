using Ferry.Core.Progress;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Counts what is fetched. Thread-safe.</summary>
/// <param name="progress">What is shown meanwhile.</param>
internal sealed class FetchTally(TransferProgress progress)
{
    private long _received;
    private long _resumed;
    private int _downloaded;
    private int _shared;

    /// <summary>Bytes that came from the source.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _received);

    /// <summary>Bytes that an earlier pull had left.</summary>
    public long ResumedBytes => Interlocked.Read(ref _resumed);

    /// <summary>Contents that were downloaded.</summary>
    public int DownloadedBlobs => Volatile.Read(ref _downloaded);

    /// <summary>Contents that another repository had.</summary>
    public int SharedBlobs => Volatile.Read(ref _shared);

    /// <summary>Bytes that need not be fetched any more.</summary>
    public void Add(long bytes) => progress.AddBytes(bytes);

    /// <summary>Bytes that have to be fetched again.</summary>
    public void TakeBack(long bytes) => progress.AddBytes(-bytes);

    /// <summary>Bytes came from the source.</summary>
    public void Received(long bytes) => Interlocked.Add(ref _received, bytes);

    /// <summary>Bytes of an earlier pull were right.</summary>
    public void Resumed(long bytes) => Interlocked.Add(ref _resumed, bytes);

    /// <summary>A content is downloaded.</summary>
    public void Downloaded()
    {
        Interlocked.Increment(ref _downloaded);
        progress.AddFiles(1);
    }

    /// <summary>Another repository had a content.</summary>
    public void Shared(long bytes)
    {
        Interlocked.Increment(ref _shared);
        Found(bytes);
    }

    /// <summary>Somebody else has pulled a content meanwhile.</summary>
    public void Found(long bytes)
    {
        progress.AddBytes(bytes);
        progress.AddFiles(1);
    }
}
