namespace Ferry.Core.Walking;

/// <summary>Turns the text of a glob into the steps that <see cref="Glob"/> takes.</summary>
/// <remarks>
/// <para>
/// The text before the first special character is compared as it is and what follows is compiled on its own. That is not only
/// faster: like git, it makes <c>**</c> right after that text count as being at the beginning of a pattern, so that
/// <c>/a**/b</c> matches <c>ab</c>.
/// </para>
/// <para>A step is a byte to match, or one of the constants of <see cref="Glob"/>.</para>
/// </remarks>
internal ref struct GlobCompiler
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly List<ushort> _steps;
    private readonly List<ByteSet> _classes;
    private int _at;

    private GlobCompiler(ReadOnlySpan<byte> text)
    {
        _text = text;
        _steps = new List<ushort>(text.Length);
        _classes = [];
    }

    internal static Glob Compile(ReadOnlySpan<byte> text)
    {
        int special = text.IndexOfAny("*?[\\"u8);
        if (special < 0)
            return new Glob(text.ToArray(), [], []);
        var compiler = new GlobCompiler(text[special..]);
        compiler.CompileSteps();
        return new Glob(text[..special].ToArray(), [.. compiler._steps], [.. compiler._classes]);
    }

    private void CompileSteps()
    {
        while (_at < _text.Length)
        {
            byte c = _text[_at++];
            switch (c)
            {
                case (byte)'*':
                    CompileStars();
                    break;
                case (byte)'?':
                    _steps.Add(Glob.AnyByte);
                    break;
                case (byte)'[':
                    CompileClass();
                    break;
                case (byte)'\\':
                    _steps.Add(_at < _text.Length ? _text[_at++] : Glob.Never);
                    break;
                default:
                    _steps.Add(c);
                    break;
            }
        }
    }

    private void CompileStars()
    {
        int first = _at - 1;
        while (_at < _text.Length && _text[_at] == '*')
            _at++;
        ReadOnlySpan<byte> rest = _text[_at..];
        bool crossesDirectories = _at - first >= 2
            && (first == 0 || _text[first - 1] == '/')
            && (rest.IsEmpty || rest[0] == '/' || rest.StartsWith("\\/"u8));
        if (!crossesDirectories)
        {
            _steps.Add(Glob.Star);
        }
        else if (rest.StartsWith("/"u8))
        {
            _at++;
            _steps.Add(Glob.Directories);
        }
        else
        {
            _steps.Add(Glob.Anything);
        }
    }

    private void CompileClass()
    {
        bool negated = _at < _text.Length && _text[_at] is (byte)'!' or (byte)'^';
        if (negated)
            _at++;
        if (!TryReadMembers(out ByteSet members))
        {
            // An unclosed or malformed class: git lets such a pattern match nothing.
            _at = _text.Length;
            _steps.Add(Glob.Never);
            return;
        }
        _steps.Add((ushort)(Glob.FirstClass + _classes.Count));
        _classes.Add(negated ? members.Complement() : members);
    }

    /// <summary>Reads up to and over the closing bracket. A bracket in the first place is a member.</summary>
    private bool TryReadMembers(out ByteSet members)
    {
        members = default;
        // The member that a following '-' would begin a range with; null after a range and after a named class.
        byte? previous = null;
        do
        {
            if (!TryReadMember(ref members, ref previous))
                return false;
            if (_at == _text.Length)
                return false;
        }
        while (_text[_at] != ']');
        _at++;
        return true;
    }

    private bool TryReadMember(ref ByteSet members, ref byte? previous)
    {
        if (_at == _text.Length)
            return false;
        byte c = _text[_at];
        ReadOnlySpan<byte> next = _text[(_at + 1)..];
        if (c == '-' && previous is { } from && next is [not (byte)']', ..])
        {
            _at++;
            if (!TryReadByte(out byte to))
                return false;
            members.AddRange(from, to);
            previous = null;
            return true;
        }
        if (c == '[' && next is [(byte)':', ..])
            return TryReadNamedClass(ref members, ref previous);
        if (!TryReadByte(out byte member))
            return false;
        members.Add(member);
        previous = member;
        return true;
    }

    /// <summary>Reads one byte of a class, which a backslash may stand before.</summary>
    private bool TryReadByte(out byte value)
    {
        value = 0;
        if (_text[_at] == '\\')
            _at++;
        if (_at == _text.Length)
            return false;
        value = _text[_at++];
        return true;
    }

    private bool TryReadNamedClass(ref ByteSet members, ref byte? previous)
    {
        ReadOnlySpan<byte> inside = _text[(_at + 2)..];
        int close = inside.IndexOf((byte)']');
        if (close < 0)
            return false;
        if (close == 0 || inside[close - 1] != ':')
        {
            // No ":]" in front of the bracket: the opening bracket is a member like any other.
            members.Add((byte)'[');
            previous = (byte)'[';
            _at++;
            return true;
        }
        _at += 2 + close + 1;
        previous = null;
        return PosixClass.TryAdd(inside[..(close - 1)], ref members);
    }
}
