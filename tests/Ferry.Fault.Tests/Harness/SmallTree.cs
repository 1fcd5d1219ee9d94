namespace Ferry.Fault.Tests.Harness;

/// <summary>Twenty entries of every kind, in two versions: few enough to stop at each of the system calls that it takes to stage them.</summary>
internal static class SmallTree
{
    private const long FirstSecond = 1_600_000_000;

    /// <summary>Writes the first version into <c>source</c>.</summary>
    public static void WriteFirst(StagedCache cache)
    {
        var tree = cache.Tree;
        for (var i = 0; i < 20; i++) WriteFile(cache, $"models/f{i}", 500 * i, FirstSecond + i);
        WriteFile(cache, "models/blobs/large", 700_000, FirstSecond);
        WriteFile(cache, "models/blobs/gone", 3000, FirstSecond);
        WriteFile(cache, "models/old/also-gone", 3000, FirstSecond);
        WriteFile(cache, "read-only", 2000, FirstSecond);
        tree.Chmod("source/read-only", "444");
        tree.Symlink("source/models/link", "blobs/large");
        tree.SetTime("source/models/link", FirstSecond);
        tree.HardLink("source/models/second-name", "source/read-only");
        tree.WriteSparse("source/sparse", 1 << 20, (500_000, [1, 2, 3]));
        tree.SetTime("source/sparse", FirstSecond);
        SetDirectoryTimes(cache, FirstSecond);
    }

    /// <summary>Turns it into the second: files changed, added and gone, a link that leads elsewhere, a new and a lost directory.</summary>
    public static void WriteSecond(StagedCache cache)
    {
        const long later = FirstSecond + 1_000_000;
        var tree = cache.Tree;
        for (var i = 0; i < 20; i += 3) WriteFile(cache, $"models/f{i}", 700 * (i + 1), later + i);
        WriteFile(cache, "models/blobs/large", 650_000, later);
        WriteFile(cache, "models/new/f0", 100, later);
        WriteFile(cache, "models/new/f1", 0, later);
        File.Delete(tree["source/models/blobs/gone"]);
        Directory.Delete(tree["source/models/old"], recursive: true);
        File.Delete(tree["source/models/link"]);
        tree.Symlink("source/models/link", "new/f0");
        tree.SetTime("source/models/link", later);
        tree.Chmod("source/models/f1", "700");
        SetDirectoryTimes(cache, later);
    }

    private static void WriteFile(StagedCache cache, string name, int size, long second)
    {
        // Unlinked first: a new file, not the old one's inode with other contents.
        if (cache.Tree.Exists($"source/{name}")) File.Delete(cache.Tree[$"source/{name}"]);
        cache.Tree.WriteRandom($"source/{name}", size, (int)(second % 1000) + size);
        cache.Tree.SetTime($"source/{name}", second, 123_456_789);
    }

    private static void SetDirectoryTimes(StagedCache cache, long second)
    {
        foreach (var directory in (string[])["source/models/blobs", "source/models/old", "source/models/new", "source/models", "source"])
            if (cache.Tree.Exists(directory))
                cache.Tree.SetTime(directory, second, 5);
    }
}
