using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Tests.Config;

public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d1s", 172_801)]
    public void Durations_are_read_and_written_back(string text, int seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(Duration.TryParse(Duration.Format(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("1h1h")]
    [InlineData("1m1h")]
    [InlineData("1h30")]
    [InlineData("-1")]
    [InlineData("1.5h")]
    [InlineData("1 h")]
    [InlineData("99999999999999999999")]
    [InlineData("2147483647d")]
    public void Other_texts_are_no_durations(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1500", 1500)]
    [InlineData("10B", 10)]
    [InlineData("50GB", 50_000_000_000)]
    [InlineData("10 MiB", 10_485_760)]
    [InlineData("1.5kB", 1500)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Sizes_are_read_and_written_back(string text, long bytes)
    {
        Assert.True(ByteCount.TryParse(text, out var size));
        Assert.Equal(bytes, size);
        Assert.True(ByteCount.TryParse(ByteCount.Format(size), out var again));
        Assert.Equal(size, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1")]
    [InlineData("1M")]
    [InlineData("1.5B")]
    [InlineData("1..5kB")]
    [InlineData("9.3EB")]
    [InlineData("10000EB")]
    [InlineData("1GBs")]
    public void Other_texts_are_no_sizes(string text) => Assert.False(ByteCount.TryParse(text, out _));

    [Theory]
    [InlineData("scrach", "scratch")]
    [InlineData("acches", "caches")]
    [InlineData("TRANSFER", "transfer")]
    [InlineData("zzzzzz", null)]
    public void The_nearest_name_is_suggested(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Find(written, ["scratch", "caches", "transfer", "cache_root"]));
}
