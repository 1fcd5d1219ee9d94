namespace Ferry.Core.Manifests.Sums;

/// <summary>Splits a manifest as text into lines, whichever way it is read, in memory of its longest line. Lines end in LF, or all of them in CR LF.</summary>
internal sealed class SumReader(SumReader.Source source, string name)
{
    /// <summary>Longest line in bytes: more than any path of <see cref="SumPath.MaxDepth"/> short names, escaped.</summary>
    public const int MaxLine = 1 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _hasCarriageReturns;

    /// <summary>Fills a buffer with the next bytes; 0 at the end.</summary>
    public delegate int Source(Span<byte> buffer);

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line without its end; false when there is none. The line may be changed, and is valid until the next call.</summary>
    /// <exception cref="SumFileException">A line is too long, is cut, or ends otherwise than the others.</exception>
    public bool TryRead(out Span<byte> line)
    {
        var length = FindEnd();
        if (length < 0 && _start == _end)
        {
            line = default;
            return false;
        }

        Line = checked(Line + 1);
        line = _buffer.AsSpan(_start, length < 0 ? _end - _start : length);
        _start += line.Length + (length < 0 ? 0 : 1);
        if (length < 0)
        {
            RequireOnly();
        }

        line = WithoutCarriageReturn(line);
        return true;
    }

    /// <summary>Length of the next line; -1 if what is left has no end.</summary>
    private int FindEnd()
    {
        for (var searched = 0; ;)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            searched = found >= 0 ? searched + found : _end - _start;
            if (searched > MaxLine)
            {
                throw new SumFileException(name, Line + 1L, $"is longer than {MaxLine} bytes: this is no manifest of BLAKE3 or SHA-256 digests");
            }

            if (found >= 0)
            {
                return searched;
            }

            if (_isAtEnd || !Fill())
            {
                return -1;
            }
        }
    }

    private bool Fill()
    {
        if (_start > _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = source(_buffer.AsSpan(_end));
        _end += read;
        _isAtEnd = read == 0;
        return read > 0;
    }

    /// <summary>
    /// A digest beside a download is often a single line without end. Behind others, such a line is what a cut leaves: its name may be half a name.
    /// </summary>
    private void RequireOnly()
    {
        if (Line > 1)
        {
            throw new SumFileException(name, Line, "does not end in a newline: the manifest may be cut off. Make it again, or add the newline if it is whole");
        }
    }

    private Span<byte> WithoutCarriageReturn(Span<byte> line)
    {
        var has = line.EndsWith((byte)'\r');
        if (Line == 1)
        {
            _hasCarriageReturns = has;
        }
        else if (has != _hasCarriageReturns)
        {
            throw new SumFileException(name, Line, has
                ? "ends in a carriage return, which other lines do not; as the end of a name it is written \\r"
                : "ends without the carriage return that other lines have");
        }

        return has ? line[..^1] : line;
    }
}
