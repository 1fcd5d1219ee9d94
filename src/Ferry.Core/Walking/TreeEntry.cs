using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>One name of a directory with its status. The name's bytes lie in <see cref="DirectoryNode"/>.</summary>
#pragma warning disable CA1051 // filled in place, by reference, while a directory is read
public struct TreeEntry
{
    internal int NameOffset;
    internal ushort NameLength;

    /// <summary>What the file system says of it.</summary>
    public FileStatus Status;
}
