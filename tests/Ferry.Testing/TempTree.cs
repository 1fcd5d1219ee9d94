using System.Text;

namespace Ferry.Testing;

/// <summary>
/// A temporary directory and short ways to fill it. Names are strings or, since Linux allows any byte but '/' and zero,
/// byte strings (<c>"caf\xe9"u8</c> style). Parents are made as needed. Disposing removes all of it, unreadable parts too.
/// </summary>
public sealed class TempTree : IDisposable
{
    private static readonly string? Run = Environment.GetEnvironmentVariable("FERRY_TEST_RUN");

    /// <param name="onDisk">In TMPDIR (or /tmp) rather than in memory: for tests that need the disk's file system.</param>
    public TempTree(bool onDisk = false)
    {
        const string memory = "/dev/shm";
        var parent = !onDisk && Directory.Exists(memory) ? memory : System.IO.Path.GetTempPath();
        // ./test gives each run a directory of its own and removes it, whatever became of the tests.
        if (Run is not null) parent = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"ferry-test.{Run}")).FullName;
        Path = System.IO.Path.Combine(parent, $"ferry-{Guid.NewGuid():N}"[..18]);
        Directory.CreateDirectory(Path);
    }

    /// <summary>The directory, absolute.</summary>
    public string Path { get; }

    /// <summary>The absolute path of something below it.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Makes a directory and returns its absolute path.</summary>
    public string MakeDirectory(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    public void MakeDirectory(ReadOnlySpan<byte> relative)
    {
        MakeParents(relative);
        LinuxCalls.MakeDirectory(Absolute(relative));
    }

    /// <summary>Writes a text file (UTF-8) and returns its absolute path.</summary>
    public string Write(string relative, string content = "") => Write(relative, Encoding.UTF8.GetBytes(content));

    public string Write(string relative, ReadOnlySpan<byte> content)
    {
        Write(Encoding.UTF8.GetBytes(relative), content);
        return this[relative];
    }

    public void Write(ReadOnlySpan<byte> relative, ReadOnlySpan<byte> content)
    {
        MakeParents(relative);
        LinuxCalls.WriteFile(Absolute(relative), content);
    }

    /// <summary>Writes a file of pseudo-random bytes, the same for the same seed.</summary>
    public string WriteRandom(string relative, int size, int seed = 1)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return Write(relative, content);
    }

    /// <summary>Writes a file of <paramref name="size"/> bytes that is a hole but for these pieces.</summary>
    public string WriteSparse(string relative, long size, params (long Offset, byte[] Data)[] pieces)
    {
        Write(relative);
        using var file = new FileStream(this[relative], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.SetLength(size);
        foreach (var (offset, data) in pieces)
            RandomAccess.Write(file.SafeFileHandle, data, offset);
        return this[relative];
    }

    /// <summary>Makes a symbolic link with exactly this target, which need not exist.</summary>
    public void Symlink(string relative, string target) => Symlink(Encoding.UTF8.GetBytes(relative), Encoding.UTF8.GetBytes(target));

    public void Symlink(ReadOnlySpan<byte> relative, ReadOnlySpan<byte> target)
    {
        MakeParents(relative);
        LinuxCalls.MakeSymlink(Terminated(target), Absolute(relative));
    }

    /// <summary>Makes a second name for a file of this tree.</summary>
    public void HardLink(string relative, string existing)
    {
        MakeParents(Encoding.UTF8.GetBytes(relative));
        LinuxCalls.MakeHardLink(Absolute(existing), Absolute(relative));
    }

    /// <summary>Makes a named pipe: nothing that can be copied.</summary>
    public void Fifo(string relative) => LinuxCalls.MakeFifo(Absolute(relative));

    /// <summary>Sets the mode: octal digits as in chmod, <c>Chmod("a", "2755")</c>.</summary>
    public void Chmod(string relative, string octal) => LinuxCalls.SetMode(Absolute(relative), Convert.ToInt32(octal, 8));

    /// <summary>Sets an extended attribute (of the link itself if it is one).</summary>
    public void SetAttribute(string relative, string name, ReadOnlySpan<byte> value) =>
        LinuxCalls.SetAttribute(Absolute(relative), Terminated(Encoding.UTF8.GetBytes(name)), value);

    /// <summary>Sets the modification time (of the link itself if it is one).</summary>
    public void SetTime(string relative, long unixSeconds, int nanoseconds = 0) =>
        LinuxCalls.SetTime(Absolute(relative), unixSeconds, nanoseconds);

    public string ReadText(string relative) => File.ReadAllText(this[relative]);

    public byte[] Read(string relative) => File.ReadAllBytes(this[relative]);

    public bool Exists(string relative) => System.IO.Path.Exists(this[relative]);

    /// <summary>The relative paths of all that is not a directory, sorted. Names must be UTF-8.</summary>
    public string[] Files(string below = "")
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        return [.. Directory.EnumerateFiles(this[below], "*", options)
            .Select(path => System.IO.Path.GetRelativePath(this[below], path)).Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        // Not Directory.Delete: it cannot name what is not UTF-8, and stops at the first directory without write permission.
        if (Tool.Run("rm", ["-rf", "--one-file-system", "--", Path]).ExitCode == 0) return;
        Tool.Run("chmod", ["-R", "u+rwX", "--", Path]);
        Tool.Run("rm", ["-rf", "--one-file-system", "--", Path]);
    }

    private void MakeParents(ReadOnlySpan<byte> relative)
    {
        for (var i = 0; i < relative.Length; i++)
            if (relative[i] == '/')
                LinuxCalls.MakeDirectory(Absolute(relative[..i]));
    }

    private byte[] Absolute(string relative) => Absolute(Encoding.UTF8.GetBytes(relative));

    private byte[] Absolute(ReadOnlySpan<byte> relative) => [.. Encoding.UTF8.GetBytes(Path), (byte)'/', .. relative, 0];

    private static byte[] Terminated(ReadOnlySpan<byte> bytes) => [.. bytes, 0];
}
