namespace Ferry.Fault.Tests.Harness;

/// <summary>What holds for a staged tree at every instant, whatever was killed or failed.</summary>
internal static class Invariants
{
    /// <summary>No final name has contents that no version of the source had under it.</summary>
    public static void AssertOldOrNew(TreeState staged, string round, params TreeState[] versions)
    {
        foreach (var (path, found) in staged.Files)
            Assert.True(
                versions.Any(version => version.Entries.TryGetValue(path, out var expected) && expected.SameContents(found)),
                $"{round}: {path} ({found.Size} bytes) is neither the old nor the new version");
    }

    /// <summary>What was there before is there still, in whatever version.</summary>
    public static void AssertNothingGone(TreeState before, TreeState after, TreeState source, string round)
    {
        foreach (var path in before.Entries.Keys.Where(source.Entries.ContainsKey))
            Assert.True(after.Entries.ContainsKey(path), $"{round}: {path} was there before and is gone");
    }

    /// <summary>True when all of a version is there.</summary>
    public static bool IsComplete(TreeState staged, TreeState version) =>
        version.Entries.All(entry => staged.Entries.TryGetValue(entry.Key, out var found) && found.SameContents(entry.Value));

    /// <summary>
    /// Files that were there, as the source has them now, before a sync, and that it wrote anew all the same. Further names of a
    /// file with several are left out: they are made anew when the first one is.
    /// </summary>
    public static string[] CopiedAgain(TreeState before, TreeState after, TreeState source) =>
        [.. Arrived(before, source).Where(path => after.Entries[path].Identity != before.Entries[path].Identity)];

    /// <summary>Files that are as the source has them now, those with several names left out.</summary>
    public static IEnumerable<string> Arrived(TreeState staged, TreeState source) =>
        from entry in staged.Files
        where source.Entries.TryGetValue(entry.Key, out var expected) && expected.SameContents(entry.Value) && expected.Links == 1
        select entry.Key;
}
