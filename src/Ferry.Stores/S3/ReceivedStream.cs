using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>The promised bytes of an answer: exactly as many, or a failure.</summary>
internal sealed class ReceivedStream(Stream source, long length, StallGuard guard, Func<Exception, StoreException> explain) : BodyStream
{
    private long _received;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_received == length || buffer.Length == 0) return 0;
        var wanted = (int)Math.Min(buffer.Length, length - _received);
        try
        {
            guard.Restart();
            // The guard's token ends what stalls; the reader's own has only this way left.
            using var ended = cancellationToken.UnsafeRegister(static source => ((Stream)source!).Dispose(), source);
            var read = await source.ReadAsync(buffer[..wanted], guard.Token).ConfigureAwait(false);
            if (read == 0) throw new EndOfStreamException($"the connection ended {length - _received} bytes early");
            _received += read;
            guard.Pause();
            return read;
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw explain(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
