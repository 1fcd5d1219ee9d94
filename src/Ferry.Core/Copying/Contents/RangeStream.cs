using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Brings one range of a large file over while others bring others, or proves that it is there; hashes it as a subtree, and for a digest that
/// takes bytes in their order appends it to that.
/// </summary>
internal ref struct RangeStream(CopyContext context, EngineWorker worker, LargeFile file, int range)
{
    private readonly long _start = range * (long)LargeFile.RangeBytes;
    private readonly long _end = (range * (long)LargeFile.RangeBytes) + file.LengthOf(range);

    /// <summary>Which side the negative result of <see cref="Copy"/> came from.</summary>
    public bool FailedOnRead { get; private set; }

    /// <summary>The source ended within the range.</summary>
    public bool HasOtherLength { get; private set; }

    /// <summary>Reads the source and writes the target. 0, or the negative error number; nothing more is written once another process has the file.</summary>
    public int Copy(Span<byte> chain)
    {
        Begin();
        for (var offset = _start; offset < _end;)
        {
            var read = Read(file.Source, worker.Data, offset);
            if (read <= 0)
            {
                FailedOnRead = read < 0;
                HasOtherLength = true;
                return read;
            }

            // Asked after the read: what was read before somebody took the file over is what he expects in it.
            if (file.IsTaken())
            {
                return 0;
            }

            var data = worker.Data.AsSpan(0, read);
            worker.Subtree.Append(data);
            file.Sequence?.Append(data);
            context.Account(worker, read);
            var written = Kernel.WriteAt(file.Target.Fd, data, offset);
            if (written < 0)
            {
                return written;
            }

            offset += read;
        }

        worker.Subtree.Finish(chain);
        return 0;
    }

    /// <summary>True when the target has the bytes of the range with this chaining value. Only then are they appended to the digest.</summary>
    public readonly bool Prove(ReadOnlySpan<byte> chain)
    {
        Begin();
        var kept = file.Sequence is null ? default : file.RangeBuffer.AsSpan(0, file.LengthOf(range));
        for (var offset = _start; offset < _end;)
        {
            var buffer = kept.IsEmpty ? worker.Data : kept[(int)(offset - _start)..];
            var read = Read(file.Target.Fd, buffer, offset);
            if (read <= 0)
            {
                return false;
            }

            worker.Subtree.Append(buffer[..read]);
            offset += read;
        }

        Span<byte> found = stackalloc byte[Blake3Subtree.ChainSize];
        worker.Subtree.Finish(found);
        if (!found.SequenceEqual(chain))
        {
            return false;
        }

        file.Sequence?.Append(kept);
        context.Account(worker, file.LengthOf(range), isCopied: false);
        return true;
    }

    private readonly void Begin() => worker.Subtree.Reset((ulong)_start / Blake3.ChunkSize);

    private readonly int Read(int fd, Span<byte> buffer, long offset)
    {
        context.Stopping.Token.ThrowIfCancellationRequested();
        var length = (int)Math.Min(Math.Min(worker.Data.Length, buffer.Length), _end - offset);
        return (int)Kernel.ReadAt(fd, buffer[..length], offset);
    }
}
