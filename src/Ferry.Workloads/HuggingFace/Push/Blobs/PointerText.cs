namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>What git keeps instead of a content that LFS or Xet has: a short text that names it.</summary>
internal static class PointerText
{
    /// <summary>Longer ones are none.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Whether a content is one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> content) =>
        content.Length <= MaxBytes && (content.StartsWith("version https://git-lfs.github.com/spec/"u8) || content.StartsWith("# xet version "u8))
        && (content.IndexOf("\noid "u8) >= 0 || content.IndexOf("\nhash = "u8) >= 0);
}
