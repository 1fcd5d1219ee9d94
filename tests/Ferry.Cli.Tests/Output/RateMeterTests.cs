using Ferry.Cli.Output;
using Ferry.Core.Progress;
using Ferry.Testing;

namespace Ferry.Cli.Tests.Output;

/// <summary>Rates and times left, on a clock that the test moves.</summary>
public sealed class RateMeterTests
{
    private readonly FakeClock _time = new();

    [Fact]
    public void Nothing_is_said_before_there_is_something_to_say()
    {
        var meter = new RateMeter(_time);
        Assert.Null(meter.PerSecond);
        meter.Add(0);
        Assert.Null(meter.PerSecond);
        Advance(meter, 0.1, 1_000_000);
        Assert.Null(meter.PerSecond);
    }

    [Fact]
    public void A_steady_rate_is_told_exactly()
    {
        var meter = new RateMeter(_time);
        meter.Add(0);
        for (var i = 1; i <= 200; i++)
        {
            Advance(meter, 0.1, i * 50);
            Assert.True(meter.PerSecond is null or > 499.9 and < 500.1);
        }

        Assert.NotNull(meter.PerSecond);
    }

    [Fact]
    public void A_burst_does_not_make_it_jump_and_is_forgotten_after_seconds()
    {
        var meter = new RateMeter(_time);
        meter.Add(0);
        for (var i = 1; i <= 100; i++)
            Advance(meter, 0.1, i * 10);
        Advance(meter, 0.1, 1000 + 500);
        Assert.InRange(meter.PerSecond!.Value, 150, 250);
        for (var i = 0; i < 60; i++)
            Advance(meter, 0.1, 1500);
        Assert.Equal(0, meter.PerSecond);
    }

    [Fact]
    public void Seldom_samples_are_enough()
    {
        var meter = new RateMeter(_time);
        meter.Add(0);
        Advance(meter, 15, 150);
        Assert.Equal(10, meter.PerSecond!.Value, 6);
        Advance(meter, 15, 450);
        Assert.Equal(20, meter.PerSecond!.Value, 6);
    }

    [Fact]
    public void Time_left_follows_from_the_rate_and_is_unknown_while_nothing_moves()
    {
        var progress = new TransferProgress { TotalBytes = 10_000, TotalFiles = 2, Phase = TransferPhase.Copying };
        var meter = new TransferMeter("A", progress, _time);
        Assert.Null(meter.Read().Left);
        for (var i = 0; i < 10; i++)
        {
            progress.AddBytes(100);
            _time.Advance(TimeSpan.FromSeconds(0.5));
            _ = meter.Read();
        }

        Assert.Equal(TimeSpan.FromSeconds(45), meter.Read().Left);
        _time.Advance(TimeSpan.FromSeconds(6));
        _ = meter.Read();
        Assert.Null(meter.Read().Left);
    }

    [Fact]
    public void A_file_that_is_read_twice_does_not_lead_beyond_all()
    {
        var progress = new TransferProgress { TotalBytes = 100, TotalFiles = 1, Phase = TransferPhase.Copying };
        progress.AddBytes(150);
        var row = new TransferMeter("A", progress, _time).Read();
        Assert.Equal((100, "100%"), (row.Bytes, row.Percent));
    }

    [Fact]
    public void Verifying_counts_anew()
    {
        var progress = new TransferProgress { TotalBytes = 100, TotalFiles = 1, Phase = TransferPhase.Copying };
        progress.AddBytes(100);
        var meter = new TransferMeter("A", progress, _time);
        _time.Advance(TimeSpan.FromSeconds(3));
        _ = meter.Read();
        (progress.Phase, progress.TotalToVerify) = (TransferPhase.Verifying, 400);
        progress.AddVerified(100);
        var row = meter.Read();
        Assert.Equal(("25%", "verifying", TimeSpan.Zero, null), (row.Percent, row.Activity, row.Elapsed, row.Rate));
    }

    private void Advance(RateMeter meter, double seconds, long count)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        meter.Add(count);
    }
}
