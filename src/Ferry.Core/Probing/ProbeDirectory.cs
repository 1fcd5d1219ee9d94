using System.Globalization;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Core.Walking;

namespace Ferry.Core.Probing;

/// <summary>
/// A private directory (mode 0700) in which it is tried out what a file system can do. Only files are made in it. Disposing removes it with
/// all of them.
/// </summary>
public sealed class ProbeDirectory : IDisposable
{
    private const string Prefix = ".ferry-doctor-";
    private const ushort OwnerOnly = 0x1C0;
    private const int RemoveAttempts = 3;

    private readonly byte[] _terminatedPath;

    private ProbeDirectory(string path, byte[] terminatedPath, int fd) => (Path, _terminatedPath, Fd) = (path, terminatedPath, fd);

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    internal int Fd { get; private set; }

    /// <summary>Makes one in an existing directory.</summary>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    public static ProbeDirectory Create(string parent)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId:x}-{Random.Shared.NextInt64():x}");
        var path = System.IO.Path.Join(parent, name);
        var terminated = PathText.ToTerminated(path);
        Kernel.OrThrow(Kernel.MakeDirectory(Fcntl.AT_FDCWD, terminated, OwnerOnly), "mkdir", path);
        var fd = Kernel.Open(Fcntl.AT_FDCWD, terminated, Kernel.ReadDirectory);
        if (fd >= 0)
        {
            return new ProbeDirectory(path, terminated, fd);
        }

        _ = Kernel.Remove(Fcntl.AT_FDCWD, terminated, isDirectory: true);
        throw new LinuxException(-fd, "open", path);
    }

    /// <summary>Removes what killed processes left in a directory: this user's own, and only what has not changed for some time.</summary>
    /// <param name="parent">Where they were made.</param>
    /// <param name="before">Younger ones may be in use.</param>
    public static void RemoveLeftovers(string parent, DateTimeOffset before)
    {
        foreach (var path in Directory.GetDirectories(parent, Prefix + "*"))
        {
            var terminated = PathText.ToTerminated(path);
            var fd = Kernel.Open(Fcntl.AT_FDCWD, terminated, Kernel.ReadDirectory);
            if (fd < 0)
            {
                continue;
            }

            using var leftover = new ProbeDirectory(path, terminated, fd);
            if (Kernel.StatusOf(fd, out var status) < 0 || status.Uid != Kernel.EffectiveUser || status.Modified > Timestamp.From(before))
            {
                leftover.Release();
            }
        }
    }

    /// <summary>Removes it with all that is in it. 0, or the error number.</summary>
    public int Remove()
    {
        var result = 0;
        // Again while somebody makes files: a probe that hung and goes on now.
        for (var attempt = 0; Fd >= 0 && attempt < RemoveAttempts; attempt++)
        {
            RemoveFiles();
            result = Kernel.Remove(Fcntl.AT_FDCWD, _terminatedPath, isDirectory: true);
            if (result != -Errno.ENOTEMPTY)
            {
                break;
            }
        }

        Release();
        return result == -Errno.ENOENT ? 0 : -result;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Remove();

    /// <summary>Makes an empty file and returns its descriptor, for reading and writing; or the negative error number.</summary>
    internal int CreateFile(ReadOnlySpan<byte> name) =>
        Kernel.Open(Fd, name, Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC, 0x180);

    /// <summary>Makes a file that holds the bytes of its own name. 0, or the negative error number.</summary>
    internal int WriteFile(ReadOnlySpan<byte> name)
    {
        var fd = CreateFile(name);
        if (fd < 0)
        {
            return fd;
        }

        var result = Kernel.Write(fd, name[..^1]);
        var closed = Kernel.CloseWritten(fd);
        return result < 0 ? result : closed;
    }

    private void RemoveFiles()
    {
        var fd = Kernel.Open(Fd, ".\0"u8, Kernel.ReadDirectory);
        var reader = new DirectoryReader();
        if (fd < 0 || reader.Read(fd, null) < 0)
        {
            return;
        }

        Kernel.Close(fd);
        var (names, entries) = reader.ToListing();
        foreach (var entry in entries)
        {
            _ = Kernel.Remove(Fd, names.AsSpan(entry.NameOffset, entry.NameLength + 1));
        }
    }

    private void Release()
    {
        if (Fd >= 0)
        {
            Kernel.Close(Fd);
        }

        Fd = -1;
    }
}
