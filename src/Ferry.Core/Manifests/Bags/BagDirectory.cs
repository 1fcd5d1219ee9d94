using System.Security.Cryptography;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Bags;

/// <summary>A bag's directory. What is opened in it is a regular file beneath it; links are not followed.</summary>
internal sealed class BagDirectory : IDisposable
{
    private readonly TreeRoot _root;
    private readonly PathBuffer _directory = new();
    private readonly byte[] _buffer = new byte[1 << 16];

    private BagDirectory(TreeRoot root) => _root = root;

    /// <summary>The directory as it was named.</summary>
    public string Path => _root.Path;

    /// <exception cref="LinuxException">It does not exist or cannot be read.</exception>
    public static BagDirectory Open(string path) => new(TreeRoot.Open(path));

    /// <summary>The name of a tag file for messages.</summary>
    public string Display(string name) => $"{Path}/{name}";

    /// <summary>The tag files of the root that are called <c>PREFIXALGORITHM.txt</c>, by name.</summary>
    public List<(string Name, string Algorithm)> Manifests(string prefix)
    {
        const string suffix = ".txt";
        var found = new List<(string, string)>();
        foreach (var path in Directory.EnumerateFileSystemEntries(Path, prefix + "*" + suffix))
        {
            var name = System.IO.Path.GetFileName(path);
            found.Add((name, name[prefix.Length..^suffix.Length].ToLowerInvariant()));
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return found;
    }

    /// <summary>0 for a name of that kind, else the negative error number.</summary>
    public int Check(ReadOnlySpan<byte> path, EntryKind kind)
    {
        var directory = OpenParent(path, out var name);
        if (directory < 0)
        {
            return directory;
        }

        var result = Kernel.StatusOf(directory, name, out var status);
        Kernel.Close(directory);
        return result < 0 ? result : status.Kind == kind ? 0 : -Errno.EINVAL;
    }

    /// <summary>A descriptor of a regular file, or the negative error number.</summary>
    public int OpenFile(ReadOnlySpan<byte> path)
    {
        var directory = OpenParent(path, out var name);
        if (directory < 0)
        {
            return directory;
        }

        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        Kernel.Close(directory);
        if (fd >= 0 && (Kernel.StatusOf(fd, out var status) < 0 || status.Kind != EntryKind.File))
        {
            Kernel.Close(fd);
            return -Errno.EINVAL;
        }

        return fd;
    }

    /// <summary>Whether <see cref="Hash"/> can compute an algorithm, named as in the name of a manifest.</summary>
    public static bool Hashes(string algorithm) => algorithm is "sha256" or "sha512" or "blake3";

    /// <summary>The digest of a file in lower-case hexadecimal digits.</summary>
    /// <param name="fd">Read from its position to its end; it stays open.</param>
    /// <param name="algorithm">One that it <see cref="Hashes"/>.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public string Hash(int fd, string algorithm, string path)
    {
        if (algorithm != "sha512")
        {
            var hasher = IContentHasher.Create(algorithm == "sha256" ? DigestAlgorithm.Sha256 : DigestAlgorithm.Blake3);
            ReadAll(fd, path, hasher.Append);
            return hasher.Finish().ToHex();
        }

        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        ReadAll(fd, path, sha512.AppendData);
        return Convert.ToHexStringLower(sha512.GetHashAndReset());
    }

    public void Dispose() => _root.Dispose();

    private void ReadAll(int fd, string path, Action<ReadOnlySpan<byte>> append)
    {
        int length;
        while ((length = Kernel.OrThrow((int)Kernel.Read(fd, _buffer), "read", path)) > 0)
        {
            append(_buffer.AsSpan(0, length));
        }
    }

    private int OpenParent(ReadOnlySpan<byte> path, out byte[] terminatedName)
    {
        var slash = path.LastIndexOf((byte)'/');
        _directory.Clear();
        if (slash > 0)
        {
            _directory.Append(path[..slash]);
        }

        terminatedName = PathText.Terminated(path[(slash + 1)..]);
        return _root.OpenDirectory(_directory);
    }
}
