namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Gets one line. It may be changed, and is valid until the call returns.</summary>
internal delegate void LineReceiver(Span<byte> line);

/// <summary>Cuts what a tool prints into lines, in bounded memory.</summary>
internal static class ByteLines
{
    // A path has at most 4096 bytes, and rsync writes four characters for one of them at worst.
    private const int LongestLine = 64 * 1024;

    /// <summary>Reads to the end of a stream.</summary>
    /// <param name="stream">What a tool prints.</param>
    /// <param name="ends">What ends a line; what follows the last end is a line too, unless it is empty.</param>
    /// <param name="receive">Gets each line without its end, empty ones as well.</param>
    /// <exception cref="IOException">A line is longer than 64 KiB: this is not what we asked for.</exception>
    public static void Read(Stream stream, ReadOnlySpan<byte> ends, LineReceiver receive)
    {
        var buffer = new byte[LongestLine];
        var filled = 0;
        while (true)
        {
            var read = stream.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            for (int end; (end = rest.IndexOfAny(ends)) >= 0; rest = rest[(end + 1)..])
            {
                receive(rest[..end]);
            }

            if (read == 0)
            {
                if (!rest.IsEmpty)
                {
                    receive(rest);
                }

                return;
            }

            if (rest.Length == buffer.Length)
            {
                throw new IOException($"the answer has a line of more than {LongestLine} bytes");
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
        }
    }
}
