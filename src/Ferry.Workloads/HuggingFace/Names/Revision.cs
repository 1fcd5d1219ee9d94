using System.Diagnostics.CodeAnalysis;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>A commit of a repository: 40 lower-case hexadecimal digits.</summary>
public sealed record Revision
{
    private Revision(string hex) => Hex = hex;

    /// <summary>The digits.</summary>
    public string Hex { get; }

    /// <summary>Reads a commit.</summary>
    /// <param name="text">All of it; clients write no line end after it.</param>
    /// <param name="revision">The commit.</param>
    /// <param name="reason">Why it is none: half a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Revision? revision, [NotNullWhen(false)] out string? reason)
    {
        var isOne = HexName.Is(text, HexName.Sha1Length);
        revision = isOne ? new Revision(text) : null;
        reason = isOne ? null : "is not 40 lower-case hexadecimal digits";
        return isOne;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
