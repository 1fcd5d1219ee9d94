using System.Globalization;
using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>A cache whose source holds one large file, <c>d/large</c>, and some small ones.</summary>
internal sealed class LargeCache : IDisposable
{
    /// <summary>How much of the large file may be read once more after a kill.</summary>
    public const long Allowance = 64L << 20;

    private const string Large = "d/large";

    /// <param name="size">Of the large file, in bytes.</param>
    /// <param name="transfer">As in <see cref="StagedCache"/>.</param>
    public LargeCache(long size, string transfer)
    {
        Size = size;
        Cache = new StagedCache(transfer);
        for (var i = 0; i < 20; i++) Cache.Tree.WriteRandom($"source/d/f{i}", 1000, i);
        Write(seed: 1);
    }

    public StagedCache Cache { get; }

    public long Size { get; }

    /// <summary>Bytes of the large file that are on the target: under temporary names as many blocks as they have, or all.</summary>
    public long Present => File.Exists(Path.Combine(Cache.Staged, Large)) ? Size : Temporaries.Sum(static path =>
        512 * long.Parse(Tool.Run("stat", ["-c", "%b", path]).OrThrow().Text.Trim(), CultureInfo.InvariantCulture));

    /// <summary>Where the last of these bytes ends: cheap to ask for again and again.</summary>
    public long Written => Temporaries.Sum(static path => new FileInfo(path) is { Exists: true } file ? file.Length : 0);

    public string[] Temporaries => !Directory.Exists(Cache.Staged)
        ? [] : Directory.GetFiles(Cache.Staged, TreeState.TemporaryPrefix + "*", SearchOption.AllDirectories);

    /// <summary>Writes a version of the large file, long ago.</summary>
    public void Write(int seed)
    {
        Cache.Tree.Write($"source/{Large}");
        using (var file = new FileStream(Cache.Tree[$"source/{Large}"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            var random = new Random(seed);
            var block = new byte[1 << 20];
            for (var left = Size; left > 0; left -= block.Length)
            {
                random.NextBytes(block);
                file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            }
        }

        Cache.Tree.SetTime($"source/{Large}", 1_600_000_000 + seed, 99);
    }

    /// <summary>The same command again finishes the work, exactly; how many bytes it read from the source is returned.</summary>
    public long Finish(string round)
    {
        Cache.AgeLeftovers();
        var result = Cache.Run("sync", "--json").OrThrow();
        using var json = JsonDocument.Parse(result.Stdout);
        AssertComplete(round);
        return json.RootElement.GetProperty("caches")[0].GetProperty("copied_bytes").GetInt64();
    }

    /// <summary>All is there, as the manifest says and as the source has it.</summary>
    public void AssertComplete(string round)
    {
        Cache.AssertComplete(round);
        var compared = Tool.Run("cmp", [Cache.Tree[$"source/{Large}"], Path.Combine(Cache.Staged, Large)]);
        Assert.True(compared.ExitCode == 0, $"{round}: {compared}");
        var verified = Cache.Run("verify");
        Assert.True(verified.ExitCode == 0, $"{round}: {verified}");
    }

    public void Dispose() => Cache.Dispose();
}
