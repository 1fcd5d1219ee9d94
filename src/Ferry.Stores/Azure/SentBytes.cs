namespace Ferry.Stores.Azure;

/// <summary>Counts the bytes of one write for its progress, and takes back those that were sent in vain. Thread-safe.</summary>
internal sealed class SentBytes(Action<long>? progress)
{
    private long _sent;

    public void Add(long bytes)
    {
        if (bytes == 0) return;
        Interlocked.Add(ref _sent, bytes);
        progress?.Invoke(bytes);
    }

    /// <summary>The write came to nothing.</summary>
    public void TakeBack() => Add(-Interlocked.Read(ref _sent));
}
