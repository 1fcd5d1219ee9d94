using System.Security.Cryptography;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Workloads.HuggingFace.Names;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// A content on its way into a cache, under a name that clients know for a download in progress. Whoever writes it checks all of it before <see cref="Commit"/>; a name is never given to other
/// bytes than it says. Disposed without that, nothing of it stays, unless <see cref="Keep"/> was called.
/// </summary>
public sealed class IncompleteBlob : IDisposable
{
    // What the random part of names begins with, of files that are locked while somebody writes them.
    private const string Mark = "fe77";

    private readonly DirectoryHandle _blobs;
    private readonly string _temporary;
    private bool _stays;

    private IncompleteBlob(DirectoryHandle blobs, BlobName name, string temporary, SafeFileHandle file) =>
        (_blobs, Name, _temporary, File, FoundBytes) = (blobs, name, temporary, file, RandomAccess.GetLength(file));

    /// <summary>The name that it will have.</summary>
    public BlobName Name { get; }

    /// <summary>To be read and written, at any place and on several threads.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Bytes that an earlier download has left: whether they are right, and without holes, is not known.</summary>
    public long FoundBytes { get; }

    /// <summary>Begins a content, or goes on with the largest part that an earlier download of it has left.</summary>
    /// <param name="blobs">Where; closed with what is returned.</param>
    /// <param name="name">Its name.</param>
    /// <param name="leftBefore">Parts that were written to later are taken to be in somebody's hands, unless they are Ferry's own and it is known that nobody holds them; null to begin anew.</param>
    internal static IncompleteBlob Create(DirectoryHandle blobs, BlobName name, Timestamp? leftBefore)
    {
        if (leftBefore is { } before)
        {
            foreach (var (left, modified) in FindLeft(blobs, name))
            {
                var temporary = NewName(name, Mark);
                if (TryTake(blobs, left, temporary, modified < before) is { } file)
                {
                    return new IncompleteBlob(blobs, name, temporary, file);
                }
            }
        }

        return Begin(blobs, name, isHeld: leftBefore is not null);
    }

    /// <summary>Writes at any place, on several threads.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(File, bytes, offset);
        }
        catch (IOException e) when (e.HResult > 0)
        {
            // The framework keeps the error number there, and does not know the path.
            throw new LinuxException(e.HResult, "pwrite", $"{_blobs.Path}/{_temporary}");
        }
    }

    /// <summary>Gives the content its name, once its bytes are on storage. A file or link of that name is replaced.</summary>
    /// <exception cref="LinuxException">
    /// It cannot be done; what had the name has it still. ENOENT: another download has taken this part over, because nothing was written to it for long.
    /// </exception>
    public void Commit()
    {
        DirectoryHandle.Sync(File, _temporary);
        _blobs.Rename(_temporary, Name.Hex);
    }

    /// <summary>Ends writing, without a name for the content yet.</summary>
    /// <returns>The temporary name, which stays.</returns>
    internal string Close()
    {
        _stays = true;
        Dispose();
        return _temporary;
    }

    /// <summary>Leaves what there is, if anything, for a later download: after a failure that was not about the bytes.</summary>
    public void Keep() => _stays = RandomAccess.GetLength(File) > 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!File.IsClosed)
        {
            AdvisoryLock.Release(File);
            File.Dispose();
        }

        if (!_stays)
        {
            // After a commit there is none.
            _ = _blobs.Remove(_temporary);
        }

        _blobs.Dispose();
    }

    /// <summary>Begins a content.</summary>
    /// <param name="blobs">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isHeld">Whether others see by a lock that this process lives; else they see by the time whether it writes.</param>
    private static IncompleteBlob Begin(DirectoryHandle blobs, BlobName name, bool isHeld)
    {
        while (true)
        {
            var temporary = NewName(name, isHeld ? Mark : "");
            try
            {
                var file = blobs.CreateFile(temporary);
                if (isHeld)
                {
                    _ = AdvisoryLock.TryHold(file);
                }

                return new IncompleteBlob(blobs, name, temporary, file);
            }
            catch (LinuxException e) when (e.Errno == Errno.EEXIST)
            {
                // Of a few thousand names one is taken.
            }
        }
    }

    /// <summary>As clients name theirs: what is left of it after a kill is shown, and removed, by their tools too. But one in 65,536 of theirs has Ferry's mark.</summary>
    private static string NewName(BlobName name, string mark) =>
        $"{name.Hex}.{mark}{RandomNumberGenerator.GetHexString(8 - mark.Length, lowercase: true)}{HubLayout.Incomplete}";

    /// <summary>Parts of a content that are there, the largest first.</summary>
    private static IEnumerable<(string Name, Timestamp Modified)> FindLeft(DirectoryHandle blobs, BlobName name)
    {
        var found = new List<(string Name, FileStatus Status)>();
        foreach (var each in blobs.List(out _))
        {
            if (each.StartsWith(name.Hex + ".", StringComparison.Ordinal) && each.EndsWith(HubLayout.Incomplete, StringComparison.Ordinal)
                && blobs.StatusOf(each) is { Kind: EntryKind.File, Size: > 0 } status)
            {
                found.Add((each, status));
            }
        }

        return found.OrderByDescending(static part => part.Status.Size).Select(static part => (part.Name, part.Status.Modified));
    }

    /// <summary>Takes a part over; null if it is in somebody's hands, or may be. Of several that rename the same part one wins.</summary>
    /// <param name="blobs">Where it is.</param>
    /// <param name="left">Its name.</param>
    /// <param name="temporary">Its new name.</param>
    /// <param name="isOld">Whether nobody has written to it for long.</param>
    private static SafeFileHandle? TryTake(DirectoryHandle blobs, string left, string temporary, bool isOld)
    {
        SafeFileHandle? file = null;
        try
        {
            file = blobs.UpdateFile(left);
            var outcome = AdvisoryLock.TryHold(file);
            var isFree = outcome == LockOutcome.Held && left.Contains($".{Mark}", StringComparison.Ordinal) && !DeviceProfile.OfDescriptor((int)file.DangerousGetHandle()).IsRemote;
            if (outcome != LockOutcome.TimedOut && (isOld || isFree))
            {
                blobs.Rename(left, temporary);
                return file;
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.EACCES or Errno.EPERM or Errno.ELOOP)
        {
            // Somebody else was faster, or it is somebody else's.
        }

        if (file is not null)
        {
            AdvisoryLock.Release(file);
            file.Dispose();
        }

        return null;
    }
}
