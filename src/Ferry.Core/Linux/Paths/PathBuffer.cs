namespace Ferry.Core.Linux;

/// <summary>A reusable, growing buffer for one path as bytes, kept with a NUL behind its end. Not thread-safe.</summary>
internal sealed class PathBuffer
{
    private byte[] _bytes = new byte[512];

    /// <summary>Length without the terminator.</summary>
    public int Length { get; private set; }

    /// <summary>The path without its terminator.</summary>
    public ReadOnlySpan<byte> Path => _bytes.AsSpan(0, Length);

    /// <summary>The path with its terminator, for system calls.</summary>
    public ReadOnlySpan<byte> Terminated => _bytes.AsSpan(0, Length + 1);

    public void Clear() => SetLength(0);

    /// <summary>Sets the length; what lies beyond the former end is to be written through <see cref="Writable"/>.</summary>
    public void SetLength(int length)
    {
        if (length + 1 > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(length + 1, _bytes.Length * 2));
        }

        Length = length;
        _bytes[length] = 0;
    }

    public Span<byte> Writable => _bytes.AsSpan(0, Length);

    /// <summary>Adds a component, with a slash before it unless it is the first.</summary>
    public void Append(ReadOnlySpan<byte> component)
    {
        var start = Length;
        var slash = start == 0 ? 0 : 1;
        SetLength(start + slash + component.Length);
        if (slash == 1)
        {
            _bytes[start] = (byte)'/';
        }

        component.CopyTo(_bytes.AsSpan(start + slash));
    }
}
