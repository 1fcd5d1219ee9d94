using Ferry.Core.Linux;
using FsCheck;
using FsCheck.Fluent;

namespace Ferry.Core.Tests.Linux;

public sealed class TimestampTests
{
    private static readonly Arbitrary<Timestamp> Times = (
        from seconds in Gen.Choose(int.MinValue, int.MaxValue)
        from shift in Gen.Choose(0, 3)
        from nanoseconds in Gen.Choose(0, 999_999_999)
        select new Timestamp((long)seconds << shift, (uint)nanoseconds)).ToArbitrary();

    [Theory]
    [InlineData(5, 123_456_789, 5, 123_456_789, true)]
    [InlineData(5, 123_456_789, 5, 123_456_700, true)] // a Windows server's 100 ns
    [InlineData(5, 123_456_789, 5, 123_456_000, true)]
    [InlineData(5, 123_456_789, 5, 0, true)]
    [InlineData(5, 123_456_789, 4, 0, true)] // FAT
    [InlineData(4, 123_456_789, 4, 0, true)]
    [InlineData(-5, 1, -5, 0, true)]
    [InlineData(-5, 1, -6, 0, true)]
    [InlineData(5, 123_456_789, 5, 123_456_788, false)]
    [InlineData(5, 123_456_789, 5, 123_457_000, false)]
    [InlineData(5, 0, 5, 1, false)]
    [InlineData(5, 0, 6, 0, false)]
    [InlineData(5, 0, 3, 0, false)]
    [InlineData(5, 123_456_789, 4, 1, false)]
    [InlineData(-3_000_000_000, 5, int.MinValue, 0, true)] // ext4 keeps nothing before 1901
    [InlineData(-5, 5, 0, 0, true)]
    [InlineData(5_000_000_000, 5, int.MaxValue, 0, true)]
    [InlineData(20_000_000_000, 5, 15_032_385_535, 0, true)]
    [InlineData(20_000_000_000, 5, 15_032_385_534, 0, false)]
    [InlineData(5, 5, int.MaxValue, 0, false)]
    public void A_time_survives_as_a_coarser_file_system_keeps_it(
        long seconds, uint nanoseconds, long storedSeconds, uint storedNanoseconds, bool survives) =>
        Assert.Equal(survives, new Timestamp(seconds, nanoseconds).SurvivesAs(new Timestamp(storedSeconds, storedNanoseconds)));

    [Fact]
    public void Every_time_survives_as_itself_and_never_as_a_later_second() => Prop.ForAll(Times, time =>
        time.SurvivesAs(time)
        && time.SurvivesAs(time with { Nanoseconds = 0 })
        && (time.Seconds < 0 || !time.SurvivesAs(new Timestamp(time.Seconds + 1, time.Nanoseconds)))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_that_of_the_numbers() => Prop.ForAll(Times, Times, (a, b) =>
    {
        var expected = (((Int128)a.Seconds * 1_000_000_000) + a.Nanoseconds).CompareTo(((Int128)b.Seconds * 1_000_000_000) + b.Nanoseconds);
        return Math.Sign(a.CompareTo(b)) == expected && a < b == expected < 0 && a >= b == expected >= 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_span_taken_away_is_exact_across_1970() => Prop.ForAll(Times, ArbMap.Default.ArbFor<TimeSpan>(), (time, span) =>
    {
        span = new TimeSpan(span.Ticks % TimeSpan.TicksPerDay);
        var earlier = time.Minus(span);
        var difference = ((Int128)(time.Seconds - earlier.Seconds) * 1_000_000_000) + time.Nanoseconds - earlier.Nanoseconds;
        return earlier.Nanoseconds < 1_000_000_000 && difference == (Int128)span.Ticks * 100;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0, 0)]
    [InlineData("1969-12-31T23:59:59.9999999Z", -1, 999_999_900)]
    [InlineData("1969-12-31T23:59:59Z", -1, 0)]
    [InlineData("1901-01-01T00:00:00.5Z", -2_177_452_800, 500_000_000)]
    [InlineData("2026-11-20T22:00:00.1234567+01:00", 1_795_208_400, 123_456_700)]
    public void A_clocks_time_is_the_same_instant(string text, long seconds, uint nanoseconds) => Assert.Equal(
        new Timestamp(seconds, nanoseconds),
        Timestamp.From(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
}
