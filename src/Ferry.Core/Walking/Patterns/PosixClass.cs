namespace Ferry.Core.Walking;

/// <summary>The character classes of POSIX, for ASCII, as git has them.</summary>
internal static class PosixClass
{
    /// <summary>Adds the members of a class.</summary>
    /// <param name="name">The name between <c>[:</c> and <c>:]</c>.</param>
    /// <param name="set">Receives the members.</param>
    /// <returns>Whether there is such a class.</returns>
    internal static bool TryAdd(ReadOnlySpan<byte> name, ref ByteSet set)
    {
        if (ContainsOf(name) is not { } contains)
            return false;
        for (int c = 0; c < 128; c++)
        {
            if (contains((char)c))
                set.Add((byte)c);
        }
        return true;
    }

    private static Func<char, bool>? ContainsOf(ReadOnlySpan<byte> name) => name switch
    {
        [.. var n] when n.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit,
        [.. var n] when n.SequenceEqual("alpha"u8) => char.IsAsciiLetter,
        [.. var n] when n.SequenceEqual("blank"u8) => static c => c is ' ' or '\t',
        [.. var n] when n.SequenceEqual("cntrl"u8) => char.IsControl,
        [.. var n] when n.SequenceEqual("digit"u8) => char.IsAsciiDigit,
        [.. var n] when n.SequenceEqual("graph"u8) => static c => c is > ' ' and < '\x7f',
        [.. var n] when n.SequenceEqual("lower"u8) => char.IsAsciiLetterLower,
        [.. var n] when n.SequenceEqual("print"u8) => static c => c is >= ' ' and < '\x7f',
        [.. var n] when n.SequenceEqual("punct"u8) => static c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
        // Not the vertical tab and the form feed of the C locale: git's own table leaves them out.
        [.. var n] when n.SequenceEqual("space"u8) => static c => c is ' ' or '\t' or '\n' or '\r',
        [.. var n] when n.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper,
        [.. var n] when n.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit,
        _ => null,
    };
}
