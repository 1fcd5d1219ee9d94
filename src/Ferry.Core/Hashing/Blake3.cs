using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Ferry.Core.Hashing.Kernels;

namespace Ferry.Core.Hashing;

/// <summary>
/// The BLAKE3 hash function (https://github.com/BLAKE3-team/BLAKE3-specs/blob/master/blake3.pdf), streaming and one-shot.
/// An instance may be used again and again without allocating; it serves one thread at a time. Static methods serve any.
/// </summary>
public sealed partial class Blake3 : IContentHasher
{
    /// <summary>Length of a key for <see cref="CreateKeyed(ReadOnlySpan{byte})"/> in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes in a leaf of the tree. Ranges that are hashed apart begin at a multiple of it.</summary>
    public const int ChunkSize = Blake3Constants.ChunkSize;

    // 2^64 bytes are 2^54 chunks; one more while the newest pair waits to be merged.
    private const int MaxDepth = 55;

    private static readonly Blake3Key PlainKey = Blake3Key.Plain;

    private readonly Blake3Kernel _kernel;
    private readonly Blake3Key _key;

    // Chaining values of complete subtrees, largest first. The newest pair stays apart until more input
    // is known to follow, because it may turn out to be the root.
    private readonly byte[] _stack = new byte[MaxDepth * Blake3Constants.ChainSize];
    private int _depth;

    // The last chunk, for the same reason; empty if the input so far ends with a pair on the stack.
    private readonly byte[] _tail = new byte[ChunkSize];
    private int _tailLength;

    private ulong _firstChunk;
    private ulong _chunks;
    private bool _sealed;

    /// <summary>Makes a hasher without a key.</summary>
    public Blake3()
        : this(Blake3Kernels.Best, in PlainKey)
    {
    }

    internal Blake3(Blake3Kernel kernel, in Blake3Key key)
    {
        _kernel = kernel;
        _key = key;
    }

    /// <summary>Makes a hasher whose digest also authenticates: only holders of the key can compute it.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes, secret and evenly random.</param>
    /// <exception cref="ArgumentOutOfRangeException">The key has another length.</exception>
    public static Blake3 CreateKeyed(ReadOnlySpan<byte> key) => CreateKeyed(key, Blake3Kernels.Best);

    /// <summary>
    /// Makes a hasher that derives keys: append the key material, take the derived key from <see cref="Finish(Span{byte})"/>.
    /// </summary>
    /// <param name="context">A hard-coded text that names the purpose, the application and the date.</param>
    public static Blake3 CreateDeriveKey(string context) => CreateDeriveKey(context, Blake3Kernels.Best);

