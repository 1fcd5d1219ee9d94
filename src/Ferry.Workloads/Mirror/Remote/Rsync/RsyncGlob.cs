using System.Buffers;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Takes a gitignore pattern apart as <see cref="IgnorePatterns"/> understands it.</summary>
internal static class RsyncGlob
{
    private static readonly SearchValues<char> s_notPlain = SearchValues.Create("[]\\/!^");

    /// <summary>What a part matches.</summary>
    public enum PartKind
    {
        /// <summary>This one character.</summary>
        Literal,

        /// <summary>What rsync's wildcard of the same text matches.</summary>
        Wild,

        /// <summary>Any number of directories, none too: <c>**/</c>.</summary>
        Gap,
    }

    /// <summary>One part of a pattern.</summary>
    public readonly record struct Part(PartKind Kind, string Text);

    /// <summary>Cuts a pattern into parts.</summary>
    /// <param name="text">Without the slash that binds it and the one that asks for directories.</param>
    /// <param name="rule">For the message.</param>
    /// <exception cref="IgnorePatternException">A part has no equal in rsync.</exception>
    public static List<Part> Parse(string text, IgnoreRule rule)
    {
        var parts = new List<Part>();
        for (var at = 0; at < text.Length;)
        {
            at += text[at] switch
            {
                '*' => AddStars(parts, text, at, rule),
                '?' => Add(parts, PartKind.Wild, "?"),
                '[' => AddClass(parts, text, at, rule),
                '\\' => AddEscaped(parts, text, at, rule),
                _ => Add(parts, PartKind.Literal, text[at].ToString()),
            };
        }

        return parts;
    }

    /// <summary>The exception for a pattern that has no equal.</summary>
    public static IgnorePatternException Refuse(IgnoreRule rule, string reason) =>
        new(rule.Text, rule.Line, $"{reason}, which cannot be said to rsync; leave it out, or copy with the native engine");

    private static int Add(List<Part> parts, PartKind kind, string text, int? length = null)
    {
        parts.Add(new Part(kind, text));
        return length ?? text.Length;
    }

    private static int AddEscaped(List<Part> parts, string text, int at, IgnoreRule rule) =>
        at + 1 == text.Length ? throw Refuse(rule, "ends with a backslash")
        : text[at + 1] == '/' ? throw Refuse(rule, "has a backslash before a slash")
        : Add(parts, PartKind.Literal, text[at + 1].ToString(), 2);

    private static int AddStars(List<Part> parts, string text, int at, IgnoreRule rule)
    {
        var end = at;
        while (end < text.Length && text[end] == '*')
        {
            end++;
        }

        var isBounded = end == text.Length || text[end] == '/';
        var isWhole = isBounded && (at == 0 || text[at - 1] == '/');
        if (end - at >= 2 && isBounded && !isWhole && parts.TrueForAll(static part => part.Kind == PartKind.Literal))
        {
            throw Refuse(rule, "has ** directly after a name");
        }

        return end - at == 1 || !isWhole ? Add(parts, PartKind.Wild, "*", end - at)
            : end == text.Length ? Add(parts, PartKind.Wild, "**", end - at)
            : Add(parts, PartKind.Gap, "**/", end - at + 1);
    }

    /// <summary>Classes of plain characters and ranges are the same to both; for others git and rsync have rules of their own.</summary>
    private static int AddClass(List<Part> parts, string text, int at, IgnoreRule rule)
    {
        var first = at + 1 < text.Length && text[at + 1] is '!' or '^' ? at + 2 : at + 1;
        var end = first < text.Length ? text.IndexOf(']', first + 1) : -1;
        var isPlain = end > first && text.AsSpan(first, end - first) is var members
            && !members.ContainsAny(s_notPlain) && !members.ContainsAnyExceptInRange(' ', '~');
        return isPlain ? Add(parts, PartKind.Wild, text[at..(end + 1)]) : throw Refuse(rule, "has a class of characters that is not plain");
    }
}
