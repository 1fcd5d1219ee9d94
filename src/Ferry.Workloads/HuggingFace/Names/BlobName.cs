using System.Diagnostics.CodeAnalysis;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>The name of a content: 64 hexadecimal digits of its SHA-256, or 40 of its SHA-1 as git has it. <c>default</c> is no name.</summary>
public readonly record struct BlobName
{
    private BlobName(string hex) => Hex = hex;

    /// <summary>The digits, lower case.</summary>
    public string Hex { get; }

    /// <summary>Whether it is a SHA-256; else it is git's SHA-1.</summary>
    public bool IsSha256 => Hex.Length == HexName.Sha256Length;

    /// <summary>Reads a name.</summary>
    /// <param name="text">Digits only.</param>
    /// <param name="name">The name.</param>
    /// <param name="reason">Why it is none: half a sentence.</param>
    public static bool TryParse(string text, out BlobName name, [NotNullWhen(false)] out string? reason)
    {
        var isOne = HexName.Is(text, HexName.Sha256Length) || HexName.Is(text, HexName.Sha1Length);
        name = isOne ? new BlobName(text) : default;
        reason = isOne ? null : "is not 40 or 64 lower-case hexadecimal digits";
        return isOne;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