    /// <summary>Hashes an input that is in memory as a whole, on the calling thread and without allocating.</summary>
    [SkipLocalsInit]
    public static Digest Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        Blake3Tree.Root(Blake3Kernels.Best, in PlainKey, data, digest);
        return Digest.FromBytes(digest);
    }

    /// <summary>
    /// Compiles what hashing takes, some 6 ms at first use. Start it on another thread while this one does something else.
    /// </summary>
    public static void Warm() => Hash(stackalloc byte[2 * ChunkSize]);

    /// <summary>
    /// Appends the next bytes of the input. Fastest in multiples of 256 KiB that begin at one; an input that is in memory
    /// as a whole is faster with <see cref="Hash"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The last subtree of the input has been appended.</exception>
    [SkipLocalsInit]
    public void Append(ReadOnlySpan<byte> data)
    {
        ThrowIfSealed();
        if (_tailLength > 0 && !CompleteTail(ref data))
            return;
        Span<byte> chains = stackalloc byte[Blake3Tree.WideChunks * Blake3Constants.ChainSize];
        // A chunk may be the root only as long as it is alone.
        while (data.Length > ChunkSize || (data.Length == ChunkSize && _chunks > 0))
        {
            var count = Math.Min(data.Length / ChunkSize, Blake3Tree.WideChunks - (int)(_chunks % Blake3Tree.WideChunks));
            Compressor.HashChunks(_kernel, in _key, data[..(count * ChunkSize)], _firstChunk + _chunks, chains, out _);
            PushLeaves(chains, count);
            data = data[(count * ChunkSize)..];
        }
        data.CopyTo(_tail);
        _tailLength = data.Length;
    }

    /// <summary>The digest of what was appended so far. More may be appended afterwards.</summary>
    /// <exception cref="InvalidOperationException">The only input is one subtree; see <see cref="AppendSubtree"/>.</exception>
    [SkipLocalsInit]
    public Digest Finish()
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        Finish(digest);
        return Digest.FromBytes(digest);
    }

    /// <summary>Fills <paramref name="output"/> with the extended output, whose first 32 bytes are the digest.</summary>
    /// <param name="output">Any length.</param>
    /// <exception cref="InvalidOperationException">The only input is one subtree; see <see cref="AppendSubtree"/>.</exception>
    [SkipLocalsInit]
    public void Finish(Span<byte> output)
    {
        Span<byte> pair = stackalloc byte[Blake3Constants.BlockSize];
        LastNode(pair).Root(_kernel, output);
    }

    /// <summary>Forgets the input; the mode and the key remain.</summary>
    public void Reset() => Reset(0);

    internal static Blake3 CreateKeyed(ReadOnlySpan<byte> key, Blake3Kernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        return new Blake3(kernel, new Blake3Key(key, Blake3Flags.KeyedHash));
    }

    internal static Blake3 CreateDeriveKey(string context, Blake3Kernel kernel)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Blake3Tree.Root(kernel, Blake3Key.Context, Encoding.UTF8.GetBytes(context), key);
        return new Blake3(kernel, new Blake3Key(key, Blake3Flags.DeriveKeyMaterial));
    }

    /// <summary>Forgets the input and begins again at a chunk of a larger one, of which this hasher sees a subtree.</summary>
    internal void Reset(ulong firstChunk)
    {
        _depth = 0;
        _tailLength = 0;
        _chunks = 0;
        _sealed = false;
        _firstChunk = firstChunk;
    }

    /// <summary>The chaining value of what was appended, as a part of a larger input.</summary>
    internal void FinishSubtree(Span<byte> chain)
    {
        Span<byte> pair = stackalloc byte[Blake3Constants.BlockSize];
        LastNode(pair).Chain(_kernel, chain);
    }

    /// <summary>Fills up the last chunk; if more follows, makes room for it.</summary>
    /// <returns>False if nothing is left to append.</returns>
    private bool CompleteTail(ref ReadOnlySpan<byte> data)
    {
        var taken = Math.Min(data.Length, ChunkSize - _tailLength);
        data[..taken].CopyTo(_tail.AsSpan(_tailLength));
        _tailLength += taken;
        data = data[taken..];
        if (data.IsEmpty)
            return false;
        MoveTail();
        return true;
    }

    /// <summary>Moves the last chunk, now that it is complete and not the root, to the stack.</summary>
    private void MoveTail()
    {
        Span<byte> chain = stackalloc byte[Blake3Constants.ChainSize];
        Blake3Node.OfChunk(_kernel, in _key, _tail, _firstChunk + _chunks).Chain(_kernel, chain);
        Push(chain, 1);
        _tailLength = 0;
    }

    /// <summary>Cuts a run of leaves into the complete subtrees that it consists of, and pushes each as a pair.</summary>
    private void PushLeaves(Span<byte> chains, int count)
    {
        while (count > 0)
        {
            var size = 1 << BitOperations.Log2((uint)count);
            if (_chunks != 0)
                size = (int)Math.Min((ulong)size, _chunks & (~_chunks + 1));
            Blake3Tree.Reduce(_kernel, in _key, chains, size);
            Push(Blake3Tree.ChainAt(chains, 0), (ulong)Math.Max(1, size / 2));
            if (size > 1)
                Push(Blake3Tree.ChainAt(chains, 1), (ulong)size / 2, merge: false);
            chains = chains[(size * Blake3Constants.ChainSize)..];
            count -= size;
        }
    }

    private void Push(ReadOnlySpan<byte> chain, ulong chunks, bool merge = true)
    {
        if (merge)
            MergeComplete();
        chain.CopyTo(Blake3Tree.ChainAt(_stack, _depth++));
        _chunks += chunks;
    }

    /// <summary>
    /// Merges what is complete, now that more input follows. The binary digits of the number of chunks are the subtrees
    /// that must remain.
    /// </summary>
    private void MergeComplete()
    {
        while (_depth > BitOperations.PopCount(_chunks))
        {
            _depth--;
            var pair = _stack.AsSpan((_depth - 1) * Blake3Constants.ChainSize, Blake3Constants.BlockSize);
            Blake3Node.OfParent(in _key, pair).Chain(_kernel, pair);
        }
    }

    /// <summary>The node at the top of the tree as it stands.</summary>
    /// <param name="pair">64 bytes that the node may refer to.</param>
    private Blake3Node LastNode(Span<byte> pair)
    {
        Blake3Node node;
        int depth;
        if (_tailLength > 0 || _chunks == 0)
        {
            MergeComplete();
            node = Blake3Node.OfChunk(_kernel, in _key, _tail.AsSpan(0, _tailLength), _firstChunk + _chunks);
            depth = _depth;
        }
        else
        {
            if (_depth < 2)
                throw new InvalidOperationException("One subtree cannot be the whole input: append its bytes instead.");
            depth = _depth - 2;
            node = Blake3Node.OfParent(in _key, _stack.AsSpan(depth * Blake3Constants.ChainSize, Blake3Constants.BlockSize));
        }
        while (depth > 0)
        {
            node.Chain(_kernel, Blake3Tree.ChainAt(pair, 1));
            Blake3Tree.ChainAt(_stack, --depth).CopyTo(pair);
            node = Blake3Node.OfParent(in _key, pair);
        }
        return node;
    }

    private void ThrowIfSealed()
    {
        if (_sealed)
            throw new InvalidOperationException("A subtree that is not a power of two of whole chunks ends the input.");
    }
}
