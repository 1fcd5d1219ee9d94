namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>So many at a time: requests, new files.</summary>
/// <param name="count">1 or more.</param>
internal sealed class RequestLimit(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>Waits for a turn; it ends when what is returned is disposed.</summary>
    public async Task<Turn> EnterAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(_free);
    }

    public void Dispose() => _free.Dispose();

    /// <summary>A turn.</summary>
    internal readonly struct Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
