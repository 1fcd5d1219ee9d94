using System.Net.Sockets;
using System.Text;

namespace Ferry.Testing.Stores;

/// <summary>Reads lines and bytes from a connection.</summary>
internal sealed class WireReader(Socket socket, CancellationToken cancellation)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _from;
    private int _to;

    /// <summary>Without its end; null at the end of the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (_from < _to || await FillAsync())
        {
            var next = (char)_buffer[_from++];
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }
        return null;
    }

    /// <summary>Some bytes, at most so many; empty at the end of the connection. Valid until the next call.</summary>
    public async Task<Memory<byte>> ReadAsync(long most)
    {
        if (_from == _to && !await FillAsync()) return Memory<byte>.Empty;
        var bytes = _buffer.AsMemory(_from, (int)Math.Min(most, _to - _from));
        _from += bytes.Length;
        return bytes;
    }

    private async Task<bool> FillAsync()
    {
        _from = 0;
        _to = await socket.ReceiveAsync(_buffer, SocketFlags.None, cancellation);
        return _to > 0;
    }
}
