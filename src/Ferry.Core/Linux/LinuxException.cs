namespace Ferry.Core.Linux;

/// <summary>A system call failed. The message names the path, the reason and the call; the error number is kept.</summary>
public sealed class LinuxException : IOException
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="errno">The error number, positive: see <see cref="Linux.Errno"/>.</param>
    /// <param name="operation">The system call, for example <c>openat</c>.</param>
    /// <param name="path">What it was about, fit for display.</param>
    public LinuxException(int errno, string operation, string path)
        : base($"{path}: {Linux.Errno.Describe(errno)} ({operation}: {Linux.Errno.Name(errno)})")
    {
        Errno = errno;
        Operation = operation;
        Path = path;
    }

    /// <summary>The error number, positive.</summary>
    public int Errno { get; }

    /// <summary>The system call that failed.</summary>
    public string Operation { get; }

    /// <summary>The path concerned, escaped for display.</summary>
    public string Path { get; }

    /// <summary>True when the target file system or a quota is full: going on with other files is useless.</summary>
    public bool IsOutOfSpace => Errno is Linux.Errno.ENOSPC or Linux.Errno.EDQUOT;
}
