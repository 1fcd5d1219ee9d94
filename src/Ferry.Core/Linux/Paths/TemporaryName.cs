using System.Globalization;
using System.Text;

namespace Ferry.Core.Linux;

/// <summary>
/// Names for files that are being written, unique across processes and nodes: <c>.ferry-tmp-PID-RANDOM-COUNTER</c>, in the
/// directory of the file they will become. Walks pass over them; what a killed process left is removed by the next one.
/// </summary>
public static class TemporaryName
{
    /// <summary>How every temporary name begins.</summary>
    public static ReadOnlySpan<byte> Prefix => ".ferry-tmp-"u8;

    /// <summary>What the names of this process and of no other have in them: <c>PID-RANDOM</c>.</summary>
    public static string Owner { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}-{Random.Shared.NextInt64():x}");

    private static readonly byte[] s_own = Encoding.ASCII.GetBytes($".ferry-tmp-{Owner}-");

    private static long s_counter;

    /// <summary>
    /// How often something is made under a temporary name that is gone (ENOENT) when it is to be renamed: without working locks another
    /// process can take it for a leftover.
    /// </summary>
    public const int Attempts = 20;

    /// <summary>Longest name with its terminator, in bytes.</summary>
    public const int MaxLength = 80;

    /// <summary>Writes a new name with its terminator; the written part is returned.</summary>
    public static ReadOnlySpan<byte> Next(Span<byte> buffer)
    {
        s_own.CopyTo(buffer);
        Interlocked.Increment(ref s_counter).TryFormat(buffer[s_own.Length..], out var digits, "x", CultureInfo.InvariantCulture);
        buffer[s_own.Length + digits] = 0;
        return buffer[..(s_own.Length + digits + 1)];
    }

    /// <summary>True for a temporary file of any Ferry process.</summary>
    public static bool IsTemporary(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);

    /// <summary>The <see cref="Owner"/> of a temporary file; empty if the name has none.</summary>
    public static ReadOnlySpan<byte> OwnerOf(ReadOnlySpan<byte> name)
    {
        var rest = name[Prefix.Length..];
        var end = rest.LastIndexOf((byte)'-');
        return end < 0 ? [] : rest[..end];
    }

    /// <summary>True for a temporary file of this process.</summary>
    public static bool IsOwn(ReadOnlySpan<byte> name) => name.StartsWith(s_own);
}
