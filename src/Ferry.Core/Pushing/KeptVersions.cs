using System.Text;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Where the losing version of a conflict goes before the winner takes its place: a flat directory on scratch, each file named by the
/// beginning of its digest and its own name. Thread-safe.
/// </summary>
/// <param name="path">The directory; made when it is needed, in one that exists.</param>
/// <param name="leftovers">Removes what killed pushes have left in it.</param>
internal sealed class KeptVersions(string path, LeftoverRemover leftovers) : IDisposable
{
    private const int DigestChars = 16;
    private const int LongestName = 200;

    private readonly Lock _lock = new();
    private int _directory = -1;
    private int _isCleaned;

    /// <summary>Copies a file or link; null when it is safe on storage, else what went wrong.</summary>
    public EntryProblem? Keep(int directory, ReadOnlySpan<byte> terminatedName, in FileStatus status, EngineWorker worker, string display)
    {
        var store = OpenStore();
        if (store < 0)
        {
            return EntryProblem.OfCall(path, "open", -store);
        }

        if (Interlocked.Exchange(ref _isCleaned, 1) == 0)
        {
            leftovers.Run(store, worker);
        }

        Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
        var temporary = TemporaryName.Next(buffer);
        var result = status.Kind == EntryKind.Symlink
            ? CopyLink(directory, terminatedName, store, temporary, worker, out var digest)
            : CopyFile(directory, terminatedName, store, temporary, status, worker, out digest);
        if (result == 0)
        {
            result = Kernel.Rename(store, temporary, NameFor(digest, terminatedName[..^1]));
            result = result < 0 ? result : Kernel.Sync(store) is -Errno.EINVAL or -Errno.EOPNOTSUPP or -Errno.ENOSYS or 0 ? 0 : -Errno.EIO;
        }

        if (result != 0)
        {
            _ = Kernel.Remove(store, temporary);
        }

        return result == 0 ? null : result > 0
            ? new EntryProblem(ProblemKind.Conflict, display, EntryProblem.PushRace)
            // No error number: it is scratch that may be full, not the source, and other files need no room here.
            : EntryProblem.OfCall(path, "keep the other version", -result) with { Errno = 0 };
    }

    public void Dispose()
    {
        if (_directory >= 0)
        {
            Kernel.Close(_directory);
            _directory = -1;
        }
    }

    private int OpenStore()
    {
        lock (_lock)
        {
            if (_directory < 0)
            {
                var terminated = PathText.ToTerminated(path);
                var made = Kernel.MakeDirectory(Linux.Native.Fcntl.AT_FDCWD, terminated, 0x1C0);
                _directory = made is 0 or -Errno.EEXIST ? Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, terminated, Kernel.ReadDirectory) : made;
            }

            return _directory;
        }
    }

    /// <summary>0; 1 if it changed while it was copied; or the negative error number.</summary>
    private static int CopyFile(
        int directory, ReadOnlySpan<byte> name, int store, ReadOnlySpan<byte> temporary, in FileStatus status, EngineWorker worker, out Digest digest)
    {
        digest = default;
        var source = Kernel.Open(directory, name, Kernel.ReadFile);
        if (source < 0)
        {
            return source;
        }

        var target = Kernel.Open(store, temporary, Kernel.CreateFile, 0x180);
        var result = target < 0 ? target : Fill(source, target, status, worker, out digest);
        Kernel.Close(source);
        if (target >= 0)
        {
            var closed = Kernel.CloseWritten(target);
            result = result != 0 ? result : closed;
        }

        return result;
    }

    private static int Fill(int source, int target, in FileStatus status, EngineWorker worker, out Digest digest)
    {
        digest = default;
        worker.Hasher.Reset();
        int length;
        while ((length = (int)Kernel.Read(source, worker.Data)) > 0)
        {
            worker.Hasher.Append(worker.Data.AsSpan(0, length));
            if (Kernel.Write(target, worker.Data.AsSpan(0, length)) is < 0 and var failed)
            {
                return failed;
            }
        }

        if (length < 0)
        {
            return length;
        }

        digest = worker.Hasher.Finish();
        var result = Kernel.SetModified(target, status.Modified);
        result = result < 0 ? result : Kernel.Sync(target);
        return result < 0 ? result : Kernel.StatusOf(source, out var after) == 0 && after.HasSameContentsAs(status) ? 0 : 1;
    }

    private static int CopyLink(
        int directory, ReadOnlySpan<byte> name, int store, ReadOnlySpan<byte> temporary, EngineWorker worker, out Digest digest)
    {
        var length = (int)Kernel.ReadSymlink(directory, name, worker.Data.AsSpan(0, SymlinkCopier.LongestTarget));
        digest = length < 0 ? default : Blake3.Hash(worker.Data.AsSpan(0, length));
        worker.Data[Math.Max(length, 0)] = 0;
        return length < 0 ? length : Kernel.MakeSymlink(worker.Data.AsSpan(0, length + 1), store, temporary);
    }

    private static byte[] NameFor(in Digest digest, ReadOnlySpan<byte> name) =>
        PathText.Terminated([.. Encoding.ASCII.GetBytes(digest.ToHex()[..DigestChars] + "-"), .. name[..Math.Min(name.Length, LongestName)]]);
}
