using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>
/// The path of a file in a repository, safe to be made below a directory on any system: relative, without <c>..</c>, backslashes, drive letters and control
/// characters. <c>default</c> is no path.
/// </summary>
public readonly record struct RepoPath
{
    /// <summary>Longest path, in bytes of UTF-8: with a cache before it, it still fits into what the kernel takes.</summary>
    public const int MaxBytes = 2_000;

    private const int MaxComponentBytes = 255;

    private RepoPath(string text) => Text = text;

    /// <summary>The path, with slashes between its components.</summary>
    public string Text { get; }

    /// <summary>How many directories it is deep: 0 for a file at the top.</summary>
    public int Depth => Text.AsSpan().Count('/');

    /// <summary>The directory it is in; empty at the top.</summary>
    public string Directory => Text.LastIndexOf('/') is >= 0 and var slash ? Text[..slash] : "";

    /// <summary>Its last component.</summary>
    public string FileName => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>Reads a path.</summary>
    /// <param name="text">As in a listing of the hub.</param>
    /// <param name="path">The path.</param>
    /// <param name="reason">Why it is refused: half a sentence.</param>
    public static bool TryParse(string text, out RepoPath path, [NotNullWhen(false)] out string? reason)
    {
        reason = WhyRefused(text);
        path = reason is null ? new RepoPath(text) : default;
        return reason is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string? WhyRefused(string text)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return $"is longer than {MaxBytes} bytes";
        }

        if (text.StartsWith('/'))
        {
            return "is an absolute path";
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' || char.IsControl(text[i]))
            {
                return text[i] == '\\' ? "has a backslash" : "has a control character";
            }

            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i) && (i == 0 || !char.IsSurrogatePair(text, i - 1)))
            {
                return "is not valid Unicode";
            }
        }

        foreach (var component in text.AsSpan().Split('/'))
        {
            if (WhyRefused(text.AsSpan()[component]) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private static string? WhyRefused(ReadOnlySpan<char> component) => component switch
    {
        [] => "has an empty component",
        "." or ".." => "has . or .. as a component",
        [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ':', ..] => "has a drive letter",
        _ when component.StartsWith(".ferry-tmp-") => "is named like a file of Ferry that is being written",
        _ when Encoding.UTF8.GetByteCount(component) > MaxComponentBytes => $"has a component of more than {MaxComponentBytes} bytes",
        _ => null,
    };
}
