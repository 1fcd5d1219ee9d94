using System.Buffers;
using Ferry.Core.Hashing;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>
/// A content of the cache, opened once: what was hashed is what is sent, whatever its name leads to meanwhile. Small ones are read once and sent from memory.
/// </summary>
internal sealed class LocalContent : ObjectContent, IDisposable
{
    /// <summary>Up to here a content is held in memory.</summary>
    public const int SmallBytes = 1 << 20;

    private const int BlockBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly DateTime _modified;
    private byte[]? _bytes;
    private byte[]? _sha256;

    /// <summary>Takes the file over.</summary>
    /// <param name="file">To be read.</param>
    /// <param name="path">For messages.</param>
    public LocalContent(SafeFileHandle file, string path)
    {
        (_file, _path) = (file, path);
        Length = RandomAccess.GetLength(file);
        _modified = File.GetLastWriteTimeUtc(file);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte>? Sha256 => _bytes is null && _sha256 is not null ? _sha256 : default(ReadOnlyMemory<byte>?);

    /// <summary>Whether nobody has written to it since it was opened. What is in memory cannot change.</summary>
    public bool IsUnchanged => _bytes is not null || (RandomAccess.GetLength(_file) == Length && File.GetLastWriteTimeUtc(_file) == _modified);

    /// <summary>Whether it stands for a content that is elsewhere.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool IsPointer() => Length <= PointerText.MaxBytes && PointerText.IsOne(Load());

    /// <summary>Whether it is what a name says, and its SHA-256.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool Has(BlobName name, out Digest sha256, CancellationToken cancellation)
    {
        var hasher = new BlobHasher(name, Length);
        Read(hasher.Append, cancellation);
        var isRight = hasher.Finish(out sha256);
        _sha256 = new byte[Digest.Size];
        sha256.CopyTo(_sha256);
        return isRight;
    }

    /// <summary>Both names that a content can have.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public (string Sha256, string Git) FindNames(CancellationToken cancellation)
    {
        var sha256 = new Sha256();
        var git = new GitBlobSha1(Length);
        Read(data =>
        {
            sha256.Append(data);
            git.Append(data);
        }, cancellation);
        return (sha256.Finish().ToHex(), GitBlobSha1.ToHex(git.Finish()));
    }

    /// <inheritdoc/>
    public override Stream Open(ByteRange range) => _bytes is { } bytes
        ? new MemoryStream(bytes, (int)range.Offset, (int)range.Length, writable: false)
        : new LocalContentStream(_file, range, _path);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = null;
        }
    }

    private delegate void Consumer(ReadOnlySpan<byte> data);

    private void Read(Consumer consume, CancellationToken cancellation)
    {
        if (Length <= SmallBytes)
        {
            consume(Load());
            return;
        }

        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (long done = 0; done < Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = ReadAt(block.AsSpan(0, (int)Math.Min(block.Length, Length - done)), done);
                consume(block.AsSpan(0, read));
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>All of a small content.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ReadOnlySpan<byte> Load()
    {
        if (_bytes is null)
        {
            var bytes = ArrayPool<byte>.Shared.Rent((int)Math.Max(Length, 1));
            try
            {
                for (var done = 0; done < Length;)
                {
                    done += ReadAt(bytes.AsSpan(done, (int)Length - done), done);
                }
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(bytes);
                throw;
            }

            _bytes = bytes;
        }

        return _bytes.AsSpan(0, (int)Length);
    }

    private int ReadAt(Span<byte> buffer, long offset) => LocalContentStream.ReadAt(_file, buffer, offset, _path);
}
