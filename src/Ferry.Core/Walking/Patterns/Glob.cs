namespace Ferry.Core.Walking;

/// <summary>A compiled glob over the bytes of a relative path. Immutable and thread-safe.</summary>
/// <remarks>
/// Matching goes back to the last star of each of the two kinds only. That is enough: when a later star has been reached at the
/// earliest possible place, no other choice of an earlier star of that kind can lead to more. Time is bounded by the product of
/// the two lengths, whatever the pattern.
/// </remarks>
internal sealed class Glob
{
    /// <summary>Any byte but the slash: <c>?</c>.</summary>
    internal const ushort AnyByte = 256;

    /// <summary>Any bytes but slashes, also none: <c>*</c>.</summary>
    internal const ushort Star = 257;

    /// <summary>Any bytes, also none: <c>**</c> at the end.</summary>
    internal const ushort Anything = 258;

    /// <summary>Nothing, or any bytes up to and with a slash: <c>**/</c>.</summary>
    internal const ushort Directories = 259;

    /// <summary>Matches nothing: a malformed pattern.</summary>
    internal const ushort Never = 260;

    /// <summary>A class; its index is added.</summary>
    internal const ushort FirstClass = 512;

    private readonly byte[] _prefix;
    private readonly ushort[] _steps;
    private readonly ByteSet[] _classes;
    private readonly byte[]? _suffix;

    internal Glob(byte[] prefix, ushort[] steps, ByteSet[] classes)
    {
        _prefix = prefix;
        _steps = steps;
        _classes = classes;
        _suffix = SuffixOf(steps);
    }

    /// <summary>Whether the whole text matches.</summary>
    /// <param name="text">A relative path or a name; not empty.</param>
    internal bool Matches(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(_prefix))
            return false;
        text = text[_prefix.Length..];
        if (_suffix is not null)
            return text.EndsWith(_suffix) && !text[..^_suffix.Length].Contains((byte)'/');
        return MatchesSteps(text);
    }

    /// <summary>The bytes after a single star that is the only special step, as in <c>*.tmp</c>; null for other globs.</summary>
    private static byte[]? SuffixOf(ushort[] steps)
    {
        if (steps is not [Star, ..])
            return null;
        var suffix = new byte[steps.Length - 1];
        for (int i = 0; i < suffix.Length; i++)
        {
            if (steps[i + 1] > byte.MaxValue)
                return null;
            suffix[i] = (byte)steps[i + 1];
        }
        return suffix;
    }

    private bool MatchesSteps(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<ushort> steps = _steps;
        int step = 0, at = 0;
        // Where to go on after the last star of each kind, and how far it reaches so far; -1 for none.
        int starStep = -1, starEnd = 0;
        int deepStep = -1, deepEnd = 0;
        while (step < steps.Length || at < text.Length)
        {
            if (step < steps.Length)
            {
                switch (steps[step])
                {
                    case Star:
                        (starStep, starEnd) = (++step, at);
                        continue;
                    case Anything when step == steps.Length - 1:
                        return true;
                    case Anything or Directories:
                        (deepStep, deepEnd, starStep) = (++step, at, -1);
                        continue;
                    case ushort one when at < text.Length && MatchesOne(one, text[at]):
                        step++;
                        at++;
                        continue;
                }
            }
            if (starStep >= 0 && starEnd < text.Length && text[starEnd] != '/')
            {
                (step, at) = (starStep, ++starEnd);
                continue;
            }
            if (deepStep < 0 || !Deepen(steps[deepStep - 1], text, ref deepEnd))
                return false;
            (step, at, starStep) = (deepStep, deepEnd, -1);
        }
        return true;
    }

    /// <summary>Lets a star that crosses directories reach for more.</summary>
    private static bool Deepen(ushort kind, ReadOnlySpan<byte> text, ref int end)
    {
        if (kind == Anything)
            return ++end <= text.Length;
        int slash = text[end..].IndexOf((byte)'/');
        end += slash + 1;
        return slash >= 0;
    }

    private bool MatchesOne(ushort step, byte value) =>
        step <= byte.MaxValue ? step == value
        : value != '/' && (step == AnyByte || (step >= FirstClass && _classes[step - FirstClass].Contains(value)));
}
