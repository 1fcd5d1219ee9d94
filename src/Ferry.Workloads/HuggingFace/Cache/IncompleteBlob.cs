using System.Security.Cryptography;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// A content on its way into a cache, under a name that clients know for a download in progress. Whoever writes it checks all of it before <see cref="Commit"/>; a name is never given to other
/// bytes than it says. Disposed without that, nothing of it stays, unless <see cref="Keep"/> was called.
/// </summary>
public sealed class IncompleteBlob : IDisposable
{
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
    /// <param name="leftBefore">Parts that were written to later are taken to be in somebody's hands; null to begin anew.</param>
    internal static IncompleteBlob Create(DirectoryHandle blobs, BlobName name, Timestamp? leftBefore)
    {
        // As clients name theirs: what is left of it after a kill is shown, and removed, by their tools too.
        var temporary = $"{name.Hex}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}{HubLayout.Incomplete}";
        return leftBefore is { } before && FindLeft(blobs, name, before) is { } left && TryTake(blobs, left, temporary) is { } file
            ? new IncompleteBlob(blobs, name, temporary, file)
            : new IncompleteBlob(blobs, name, temporary, blobs.CreateFile(temporary));
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
        File.Dispose();
        if (!_stays)
        {
            // After a commit there is none.
            _ = _blobs.Remove(_temporary);
        }

        _blobs.Dispose();
    }

    private static string? FindLeft(DirectoryHandle blobs, BlobName name, Timestamp before)
    {
        string? found = null;
        var size = 0L;
        foreach (var each in blobs.List(out _))
        {
            if (each.StartsWith(name.Hex + ".", StringComparison.Ordinal) && each.EndsWith(HubLayout.Incomplete, StringComparison.Ordinal)
                && blobs.StatusOf(each) is { Kind: EntryKind.File } status && status.Modified < before && status.Size > size)
            {
                (found, size) = (each, status.Size);
            }
        }

        return found;
    }

    /// <summary>Of several that rename the same part one wins; null for the others.</summary>
    private static SafeFileHandle? TryTake(DirectoryHandle blobs, string left, string temporary)
    {
        SafeFileHandle? file = null;
        try
        {
            file = blobs.UpdateFile(left);
            blobs.Rename(left, temporary);
            return file;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.EACCES or Errno.EPERM)
        {
            file?.Dispose();
            return null;
        }
    }
}
