using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class NameTests
{
    private const int Create = 0x41; // O_WRONLY | O_CREAT
    private const int DirectoryOnly = 0x10000;

    [RequiresFact("ferry", "rsync")]
    public void Any_name_arrives()
    {
        using var cache = new StagedCache();
        foreach (var name in HostileNames())
        {
            cache.Tree.Write([.. "source/"u8, .. name], "file"u8);
            cache.Tree.Write([.. "source/dir "u8, .. name[..Math.Min(200, name.Length)], .. "/"u8, .. name], "below"u8);
            cache.Tree.Symlink([.. "source/links/"u8, .. name], name);
        }

        cache.SyncAndCompare();
        cache.MirrorAndCompare();
        Tool.Run("rm", ["-rf", cache.Source]).OrThrow();
        cache.Tree.MakeDirectory("source");
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void A_name_cannot_forge_lines_or_move_the_cursor()
    {
        using var cache = new StagedCache();
        foreach (var name in new[] { "a\nexport PATH=", "b\u001b[2J", "c\r", "d\u202e" })
            Tool.Run("mkfifo", [$"{cache.Source}/{name}"]).OrThrow();
        var result = cache.Sync("--verbose").OrThrow();
        Assert.Equal(cache.Export, result.Text.TrimEnd('\n'));
        Assert.Equal(5, result.Stderr.TrimEnd('\n').Split('\n').Length);
        Assert.DoesNotContain("\u001b", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", result.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Paths_beyond_4096_bytes_arrive()
    {
        using var cache = new StagedCache();
        MakeDeep(cache.Source, depth: 60, name: new string('d', 200));
        cache.Sync().OrThrow();
        AssertSameListing(cache);
        cache.Sync("--force", "--delete", "--verify").OrThrow();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_thousand_directories_in_each_other_arrive()
    {
        using var cache = new StagedCache();
        MakeDeep(cache.Source, depth: 1_000, name: "d");
        cache.SyncAndCompare();
        cache.MirrorAndCompare();
    }

    [RequiresFact("ferry")]
    public void Fifty_thousand_entries_in_one_directory_arrive()
    {
        using var cache = new StagedCache();
        Tool.Bash("cd \"$1\" && seq -f 'file-%.0f' 1 50000 | xargs touch && echo content > file-777", cache.Source).OrThrow();
        cache.Sync().OrThrow();
        AssertSameListing(cache);
        File.Delete(cache.Target + "/file-777");
        cache.Sync().OrThrow();
        AssertSameListing(cache);
    }

    private static void AssertSameListing(StagedCache cache)
    {
        const string listing = "cd \"$1\" && find . -printf '%s %m %T@ %y %P\\0' | LC_ALL=C sort -z | sha256sum";
        Assert.Equal(Tool.Bash(listing, cache.Source).OrThrow().Text, Tool.Bash(listing, cache.Target).OrThrow().Text);
    }

    /// <summary>Directories in each other with a file in the last: made step by step, as no call takes so long a path.</summary>
    private static void MakeDeep(string root, int depth, string name)
    {
        var directory = Posix.Open(-100, Posix.FromText(root), DirectoryOnly, 0);
        for (var i = 0; i < depth; i++)
        {
            Posix.MakeDirectoryAt(directory, name);
            var next = Posix.Open(directory, name, DirectoryOnly, 0);
            Posix.Close(directory);
            directory = next;
        }

        var file = Posix.Open(directory, "file", Create, 0b110_100_100);
        Posix.Write(file, "at the bottom"u8.ToArray());
        Posix.Close(file);
        Posix.Close(directory);
    }

    private static IEnumerable<byte[]> HostileNames()
    {
        foreach (var text in new[]
        {
            "new\nline", "\n", "tab\t", "\r", "'quote'", "\"double\"", "$(touch /tmp/owned)", "`id`", "back\\slash", "\\", " leading", "trailing ",
            " ", "-rf", "--delete", "*", "?", "[a]", "!x", "#x", "~", "~root", ".hidden", "...", "..a", "%s%n", "a:b", "host:path", "a=b", "\u202e",
            "\u001b[31m", "\u007f", "caf\u00e9", "cafe\u0301", "\u65e5\u672c", "\ud83d\ude00", "CON", "a|b", "a;b", "a&b", "<a>", "@eaDir",
        })
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        yield return [0xff];
        yield return [0xc3, 0x28];
        yield return [0xed, 0xa0, 0x80];
        yield return [.. Enumerable.Repeat((byte)'x', 255)];
        yield return [.. Enumerable.Repeat((byte)0xe9, 255)];
        yield return [.. Enumerable.Range(1, 254).Where(static b => b != '/').Select(static b => (byte)b)];
    }
}
