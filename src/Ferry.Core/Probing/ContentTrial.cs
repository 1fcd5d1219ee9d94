using Ferry.Core.Linux;

namespace Ferry.Core.Probing;

/// <summary>Tries how a file system stores contents.</summary>
public static class ContentTrial
{
    private const int Length = 1 << 20;
    private const int Block = 4096;

    /// <summary>Whether the zeros of a sparse file take no space: 0 if so, -1 if they do, else the error number.</summary>
    public static int Holes(ProbeDirectory directory)
    {
        var fd = directory.CreateFile("holes\0"u8);
        if (fd < 0)
        {
            return -fd;
        }

        var error = Kernel.Truncate(fd, Length);
        error = error < 0 ? error : Kernel.WriteAt(fd, new byte[Block].AsSpan(), Length / 2);
        // Some file systems allocate when they write back.
        error = error < 0 ? error : Kernel.Sync(fd);
        FileStatus status = default;
        error = error < 0 ? error : Kernel.StatusOf(fd, out status);
        Kernel.Close(fd);
        return error < 0 ? -error : status.IsSparse ? 0 : NameTrial.Lied;
    }

    /// <summary>Whether two files can share blocks (FICLONE): 0, or the error number.</summary>
    public static int Reflink(ProbeDirectory directory)
    {
        var source = directory.CreateFile("clone-a\0"u8);
        var target = directory.CreateFile("clone-b\0"u8);
        var error = source < 0 ? source : target < 0 ? target : Kernel.Write(source, new byte[Block]);
        error = error < 0 ? error : Kernel.ShareBlocks(source, target);
        Close(source);
        Close(target);
        return error < 0 ? -error : 0;
    }

    private static void Close(int fd)
    {
        if (fd >= 0)
        {
            Kernel.Close(fd);
        }
    }
}
