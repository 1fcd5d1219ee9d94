namespace Ferry.Testing;

/// <summary>A directory mounted through tests/servers/slowfs: a slow or failing shared file system, with counters.</summary>
public sealed class SlowFs : IDisposable
{
    private readonly TempTree _parent = new();

    /// <summary>Mounts <paramref name="source"/>. The test needs <c>fuse</c> (see <see cref="Requirements"/>).</summary>
    /// <param name="metadataLatency">How long each metadata request waits; waits of concurrent requests overlap.</param>
    /// <param name="cache">For how long the kernel may trust names and attributes.</param>
    /// <param name="fail">Fault rules as in the head of slowfs.c: <c>"write:ENOSPC:after=10M"</c>.</param>
    /// <param name="more">Further options of slowfs, such as <c>["--meta-iops", "3000"]</c>.</param>
    public SlowFs(
        string source, TimeSpan metadataLatency = default, TimeSpan cache = default, IEnumerable<string>? fail = null,
        IEnumerable<string>? more = null)
    {
        Path = _parent.MakeDirectory("mnt");
        List<string> args = ["mount", source, Path];
        if (metadataLatency > TimeSpan.Zero) args.AddRange(["--meta-latency-us", $"{metadataLatency.TotalMicroseconds:0}"]);
        if (cache > TimeSpan.Zero) args.AddRange(["--cache-ms", $"{cache.TotalMilliseconds:0}"]);
        foreach (var rule in fail ?? []) args.AddRange(["--fail", rule]);
        Tool.Run(Script, [.. args, .. more ?? []]).OrThrow();
    }

    /// <summary>The mount point.</summary>
    public string Path { get; }

    internal static string Script => Repository.File("tests", "servers", "slowfs");

    /// <summary>Requests so far by operation (<c>getattr</c>, <c>open</c> ...), and <c>read_bytes</c>, <c>write_bytes</c>.</summary>
    public Dictionary<string, long> Stats() => Tool.Run(Script, ["stats", Path]).OrThrow().Lines
        .Select(line => line.Split(' '))
        .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Changes an option while mounted; <c>Set("fail", "")</c> clears the fault rules.</summary>
    public void Set(string option, string value) => Tool.Run(Script, ["set", Path, option, value]).OrThrow();

    public void Dispose()
    {
        Tool.Run(Script, ["umount", Path]);
        _parent.Dispose();
    }
}
