using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Moves the contents of one open file into another and hashes them on the way.</summary>
internal ref struct ContentStream(CopyContext context, EngineWorker worker, int source, int target)
{
    // Holes are kept in units of a page: no file system has smaller ones.
    private const int HoleUnit = 4096;

    /// <summary>Which side the negative result of <see cref="CopyAll"/> came from.</summary>
    public bool FailedOnRead { get; private set; }

    /// <summary>The source ended before, or after, the size in its status: what was copied is not the file.</summary>
    public bool HasOtherLength { get; private set; }

    /// <summary>Copies until the source ends. 0, or the negative error number.</summary>
    public int CopyAll(in FileStatus status, out Digest digest)
    {
        if (status.Size <= worker.Data.Length && !status.IsSparse)
        {
            return CopySmall((int)status.Size, out digest);
        }

        return CopyLarge(status, out digest);
    }

    /// <summary>Hashes an open file from its beginning. 0, or the negative error number.</summary>
    public static int Hash(int fd, EngineWorker worker, out Digest digest)
    {
        digest = default;
        var hasher = worker.Hasher;
        hasher.Reset();
        int length;
        while ((length = (int)Kernel.Read(fd, worker.Data)) > 0)
        {
            hasher.Append(worker.Data.AsSpan(0, length));
        }

        if (length < 0)
        {
            return length;
        }

        digest = hasher.Finish();
        return 0;
    }

    /// <summary>
    /// Reads and hashes a file of a known size, and counts that as work done. 0, or the negative error number. Of a file that ends where it should,
    /// the end is not read: whether it has grown, its status tells.
    /// </summary>
    public int HashAll(long size, out Digest digest)
    {
        digest = default;
        long length = 0;
        var hasher = worker.Hasher;
        hasher.Reset();
        int read;
        do
        {
            context.Stopping.Token.ThrowIfCancellationRequested();
            read = (int)Kernel.Read(source, worker.Data);
            if (read < 0)
            {
                return read;
            }

            hasher.Append(worker.Data.AsSpan(0, read));
            context.Account(worker, read);
            length += read;
        }
        while (read > 0 && length < size);

        HasOtherLength = length != size;
        digest = hasher.Finish();
        return 0;
    }

    private int CopySmall(int size, out Digest digest)
    {
        digest = default;
        var length = 0;
        while (length < size)
        {
            var read = (int)Kernel.Read(source, worker.Data.AsSpan(length, size - length));
            if (read <= 0)
            {
                FailedOnRead = read < 0;
                HasOtherLength = true;
                return read;
            }

            length += read;
        }

        var data = worker.Data.AsSpan(0, length);
        digest = worker.Hash(data);
        context.Account(worker, length);
        return length == 0 ? 0 : Kernel.Write(target, data);
    }

    private int CopyLarge(in FileStatus status, out Digest digest)
    {
        digest = default;
        var hasher = worker.Hasher;
        hasher.Reset();
        for (long offset = 0; ;)
        {
            context.Stopping.Token.ThrowIfCancellationRequested();
            var read = (int)Kernel.Read(source, worker.Data);
            if (read <= 0)
            {
                FailedOnRead = read < 0;
                HasOtherLength = offset != status.Size;
                digest = hasher.Finish();
                return read < 0 || !status.IsSparse ? read : Kernel.Truncate(target, offset);
            }

            var data = worker.Data.AsSpan(0, read);
            hasher.Append(data);
            context.Account(worker, read);
            var written = status.IsSparse ? WriteWithHoles(data, offset) : Kernel.Write(target, data);
            if (written < 0)
            {
                return written;
            }

            offset += read;
        }
    }

    /// <summary>Hashes a range of a file that others hash other ranges of, as a subtree. 0, or the negative error number.</summary>
    public int HashRange(long offset, long length, Span<byte> chain)
    {
        var subtree = worker.Subtree;
        subtree.Reset((ulong)offset / Blake3.ChunkSize);
        for (var end = offset + length; offset < end;)
        {
            context.Stopping.Token.ThrowIfCancellationRequested();
            var read = (int)Kernel.ReadAt(source, worker.Data.AsSpan(0, (int)Math.Min(worker.Data.Length, end - offset)), offset);
            if (read <= 0)
            {
                HasOtherLength = true;
                return read;
            }

            subtree.Append(worker.Data.AsSpan(0, read));
            context.Account(worker, read);
            offset += read;
        }

        subtree.Finish(chain);
        return 0;
    }

    /// <summary>
    /// Leaves out pages of zeros. All of the source is read: a file system's own word on where holes are has been wrong
    /// (openzfs#15526), and then data was lost without an error.
    /// </summary>
    private readonly int WriteWithHoles(ReadOnlySpan<byte> data, long offset)
    {
        while (!data.IsEmpty)
        {
            var zeros = 0;
            while (zeros < data.Length && !data.Slice(zeros, Math.Min(HoleUnit, data.Length - zeros)).ContainsAnyExcept((byte)0))
            {
                zeros = Math.Min(zeros + HoleUnit, data.Length);
            }

            var end = zeros;
            while (end < data.Length && data.Slice(end, Math.Min(HoleUnit, data.Length - end)).ContainsAnyExcept((byte)0))
            {
                end = Math.Min(end + HoleUnit, data.Length);
            }

            var written = Kernel.WriteAt(target, data[zeros..end], offset + zeros);
            if (written < 0)
            {
                return written;
            }

            data = data[end..];
            offset += end;
        }

        return 0;
    }
}
