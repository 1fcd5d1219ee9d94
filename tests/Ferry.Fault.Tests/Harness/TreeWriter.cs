using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ferry.Fault.Tests.Harness;

/// <summary>
/// Somebody who works in a tree while ferry does: replaces files and makes new ones, each in one step, with contents that tell their own path, author
/// and number. Knows which versions the new ones took the place of: those are nobody's loss.
/// </summary>
/// <param name="root">The tree.</param>
/// <param name="work">A directory of the writer's own in the same file system.</param>
/// <param name="author">A word.</param>
internal sealed partial class TreeWriter(string root, string work, string author)
{
    private const int AtFdCwd = -100;
    private const uint NoReplace = 1;
    private const uint Exchange = 2;
    private const int NotThere = 2;
    private const int IsThere = 17;

    private readonly ConcurrentDictionary<string, byte> _written = new();
    private readonly ConcurrentDictionary<string, byte> _replaced = new();
    private int _number;

    /// <summary>Every version that was written, as <see cref="VersionOf"/> names it.</summary>
    public ICollection<string> Written => _written.Keys;

    /// <summary>Those, of whoever, that had the name until this writer took it: it knew what it replaced.</summary>
    public ICollection<string> Replaced => _replaced.Keys;

    /// <summary>Gives a path a new version, unless its directory is gone.</summary>
    public void Write(string path)
    {
        var id = $"{path}|{author}|{Interlocked.Increment(ref _number)}";
        var temporary = Path.Combine(work, _number.ToString(CultureInfo.InvariantCulture));
        File.WriteAllBytes(temporary, Content(id));
        _written[id] = 0;
        while (!TryPlace(temporary, Path.Combine(root, path)))
        {
        }
    }

    /// <summary>The version that a file holds, or null if it is not one whole version.</summary>
    public static string? VersionOf(byte[] content)
    {
        var end = Array.IndexOf(content, (byte)'\n');
        if (end < 0) return null;
        var id = Encoding.UTF8.GetString(content, 0, end);
        return content.AsSpan().SequenceEqual(Content(id)) ? id : null;
    }

    /// <summary>The path that a version was written to.</summary>
    public static string PathOf(string version) => version.Split('|')[0];

    private bool TryPlace(string temporary, string path)
    {
        if (renameat2(AtFdCwd, temporary, AtFdCwd, path, Exchange) == 0)
        {
            if (VersionOf(File.ReadAllBytes(temporary)) is { } former) _replaced[former] = 0;
            else throw new InvalidOperationException($"{path} held what is no version");
            File.Delete(temporary);
            return true;
        }
        if (Marshal.GetLastPInvokeError() != NotThere) throw new IOException($"renameat2 {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        if (renameat2(AtFdCwd, temporary, AtFdCwd, path, NoReplace) == 0) return true;
        if (Marshal.GetLastPInvokeError() == IsThere) return false;
        if (Marshal.GetLastPInvokeError() != NotThere) throw new IOException($"renameat2 {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        if (Directory.Exists(Path.GetDirectoryName(path))) return false;
        _written.TryRemove(VersionOf(File.ReadAllBytes(temporary))!, out _);
        return true;
    }

    private static byte[] Content(string id)
    {
        var head = Encoding.UTF8.GetBytes(id + "\n");
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(head)));
        var content = new byte[head.Length + random.Next(random.Next(4) == 0 ? 100_000 : 3_000)];
        random.NextBytes(content);
        head.CopyTo(content, 0);
        return content;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);
}
