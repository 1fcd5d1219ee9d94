using System.Text;
using Ferry.Core.Hashing;

namespace Ferry.Workloads.Mirror.Receipts;

/// <summary>
/// A JSON object whose last member is the BLAKE3 digest of all bytes before it: whoever changes one byte of it, or a disk that does, is found out. It is no
/// signature: who means to forge it can compute another.
/// </summary>
internal static class SealedText
{
    private static readonly byte[] s_seal = ",\n  \"seal\": \"blake3:"u8.ToArray();
    private static readonly byte[] s_end = "\"\n}\n"u8.ToArray();

    /// <summary>Seals an indented JSON object, which ends with a newline and a brace.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> json)
    {
        var body = json[..json.LastIndexOf("\n}"u8)];
        return [.. body, .. s_seal, .. Encoding.ASCII.GetBytes(Blake3.Hash(body).ToHex()), .. s_end];
    }

    /// <summary>Whether it is as it was sealed, to the byte.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> text)
    {
        var position = text.LastIndexOf(s_seal);
        return position >= 0 && text.SequenceEqual(Seal([.. text[..position], .. "\n}"u8]));
    }
}
