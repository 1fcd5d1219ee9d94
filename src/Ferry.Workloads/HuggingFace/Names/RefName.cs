using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>A branch, a tag, or another ref, checked by git's rule: <c>main</c>, <c>v1.0</c>, <c>refs/pr/1</c>. It is a relative path below <c>refs</c>.</summary>
public sealed record RefName
{
    private const int MaxBytes = 512;
    private const int MaxComponentBytes = 200;

    private RefName(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="text">With slashes between its components.</param>
    /// <param name="name">The name.</param>
    /// <param name="reason">Why it is none: half a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RefName? name, [NotNullWhen(false)] out string? reason)
    {
        reason = WhyNone(text);
        name = reason is null ? new RefName(text) : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string? WhyNone(string text)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return $"is longer than {MaxBytes} bytes";
        }

        if (HexName.Is(text, HexName.Sha1Length))
        {
            return "is named like a commit";
        }

        foreach (var character in text)
        {
            if (char.IsControl(character) || char.IsSurrogate(character) || " ~^:?*[\\".Contains(character, StringComparison.Ordinal))
            {
                return "has a character that no ref can have";
            }
        }

        foreach (var component in text.AsSpan().Split('/'))
        {
            if (WhyNoComponent(text.AsSpan()[component]) is { } reason)
            {
                return reason;
            }
        }

        return text.Contains("..", StringComparison.Ordinal) || text.Contains("@{", StringComparison.Ordinal) || text == "@" ? "has .. or @{ in it" : null;
    }

    private static string? WhyNoComponent(ReadOnlySpan<char> component) => component switch
    {
        [] => "has an empty component",
        ['.', ..] or [.., '.'] => "has a component that begins or ends with a dot",
        _ when component.EndsWith(".lock") => "has a component that ends with .lock",
        _ when Encoding.UTF8.GetByteCount(component) > MaxComponentBytes => $"has a component of more than {MaxComponentBytes} bytes",
        _ => null,
    };
}
