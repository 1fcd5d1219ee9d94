using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>Writes one object: under a temporary name, to storage, then under its own.</summary>
/// <param name="key">As the caller has it.</param>
/// <param name="path">The same, checked.</param>
/// <param name="failures">Makes the exceptions.</param>
/// <param name="turnLimit">How long a <see cref="NameTurn"/> is waited for; null where conditions are not decided here.</param>
internal sealed class LocalWriter(string key, DirectoryKey path, LocalFailures failures, TimeSpan? turnLimit)
{
    private const int BlockBytes = 256 * 1024;
    private const ushort Anybody = 0x1B6;

    private readonly byte[] _temporary = new byte[TemporaryName.MaxLength];

    /// <summary>Writes it.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written.</exception>
    public WriteOutcome Write(TreeRoot root, ObjectContent content, WriteOptions options, CancellationToken cancellation)
    {
        var (directory, fd) = Begin(root);
        long sent = 0;
        var written = false;
        try
        {
            // Asked now too: what is refused anyway need not be sent.
            if (!Holds(directory, options))
            {
                return WriteOutcome.Refused;
            }

            LocalDirectories.ShareWithTeam(fd, directory);
            Send(fd, content, bytes => { sent += bytes; options.Progress?.Invoke(bytes); }, cancellation);
            Check(Kernel.Sync(fd), "fsync");
            var closed = Kernel.CloseWritten(fd);
            fd = -1;
            Check(closed, "close");
            written = Publish(directory, options, cancellation);
            if (written)
            {
                Check(LocalDirectories.Sync(directory), "fsync");
            }

            return written ? WriteOutcome.Written : WriteOutcome.Refused;
        }
        finally
        {
            if (!written)
            {
                Abandon(directory, ref fd);
                LocalDirectories.RemoveEmpty(root, path.Directory);
                options.Progress?.Invoke(-sent);
            }

            Kernel.Close(directory);
        }
    }

    /// <summary>The open directory, and in it a new file under a temporary name: from then on nobody removes the directory as an empty one.</summary>
    private (int Directory, int Fd) Begin(TreeRoot root)
    {
        for (var attempt = 1; ; attempt++)
        {
            var directory = LocalDirectories.OpenOrMake(root, path.Directory);
            var result = directory;
            if (directory >= 0)
            {
                result = Kernel.Open(directory, TemporaryName.Next(_temporary), Kernel.CreateFile, Kernel.ForCreation(Anybody));
                if (result >= 0)
                {
                    return (directory, result);
                }

                Kernel.Close(directory);
            }

            if (result != -Errno.ENOENT || attempt == TemporaryName.Attempts)
            {
                throw result == -Errno.ENOENT
                    ? failures.Because(StoreError.Transient, key, "its directory is removed again and again while it is made")
                    : failures.Of(result, "open", key);
            }
        }
    }

    private void Send(int fd, ObjectContent content, Action<long> progress, CancellationToken cancellation)
    {
        var block = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(content.Length, 1, BlockBytes));
        var hasher = content.Sha256 is not null && Sha256.IsAvailable ? new Sha256() : null;
        long done = 0;
        using var bytes = content.Open(new ByteRange(0, content.Length));
        while (done < content.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = bytes.Read(block, 0, (int)Math.Min(block.Length, content.Length - done));
            if (read == 0)
            {
                throw failures.Because(StoreError.Invalid, key, $"what was to be written ends after {done} of {content.Length} bytes");
            }

            hasher?.Append(block.AsSpan(0, read));
            Check(Kernel.Write(fd, block.AsSpan(0, read)), "write");
            done += read;
            progress(read);
        }

        cancellation.ThrowIfCancellationRequested();
        if (hasher is not null && hasher.Finish() != Digest.FromBytes(content.Sha256!.Value.Span))
        {
            throw failures.Because(StoreError.Integrity, key, "what was to be written does not have the SHA-256 that it should have");
        }
    }

    private bool Publish(int directory, WriteOptions options, CancellationToken cancellation)
    {
        using var turn = turnLimit is { } limit ? NameTurn.Wait(directory, limit, cancellation) : default(NameTurn?);
        if (turn is { IsHeld: false } && options.IfVersion is not null)
        {
            throw failures.Because(StoreError.Transient, key, "somebody keeps its directory locked (flock), so it cannot be told whether it changes");
        }

        if (!Holds(directory, options))
        {
            return false;
        }

        var result = options.OnlyIfAbsent
            ? GuardedRename.TakeFree(directory, _temporary, path.Name)
            : Kernel.Rename(directory, _temporary, path.Name);
        if (result == -Errno.ENOENT)
        {
            throw failures.Because(StoreError.Transient, key, "its temporary file was removed by somebody");
        }

        return !(options.OnlyIfAbsent && result == -Errno.EEXIST) && Check(result, "rename") >= 0;
    }

    private bool Holds(int directory, WriteOptions options)
    {
        if (!options.OnlyIfAbsent && options.IfVersion is null)
        {
            return true;
        }

        var result = Kernel.StatusOf(directory, path.Name, out var found);
        var exists = result != -Errno.ENOENT && Check(result, "statx") >= 0;
        return !(options.OnlyIfAbsent && exists) && (options.IfVersion is null || (exists && LocalVersion.Of(found) == options.IfVersion));
    }

    private void Abandon(int directory, ref int fd)
    {
        if (fd >= 0)
        {
            Kernel.Close(fd);
            fd = -1;
        }

        _ = Kernel.Remove(directory, _temporary);
    }

    private int Check(int result, string operation) => failures.OrThrow(result, operation, key);
}
