using Ferry.Testing;

namespace Ferry.Integration.Tests.Harness;

public sealed class FerryBinaryTests
{
    [RequiresFact("ferry")]
    public void It_runs_with_few_file_descriptors() =>
        Assert.Equal(0, FerryBinary.Run(["--version"], ulimits: ["-n 256"]).ExitCode);

    [Fact]
    public void A_process_that_takes_too_long_is_killed_with_its_children()
    {
        var options = new ToolOptions { Timeout = TimeSpan.FromMilliseconds(300) };
        var marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        Assert.Throws<TimeoutException>(() => Tool.Run("bash", ["-c", $"echo started >&2; sleep {marker} & wait"], options));
        Assert.NotEqual(0, Tool.Run("pgrep", ["-fx", $"sleep {marker}"]).ExitCode);
    }

    [Fact]
    public void A_killed_process_reports_signal_nine()
    {
        using var running = RunningTool.Start("sleep", ["100"], new ToolOptions());
        Assert.Equal(128 + 9, running.Kill().ExitCode);
    }
}
