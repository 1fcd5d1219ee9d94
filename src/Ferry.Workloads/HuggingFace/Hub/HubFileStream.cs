using System.Net;
using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>A file of a commit as the hub sends it: as many bytes as were promised, or it fails. A connection that breaks is taken up at that byte, for a commit never changes.</summary>
/// <param name="connection">To the hub.</param>
/// <param name="address">The file's.</param>
/// <param name="place">The file, for messages.</param>
/// <param name="range">The bytes that are wanted, within the file.</param>
/// <param name="length">Bytes of the whole file.</param>
/// <param name="budget">Of the whole reading; renewed by every byte that arrives.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class HubFileStream(
    HubConnection connection, Uri address, string place, ByteRange range, long length, RetryBudget budget, CancellationToken cancellation) : BodyStream
{
    private const int SkipBytes = 64 * 1024;

    private readonly long _end = range.Offset + range.Length;
    private long _position = range.Offset;
    private HubAnswer? _answer;
    private Stream? _body;

    private bool IsWhole => _position == 0 && _end == length;

    /// <summary>Opens the connection, so that what is wrong is known before the first byte is read.</summary>
    public Task OpenAsync() => RepeatAsync(async () =>
    {
        _body ??= _position < _end ? await ConnectAsync().ConfigureAwait(false) : Null;
        return 0;
    }, cancellation);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _end || buffer.Length == 0)
        {
            return 0;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, cancellationToken);
        return await RepeatAsync(() => ReadOnceAsync(buffer, either.Token), either.Token).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Disconnect();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken token)
    {
        var body = _body ??= await ConnectAsync().ConfigureAwait(false);
        var wanted = (int)Math.Min(buffer.Length, _end - _position);
        var read = await _answer!.ReadAsync(body, buffer[..wanted], token).ConfigureAwait(false);
        if (read == 0)
        {
            throw new HubException(HubError.Transient, $"{place}: the answer broke off at byte {_position} of {length}");
        }

        _position += read;
        budget.Renew();
        return read;
    }

    private async Task<T> RepeatAsync<T>(Func<Task<T>> attempt, CancellationToken token)
    {
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (HubException e)
            {
                Disconnect();
                await budget.WaitAsync(e, token).ConfigureAwait(false);
            }
        }
    }

    private async Task<Stream> ConnectAsync()
    {
        _answer = await connection.GetAsync(address, place, IsWhole ? null : new ByteRange(_position, _end - _position), cancellation).ConfigureAwait(false);
        var isWhole = Check(_answer.Response);
        var body = await _answer.Response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        if (isWhole && _position > 0)
        {
            await SkipAsync(_answer, body).ConfigureAwait(false);
        }

        return body;
    }

    /// <summary>Whether all of the file is sent, from its first byte; else it is sent from the byte that was asked for.</summary>
    private bool Check(HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        var sent = content.ContentRange;
        var isWhole = response.StatusCode == HttpStatusCode.OK;
        var told = isWhole ? content.ContentLength : sent?.Length;
        var reason = content.ContentEncoding.Count > 0 && !content.ContentEncoding.All(static each => each.Equals("identity", StringComparison.OrdinalIgnoreCase))
            ? "was sent compressed, which was not asked for"
            : told is { } bytes && bytes != length ? $"has {bytes} bytes, not the {length} of its listing"
            : !isWhole && (response.StatusCode != HttpStatusCode.PartialContent || sent?.From != _position || sent.To != _end - 1)
                ? "was answered with another range than the one that was asked for"
            : null;
        return reason is null ? isWhole : throw new HubException(HubError.Invalid, $"{place}: {reason}");
    }

    /// <summary>Some servers in between do not know ranges.</summary>
    private async Task SkipAsync(HubAnswer answer, Stream body)
    {
        var buffer = new byte[SkipBytes];
        for (var left = _position; left > 0;)
        {
            var read = await answer.ReadAsync(body, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                throw new HubException(HubError.Transient, $"{place}: the answer broke off before byte {_position} of {length}");
            }

            left -= read;
        }
    }

    private void Disconnect()
    {
        _body?.Dispose();
        _answer?.Dispose();
        (_body, _answer) = (null, null);
    }
}
