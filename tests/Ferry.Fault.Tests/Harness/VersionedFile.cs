using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ferry.Fault.Tests.Harness;

/// <summary>Contents of numbered files in numbered versions, in pieces of one size. What was read of a file tells which versions it was when.</summary>
internal static class VersionedFile
{
    /// <summary>The number of a file of 20 MB; others have 4 to 11 pieces.</summary>
    public const int Large = 1000;

    private const int PieceBytes = 50_000;

    /// <summary>Writes a version with one call for each piece.</summary>
    public static void WritePieces(FileStream file, byte[] version)
    {
        for (var at = 0; at < version.Length; at += PieceBytes) file.Write(version.AsSpan(at, PieceBytes));
    }

    /// <summary>A version: each piece has file, version and place in its head, from which all of its bytes follow.</summary>
    public static byte[] Content(int file, int number)
    {
        var content = new byte[PieceBytes * PiecesOf(file)];
        for (var piece = 0; piece < content.Length / PieceBytes; piece++) Piece(file, number, piece).CopyTo(content, piece * PieceBytes);
        return content;
    }

    private static int PiecesOf(int file) => file == Large ? 400 : 4 + (file % 8);

    private static byte[] Piece(int file, int number, int piece)
    {
        var head = Encoding.ASCII.GetBytes($"{file}:{number}:{piece};");
        var content = new byte[PieceBytes];
        new Random(BitConverter.ToInt32(SHA256.HashData(head))).NextBytes(content);
        head.CopyTo(content, 0);
        return content;
    }

    /// <summary>
    /// The pieces are written in order. So at any one moment there was: one version; or the beginning of one and, if it was written over the
    /// former one in place, the rest of that; or, appended, one version after the other. Anything else was read at several moments. The
    /// kernel shows a write page by page: one that is under way has its beginning there already.
    /// </summary>
    public static void AssertExistedAtOneMoment(byte[] staged, int file, bool isAppending, string label)
    {
        var versions = new List<int>();
        var perVersion = Content(file, 0).Length / PieceBytes;
        for (var at = 0; at < staged.Length; at += PieceBytes)
        {
            var piece = staged.AsSpan(at, Math.Min(PieceBytes, staged.Length - at));
            var head = Encoding.ASCII.GetString(piece[..Math.Min(30, piece.Length)]).Split(';')[0].Split(':');
            var number = int.Parse(head[1], CultureInfo.InvariantCulture);
            versions.Add(number);
            var same = piece.CommonPrefixLength(Piece(file, number, at / PieceBytes % perVersion));
            if (same == piece.Length) continue;
            var former = Piece(file, Math.Max(0, number - 1), at / PieceBytes % perVersion);
            Assert.True(piece[same..].SequenceEqual(former.AsSpan(same, piece.Length - same)), $"{label}: f{file} is a mixture within the piece at {at}");
            versions.Add(number - 1);
        }
        var steps = versions.Zip(versions.Skip(1)).Where(pair => pair.First != pair.Second).ToList();
        Assert.True(
            isAppending ? steps.TrueForAll(step => step.First < step.Second) : steps is [] || (steps is [var one] && one.First == one.Second + 1),
            $"{label}: f{file} is a mixture: versions {string.Join(' ', versions)}");
    }
}
