namespace Ferry.Fault.Tests.Harness;

/// <summary>One entry of a tree as a test sees it.</summary>
/// <param name="Type">As in find: f, d or l.</param>
/// <param name="Identity">Inode and time of birth: another one means that the file was written anew.</param>
/// <param name="Changed">Time of last change of the inode.</param>
/// <param name="Links">Number of names of the inode.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">SHA-256 of a file, target of a link, empty for a directory.</param>
internal sealed record FileFacts(char Type, string Identity, string Changed, int Links, long Size, string Content)
{
    public bool IsDirectory => Type == 'd';

    public bool SameContents(FileFacts other) => Type == other.Type && Content == other.Content;
}
