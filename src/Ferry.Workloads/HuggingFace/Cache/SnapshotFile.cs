using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>How a file of a snapshot has its content.</summary>
public enum SnapshotFileForm
{
    /// <summary>It links to the content.</summary>
    Link,

    /// <summary>It is another name of the content.</summary>
    HardLink,

    /// <summary>It is a copy.</summary>
    Copy,
}

/// <summary>Makes files of snapshots, on file systems of all kinds.</summary>
internal static class SnapshotFile
{
    /// <summary>Makes a file.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="name">What has the name is replaced.</param>
    /// <param name="target">What a link is to say.</param>
    /// <param name="folder">The repository's, where clients pass over what is being made.</param>
    /// <param name="blob">The content.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static SnapshotFileForm Make(DirectoryHandle directory, string name, string target, DirectoryHandle folder, BlobName blob)
    {
        try
        {
            directory.MakeLink(target, name, folder);
            return SnapshotFileForm.Link;
        }
        catch (LinuxException e) when (IsUnsupported(e))
        {
            return MakeWithoutLink(directory, name, folder, blob);
        }
    }

    /// <summary>Makes a file where links cannot be.</summary>
    internal static SnapshotFileForm MakeWithoutLink(DirectoryHandle directory, string name, DirectoryHandle folder, BlobName blob)
    {
        using var blobs = folder.Ensure(HubLayout.Blobs);
        try
        {
            directory.MakeHardLink(blobs, blob.Hex, name, folder);
            return SnapshotFileForm.HardLink;
        }
        catch (LinuxException e) when (IsUnsupported(e) || e.Errno is Errno.EXDEV or Errno.EMLINK)
        {
            using var source = blobs.TryOpenFile(blob.Hex) ?? throw new LinuxException(Errno.ENOENT, "open", $"{blobs.Path}/{blob}");
            directory.CopyFile(source, name, folder);
            return SnapshotFileForm.Copy;
        }
    }

    private static bool IsUnsupported(LinuxException e) => e.Errno is Errno.EPERM or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL or Errno.EACCES;
}
