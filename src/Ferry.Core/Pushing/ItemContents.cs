using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>What is compared and recorded of an entry: the digest of a file, the target of a link.</summary>
internal static class ItemContents
{
    /// <summary>Reads them on either side. 0; or the negative error number.</summary>
    /// <param name="directory">The entry's directory, open.</param>
    /// <param name="item">Its name.</param>
    /// <param name="kind">A file or a link; anything else by now is an error.</param>
    /// <param name="worker">Buffers.</param>
    /// <param name="contents">The digest's 32 bytes, or what the link says.</param>
    public static int Read(int directory, PushItem item, EntryKind kind, EngineWorker worker, out byte[] contents)
    {
        contents = [];
        if (kind == EntryKind.Symlink)
        {
            var length = (int)Kernel.ReadSymlink(directory, item.TerminatedName, worker.Data.AsSpan(0, SymlinkCopier.LongestTarget));
            contents = length < 0 ? [] : worker.Data[..length];
            return Math.Min(length, 0);
        }

        var fd = Kernel.Open(directory, item.TerminatedName, Kernel.ReadFile);
        if (fd < 0)
        {
            return fd;
        }

        var result = ContentStream.Hash(fd, worker, out var digest);
        Kernel.Close(fd);
        contents = new byte[Digest.Size];
        digest.CopyTo(contents);
        return result;
    }

    /// <summary>As the last sync recorded them.</summary>
    public static byte[] Recorded(PushItem item)
    {
        if (item.Prior.Kind == EntryKind.Symlink)
        {
            return item.Prior.LinkTarget.ToArray();
        }

        var contents = new byte[Digest.Size];
        item.Prior.Digest.CopyTo(contents);
        return contents;
    }
}
