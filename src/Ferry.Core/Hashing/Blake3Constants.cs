namespace Ferry.Core.Hashing;

/// <summary>Domain separation flags, BLAKE3 specification section 2.1, table 3.</summary>
internal static class Blake3Flags
{
    public const uint ChunkStart = 1 << 0;
    public const uint ChunkEnd = 1 << 1;
    public const uint Parent = 1 << 2;
    public const uint Root = 1 << 3;
    public const uint KeyedHash = 1 << 4;
    public const uint DeriveKeyContext = 1 << 5;
    public const uint DeriveKeyMaterial = 1 << 6;
}

/// <summary>Sizes and tables of the BLAKE3 specification, section 2.</summary>
internal static class Blake3Constants
{
    /// <summary>Bytes in one compression.</summary>
    public const int BlockSize = 64;

    /// <summary>Bytes in a leaf of the tree: 16 blocks.</summary>
    public const int ChunkSize = 1024;

    public const int BlocksPerChunk = ChunkSize / BlockSize;

    /// <summary>Bytes of a chaining value, and words of one.</summary>
    public const int ChainSize = 32;

    public const int Rounds = 7;

    // The initialization vector: the first 32 bits of the fractional parts of the square roots of the first eight primes,
    // as in SHA-256. Constants, since a span of words costs a call wherever code is not optimized yet.
    public const uint Iv0 = 0x6A09E667;
    public const uint Iv1 = 0xBB67AE85;
    public const uint Iv2 = 0x3C6EF372;
    public const uint Iv3 = 0xA54FF53A;
    public const uint Iv4 = 0x510E527F;
    public const uint Iv5 = 0x9B05688C;
    public const uint Iv6 = 0x1F83D9AB;
    public const uint Iv7 = 0x5BE0CD19;

    /// <summary>
    /// The message word that each step of each round takes: 7 rows of 16. Row r + 1 is row r under the permutation
    /// 2 6 3 10 7 0 4 13 1 11 12 5 9 14 15 8.
    /// </summary>
    public static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8,
        3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1,
        10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6,
        12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4,
        9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7,
        11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13,
    ];
}
