using Ferry.Core.Processes;
using Ferry.Workloads.Caches.Run;

namespace Ferry.Workloads.Tests.Caches.Run;

/// <summary>How much time there is, and who has it.</summary>
public sealed class RunDeadlineTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Before_the_jobs_end_a_signal_leaves_the_time_until_then_and_the_usual_grace() =>
        Assert.Equal(TimeSpan.FromSeconds(120 + 28), new RunDeadline { JobEnd = s_now.AddSeconds(120) }.AfterSignal(s_now));

    [Theory]
    [InlineData(0)]
    [InlineData(-45)]
    public void At_the_jobs_end_and_after_it_a_signal_leaves_the_usual_grace(int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(28), new RunDeadline { JobEnd = s_now.AddSeconds(seconds) }.AfterSignal(s_now));

    [Fact]
    public void Outside_of_a_job_a_signal_leaves_the_usual_grace() =>
        Assert.Equal(TimeSpan.FromSeconds(28), new RunDeadline().AfterSignal(s_now));

    [Fact]
    public void A_command_that_ends_by_itself_leaves_the_time_until_the_job_ends() =>
        Assert.Equal(TimeSpan.FromSeconds(98), new RunDeadline { JobEnd = s_now.AddSeconds(100) }.AfterCommand(s_now));

    [Fact]
    public void Outside_of_a_job_the_push_after_a_command_has_no_limit()
    {
        Assert.Null(new RunDeadline().AfterCommand(s_now));
        Assert.Null(new RunDeadline { JobEnd = s_now.AddSeconds(1) }.AfterCommand(s_now));
    }

    [Fact]
    public void What_the_user_says_counts()
    {
        var deadline = new RunDeadline { Duration = TimeSpan.FromSeconds(7), JobEnd = s_now.AddHours(1) };
        Assert.Equal(TimeSpan.FromSeconds(7), deadline.AfterSignal(s_now));
        Assert.Equal(TimeSpan.FromSeconds(7), deadline.AfterCommand(s_now));
    }

    [Fact]
    public void A_job_that_ends_in_the_year_9999_sets_timers_that_exist()
    {
        using var window = new PushWindow(new RunDeadline { JobEnd = DateTimeOffset.MaxValue }, TimeProvider.System);
        window.OnSignal(SignalNumber.SIGTERM);
        Assert.True(window.Left > TimeSpan.FromDays(30));
    }

    [Theory]
    [InlineData(30, 20, 25)]
    [InlineData(3, 2, 2.5)]
    [InlineData(3600, 3540, 3570)]
    public void The_push_has_a_third_of_the_time_and_at_most_a_minute(double seconds, double untilKill, double untilGivenUp)
    {
        var grace = RunDeadline.Share(TimeSpan.FromSeconds(seconds));
        Assert.Equal(new CommandGrace(TimeSpan.FromSeconds(untilKill), TimeSpan.FromSeconds(untilGivenUp)), grace);
    }
}
