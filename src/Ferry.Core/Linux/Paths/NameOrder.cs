using System.Buffers.Binary;

namespace Ferry.Core.Linux;

/// <summary>The order of names and paths: by unsigned bytes, a prefix first, as strcmp(3) has it.</summary>
internal static class NameOrder
{
    /// <summary>
    /// Negative, zero or positive. Own code because the framework's SequenceCompareTo is not compiled ahead of time: in a run of 50 ms it
    /// would stay unoptimized, in the one place that compares every name of a tree.
    /// </summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        while (a.Length >= sizeof(ulong) && b.Length >= sizeof(ulong))
        {
            var x = BinaryPrimitives.ReadUInt64BigEndian(a);
            var y = BinaryPrimitives.ReadUInt64BigEndian(b);
            if (x != y)
            {
                return x < y ? -1 : 1;
            }

            a = a[sizeof(ulong)..];
            b = b[sizeof(ulong)..];
        }

        var common = Math.Min(a.Length, b.Length);
        for (var i = 0; i < common; i++)
        {
            if (a[i] != b[i])
            {
                return a[i] - b[i];
            }
        }

        return a.Length - b.Length;
    }
}
