using System.Security.Cryptography;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// A content on its way into a cache, under a name that clients know for a download in progress. Whoever writes it checks it before <see cref="Commit"/>; a name is never given to other
/// bytes than it says. Disposed without that, nothing of it stays.
/// </summary>
public sealed class IncompleteBlob : IDisposable
{
    private readonly DirectoryHandle _blobs;
    private readonly string _temporary;

    private IncompleteBlob(DirectoryHandle blobs, BlobName name, string temporary, SafeFileHandle file) =>
        (_blobs, Name, _temporary, File) = (blobs, name, temporary, file);

    /// <summary>The name that it will have.</summary>
    public BlobName Name { get; }

    /// <summary>To be read and written, at any place and on several threads.</summary>
    public SafeFileHandle File { get; }

    internal static IncompleteBlob Create(DirectoryHandle blobs, BlobName name)
    {
        // As clients name theirs: what is left of it after a kill is shown, and removed, by their tools too.
        var temporary = $"{name.Hex}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}{HubLayout.Incomplete}";
        return new IncompleteBlob(blobs, name, temporary, blobs.CreateFile(temporary));
    }

    /// <summary>Gives the content its name, once its bytes are on storage. A file or link of that name is replaced.</summary>
    /// <exception cref="LinuxException">It cannot be done; what had the name has it still.</exception>
    public void Commit()
    {
        DirectoryHandle.Sync(File, _temporary);
        _blobs.Rename(_temporary, Name.Hex);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Dispose();
        // After a commit there is none.
        _ = _blobs.Remove(_temporary);
        _blobs.Dispose();
    }
}
