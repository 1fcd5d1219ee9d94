using System.Runtime.CompilerServices;

namespace Ferry.Core.Hashing;

/// <summary>Eight 32-bit words: a key or a chaining value.</summary>
[InlineArray(8)]
internal struct Words8
{
    private uint _0;
}

/// <summary>What distinguishes the three modes of BLAKE3: the key words that every chunk starts from, and a flag.</summary>
internal readonly struct Blake3Key
{
    /// <summary>The key words; the initialization vector in plain hashing.</summary>
    public readonly Words8 Words;

    /// <summary>A flag of <see cref="Blake3Flags"/> that is set in every compression of the mode.</summary>
    public readonly uint Flags;

    public Blake3Key(ReadOnlySpan<byte> key, uint flags)
    {
        for (var i = 0; i < 8; i++)
            Words[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        Flags = flags;
    }

    private Blake3Key(uint flags)
    {
        (Words[0], Words[1], Words[2], Words[3]) = (Blake3Constants.Iv0, Blake3Constants.Iv1, Blake3Constants.Iv2, Blake3Constants.Iv3);
        (Words[4], Words[5], Words[6], Words[7]) = (Blake3Constants.Iv4, Blake3Constants.Iv5, Blake3Constants.Iv6, Blake3Constants.Iv7);
        Flags = flags;
    }

    /// <summary>The plain hash.</summary>
    public static Blake3Key Plain => new(0);

    /// <summary>The first of the two passes of key derivation: hashes the context.</summary>
    public static Blake3Key Context => new(Blake3Flags.DeriveKeyContext);
}
