using System.Globalization;
using System.Text;

namespace Ferry.Testing.Stores;

/// <summary>The body that follows a head, passed on as it is framed; its bytes are counted without the framing.</summary>
internal sealed class ProxyBody(WireReader from, HttpHead head, bool hasBody)
{
    private long _position;

    /// <summary>Byte whose lowest bit is turned over.</summary>
    public long? FlipAt { get; set; }

    /// <summary>Byte before which it ends, whatever was promised.</summary>
    public long? EndAt { get; set; }

    /// <summary>Whether a body without a length ends with its connection, as answers do.</summary>
    public bool UntilClosed { get; init; }

    /// <summary>Whether it did.</summary>
    public bool EndedByClosing { get; private set; }

    /// <summary>Passes all of it on.</summary>
    /// <exception cref="OperationCanceledException">The connection ends too early.</exception>
    public async Task CopyAsync(Func<ReadOnlyMemory<byte>, ValueTask> to)
    {
        if (!hasBody || EndAt == 0) return;
        if (head.IsChunked) await CopyChunksAsync(to);
        else if (head.ContentLength is { } length) await CopyAsync(length, to);
        else if (UntilClosed)
        {
            EndedByClosing = true;
            while (await from.ReadAsync(int.MaxValue) is { Length: > 0 } bytes)
                if (!await PassAsync(bytes, to)) return;
        }
    }

    private async Task CopyChunksAsync(Func<ReadOnlyMemory<byte>, ValueTask> to)
    {
        while (true)
        {
            var line = await LineAsync(to);
            var length = long.Parse(line.Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0) break;
            if (!await CopyAsync(length, to)) return;
            await LineAsync(to);
        }
        // Trailers, and an empty line.
        while ((await LineAsync(to)).Length > 0)
        {
        }
    }

    private async Task<string> LineAsync(Func<ReadOnlyMemory<byte>, ValueTask> to)
    {
        var line = await from.ReadLineAsync() ?? throw new OperationCanceledException();
        await to(Encoding.Latin1.GetBytes(line + "\r\n"));
        return line;
    }

    private async Task<bool> CopyAsync(long length, Func<ReadOnlyMemory<byte>, ValueTask> to)
    {
        while (length > 0)
        {
            var bytes = await from.ReadAsync(length);
            if (bytes.Length == 0) throw new OperationCanceledException();
            length -= bytes.Length;
            if (!await PassAsync(bytes, to)) return false;
        }
        return true;
    }

    /// <returns>Whether more may follow.</returns>
    private async ValueTask<bool> PassAsync(Memory<byte> bytes, Func<ReadOnlyMemory<byte>, ValueTask> to)
    {
        if (FlipAt is { } flip && flip >= _position && flip < _position + bytes.Length) bytes.Span[(int)(flip - _position)] ^= 1;
        if (EndAt is { } end && end <= _position + bytes.Length)
        {
            await to(bytes[..(int)(end - _position)]);
            return false;
        }
        _position += bytes.Length;
        await to(bytes);
        return true;
    }
}
