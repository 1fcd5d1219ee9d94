using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// Says gitignore patterns in rsync's words, with the same meaning: rsync lets the first rule decide and git the last, rsync counts slashes
/// where git binds to the root. What cannot be said exactly is refused, never approximated.
/// </summary>
internal static class RsyncFilter
{
    /// <summary>A <c>/**/</c> becomes two rules, with and without directories between; this many make 16 of one pattern.</summary>
    private const int MostGaps = 4;

    /// <summary>The rules for <c>--exclude-from</c> with <c>--from0</c>: each ended by NUL.</summary>
    /// <exception cref="IgnorePatternException">A pattern has no equal in rsync.</exception>
    public static byte[] Translate(IgnorePatterns patterns)
    {
        using var rules = new MemoryStream();
        // What a killed ferry has left, and what our own rsync keeps of unfinished files, is nobody's.
        Write(rules, isNegated: false, Encoding.UTF8.GetString(TemporaryName.Prefix) + "*");
        foreach (var rule in patterns.Rules.Reverse())
        {
            foreach (var pattern in Translate(rule))
            {
                Write(rules, rule.IsNegated, pattern);
            }
        }

        return rules.ToArray();
    }

    private static void Write(MemoryStream rules, bool isNegated, string pattern)
    {
        rules.Write(isNegated ? "+ "u8 : "- "u8);
        rules.Write(Encoding.UTF8.GetBytes(pattern));
        rules.WriteByte(0);
    }

    private static IEnumerable<string> Translate(IgnoreRule rule)
    {
        var text = rule.IsNegated ? rule.Text[1..] : rule.Text;
        text = rule.DirectoriesOnly ? text[..^1] : text;
        var isName = !text.Contains('/', StringComparison.Ordinal);
        text = text.StartsWith('/') ? text[1..] : text;
        if (text.Contains('\ufffd', StringComparison.Ordinal))
        {
            throw RsyncGlob.Refuse(rule, "is not UTF-8");
        }

        var parts = RsyncGlob.Parse(text, rule);
        if (isName)
        {
            return [Render(parts, "") + (rule.DirectoriesOnly ? "/" : "")];
        }

        var gaps = parts.Count(static part => part.Kind == RsyncGlob.PartKind.Gap);
        return gaps > MostGaps
            ? throw RsyncGlob.Refuse(rule, $"has more than {MostGaps} gaps (**/)")
            : Enumerable.Range(0, 1 << gaps).Select(filled => Render(Fill(parts, filled), "/") + (rule.DirectoriesOnly ? "/" : ""));
    }

    /// <summary>Puts directories into some gaps and lets the others vanish.</summary>
    private static List<RsyncGlob.Part> Fill(List<RsyncGlob.Part> parts, int filled)
    {
        var result = new List<RsyncGlob.Part>();
        foreach (var part in parts)
        {
            if (part.Kind != RsyncGlob.PartKind.Gap)
            {
                result.Add(part);
                continue;
            }

            if ((filled & 1) != 0)
            {
                result.Add(new RsyncGlob.Part(RsyncGlob.PartKind.Wild, "**/"));
            }

            filled >>= 1;
        }

        return result;
    }

    /// <summary>rsync takes a backslash for itself only in a pattern without any of the characters <c>*?[</c>.</summary>
    private static string Render(List<RsyncGlob.Part> parts, string prefix)
    {
        var isGlob = parts.Exists(static part => part.Kind == RsyncGlob.PartKind.Wild || part.Text is "*" or "?" or "[");
        var pattern = new StringBuilder(prefix);
        foreach (var part in parts)
        {
            if (isGlob && part.Kind == RsyncGlob.PartKind.Literal && part.Text is "*" or "?" or "[" or "\\")
            {
                pattern.Append('\\');
            }

            pattern.Append(part.Text);
        }

        return pattern.ToString();
    }
}
