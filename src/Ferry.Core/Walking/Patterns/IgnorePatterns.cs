using System.Text;

namespace Ferry.Core.Walking;

/// <summary>
/// The patterns of one base directory, with the meaning that <a href="https://git-scm.com/docs/gitignore">gitignore</a> gives them.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Paths are bytes relative to the base directory, with single slashes between names and none at either end; letters match in
/// their own case only.
/// </para>
/// <para>
/// Pattern files in directories further down are a stack of such sets: each is asked, the deepest first, by <see cref="LastMatch"/>
/// with the path relative to its own directory, and the first that has a rule decides.
/// </para>
/// </remarks>
public sealed class IgnorePatterns
{
    private readonly IgnoreRule[] _rules;

    private IgnorePatterns(IgnoreRule[] rules) => _rules = rules;

    /// <summary>No patterns: nothing is ignored.</summary>
    public static IgnorePatterns Empty { get; } = new([]);

    /// <summary>Whether there is no pattern, so that a walk need not ask.</summary>
    public bool IsEmpty => _rules.Length == 0;

    /// <summary>The patterns in their order; comments and lines without content are left out.</summary>
    public IReadOnlyList<IgnoreRule> Rules => _rules;

    /// <summary>Reads patterns from the text of a file.</summary>
    /// <param name="text">The text, in any encoding that extends ASCII; LF or CRLF, with or without a byte order mark.</param>
    /// <returns>The patterns.</returns>
    /// <exception cref="IgnorePatternException">
    /// A pattern is longer than 4096 bytes or holds a NUL, or there are more than 100,000. A malformed pattern is no error, for it is
    /// none to git either: it matches nothing.
    /// </exception>
    public static IgnorePatterns Parse(ReadOnlySpan<byte> text)
    {
        List<IgnoreRule> rules = [];
        IgnoreLines.Parse(text, rules);
        return rules.Count == 0 ? Empty : new IgnorePatterns([.. rules]);
    }

    /// <summary>Reads patterns from a configuration, one to a line.</summary>
    /// <param name="lines">The patterns; a string of several lines counts as several.</param>
    /// <returns>The patterns.</returns>
    /// <exception cref="IgnorePatternException">As with the other overload, or a string is not valid UTF-16.</exception>
    public static IgnorePatterns Parse(IEnumerable<string> lines)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        using var text = new MemoryStream();
        int line = 0;
        foreach (string pattern in lines)
        {
            line++;
            try
            {
                text.Write(strict.GetBytes(pattern));
            }
            catch (EncoderFallbackException)
            {
                throw new IgnorePatternException(pattern, line, "is not valid text");
            }
            text.WriteByte((byte)'\n');
        }
        return Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    /// <summary>Whether a path is ignored, for a walk that does not enter ignored directories.</summary>
    /// <param name="relativePath">The path; no directory above it is ignored.</param>
    /// <param name="isDirectory">Whether it is a directory; a symbolic link to one is not.</param>
    /// <returns>Whether to leave it out, and with a directory all that is in it.</returns>
    public bool IsIgnored(ReadOnlySpan<byte> relativePath, bool isDirectory) =>
        LastMatch(relativePath, isDirectory) is { IsNegated: false };

    /// <summary>Whether a path is ignored, by itself or because a directory above it is.</summary>
    /// <param name="relativePath">The path.</param>
    /// <param name="isDirectory">Whether it is a directory; a symbolic link to one is not.</param>
    /// <returns>Whether a walk would leave it out.</returns>
    public bool IsIgnoredOrUnderIgnored(ReadOnlySpan<byte> relativePath, bool isDirectory) =>
        FindIgnoring(relativePath, isDirectory) is not null;

    /// <summary>The rule that keeps a walk from a path, to tell the user why.</summary>
    /// <param name="relativePath">The path.</param>
    /// <param name="isDirectory">Whether it is a directory; a symbolic link to one is not.</param>
    /// <returns>The rule that ignores the highest ignored directory above the path or else the path itself; null if none does.</returns>
    public IgnoreRule? FindIgnoring(ReadOnlySpan<byte> relativePath, bool isDirectory)
    {
        if (IsEmpty)
            return null;
        for (int i = 0; i < relativePath.Length; i++)
        {
            if (relativePath[i] == '/' && LastMatch(relativePath[..i], isDirectory: true) is { IsNegated: false } rule)
                return rule;
        }
        return LastMatch(relativePath, isDirectory) is { IsNegated: false } own ? own : null;
    }

    /// <summary>The rule that decides about a path, directories above it aside: the last one that matches.</summary>
    /// <param name="relativePath">The path.</param>
    /// <param name="isDirectory">Whether it is a directory; a symbolic link to one is not.</param>
    /// <returns>The rule, which may be a negated one; null if none matches, so that another set of patterns may decide.</returns>
    public IgnoreRule? LastMatch(ReadOnlySpan<byte> relativePath, bool isDirectory)
    {
        ReadOnlySpan<byte> name = relativePath[(relativePath.LastIndexOf((byte)'/') + 1)..];
        for (int i = _rules.Length - 1; i >= 0; i--)
        {
            if (_rules[i].Matches(relativePath, name, isDirectory))
                return _rules[i];
        }
        return null;
    }
}
