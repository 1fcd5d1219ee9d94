using Ferry.Workloads.Caches;

namespace Ferry.Workloads.Tests.Caches;

public sealed class TransferOptionsTests
{
    [Fact]
    public void Values_out_of_range_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { Jobs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { Jobs = 257 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { ParallelCaches = 65 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { BandwidthLimitBytesPerSecond = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { FreshFor = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { LockTimeout = TimeSpan.FromDays(8) });
        Assert.Null(new TransferOptions { Jobs = null }.Jobs);
    }

    [Theory]
    [InlineData("HF_HOME", true)]
    [InlineData("_", true)]
    [InlineData("a1", true)]
    [InlineData("1a", false)]
    [InlineData("", false)]
    [InlineData("A-B", false)]
    [InlineData("Ä", false)]
    [InlineData("A\n", false)]
    public void Variable_names_are_ASCII_words(string name, bool valid) => Assert.Equal(valid, VariableName.IsValid(name));

    [Fact]
    public void A_definition_needs_a_name_and_an_absolute_path()
    {
        Assert.Throws<ArgumentException>(() => new CacheDefinition("A B", "/a"));
        Assert.Throws<ArgumentException>(() => new CacheDefinition("A", "a"));
    }
}
