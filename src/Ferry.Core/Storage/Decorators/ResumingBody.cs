namespace Ferry.Core.Storage;

/// <summary>A body that, when its connection breaks, goes on at that byte of the same version.</summary>
/// <param name="store">Where it is read from.</param>
/// <param name="first">The reading that was begun; closed with this, or when it breaks.</param>
/// <param name="offset">Where it begins in the object.</param>
/// <param name="budget">Of the call; renewed by every byte that arrives.</param>
/// <param name="cancellation">Of the call.</param>
internal sealed class ResumingBody(IObjectStore store, ObjectReading first, long offset, RetryBudget budget, CancellationToken cancellation) : BodyStream
{
    private readonly ObjectInfo _info = first.Info;
    private readonly long _length = first.Length;
    private ObjectReading? _reading = first;
    private long _done;
    private bool _isReplaced;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A connection that breaks after the last byte does no harm.
        while (_done < _length)
        {
            try
            {
                var reading = _reading ??= await ReopenAsync().ConfigureAwait(false);
                var read = await reading.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read > 0)
                {
                    _done += read;
                    budget.Renew();
                }

                return read;
            }
            catch (StoreException e) when (!_isReplaced && (e.Error is StoreError.Transient or StoreError.Throttled))
            {
                // Not so Integrity: bytes that were handed out may be the wrong ones.
                await CloseAsync().ConfigureAwait(false);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, cancellationToken);
                await budget.WaitAsync(e, either.Token).ConfigureAwait(false);
            }
        }

        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _reading?.Body.Dispose();
        base.Dispose(disposing);
    }

    private async Task<ObjectReading> ReopenAsync()
    {
        var range = new ByteRange(offset + _done, _length - _done);
        var reading = await store.ReadAsync(_info.Key, range, cancellation).ConfigureAwait(false);
        if (reading.Info.Version == _info.Version && reading.Length == range.Length)
        {
            return reading;
        }

        await reading.DisposeAsync().ConfigureAwait(false);
        _isReplaced = true;
        throw new StoreException(
            StoreError.Transient, $"{store.Facts.Name}: {_info.Key}: was replaced while it was read; {_done} of {_length} bytes had arrived");
    }

    private async ValueTask CloseAsync()
    {
        if (_reading is { } open)
        {
            _reading = null;
            await open.DisposeAsync().ConfigureAwait(false);
        }
    }
}
