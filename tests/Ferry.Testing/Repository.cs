namespace Ferry.Testing;

/// <summary>Where the checkout is that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>The directory that holds Ferry.slnx.</summary>
    public static string Root { get; } = FindUpwards(AppContext.BaseDirectory);

    /// <summary>A file of the checkout.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindUpwards(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            if (System.IO.File.Exists(Path.Combine(directory.FullName, "Ferry.slnx")))
                return directory.FullName;
        throw new InvalidOperationException($"No Ferry.slnx above {start}: the tests must run from the checkout.");
    }
}
