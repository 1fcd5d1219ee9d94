using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>What a file system has left for this user, as statfs(2) tells. Quotas of network file systems often do not show in it.</summary>
/// <param name="FreeBytes">Bytes that this user may still write.</param>
/// <param name="TotalBytes">Size of the file system.</param>
/// <param name="FreeInodes">Names that may still be made; null where the file system does not count them.</param>
public readonly record struct FileSystemSpace(long FreeBytes, long TotalBytes, long? FreeInodes)
{
    /// <summary>Asks for the file system that holds <paramref name="path"/>.</summary>
    /// <exception cref="LinuxException">The path does not exist.</exception>
    public static unsafe FileSystemSpace Of(string path)
    {
        fixed (byte* p = PathText.ToTerminated(path))
        {
            if (StatFs.Get(p, out var buffer) < 0)
            {
                throw new LinuxException(Marshal.GetLastPInvokeError(), "statfs", path);
            }

            var unit = buffer.FragmentSize > 0 ? buffer.FragmentSize : buffer.BlockSize;
            return new FileSystemSpace(
                (long)buffer.BlocksAvailable * unit, (long)buffer.Blocks * unit, buffer.Files == 0 ? null : (long)buffer.FilesFree);
        }
    }
}
