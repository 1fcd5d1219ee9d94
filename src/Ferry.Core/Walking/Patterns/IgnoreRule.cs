using System.Text;

namespace Ferry.Core.Walking;

/// <summary>One line of ignore patterns. Immutable and thread-safe.</summary>
public sealed class IgnoreRule
{
    private readonly Glob _glob;
    private readonly bool _matchesName;

    private IgnoreRule(Glob glob, bool matchesName, bool isNegated, bool directoriesOnly, string text, int line)
    {
        _glob = glob;
        _matchesName = matchesName;
        IsNegated = isNegated;
        DirectoriesOnly = directoriesOnly;
        Text = text;
        Line = line;
    }

    /// <summary>Whether the rule takes back what earlier rules ignore: <c>!pattern</c>.</summary>
    public bool IsNegated { get; }

    /// <summary>Whether only directories match: <c>pattern/</c>.</summary>
    public bool DirectoriesOnly { get; }

    /// <summary>The pattern as it was written, for messages.</summary>
    public string Text { get; }

    /// <summary>Its line, from 1.</summary>
    public int Line { get; }

    /// <summary>Compiles a line.</summary>
    /// <param name="pattern">The line without its end and without spaces that do not count; not a comment.</param>
    /// <param name="line">Its number.</param>
    /// <returns>Null for a pattern without content, such as <c>/</c>, which matches nothing.</returns>
    internal static IgnoreRule? Compile(ReadOnlySpan<byte> pattern, int line)
    {
        string text = Encoding.UTF8.GetString(pattern);
        bool isNegated = pattern.StartsWith("!"u8);
        if (isNegated)
            pattern = pattern[1..];
        bool directoriesOnly = pattern.EndsWith("/"u8);
        if (directoriesOnly)
            pattern = pattern[..^1];
        // A slash anywhere else binds the pattern to the base directory; without one it is held against names at any depth.
        bool matchesName = !pattern.Contains((byte)'/');
        if (pattern.StartsWith("/"u8))
            pattern = pattern[1..];
        return pattern.IsEmpty
            ? null
            : new IgnoreRule(GlobCompiler.Compile(pattern), matchesName, isNegated, directoriesOnly, text, line);
    }

    internal bool Matches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory) =>
        (isDirectory || !DirectoriesOnly) && _glob.Matches(_matchesName ? name : path);
}
