using Ferry.Core.Processes;
using Ferry.Testing;
using Xunit;

namespace Ferry.Core.Tests.Processes;

public class ProcessRunnerTests
{
    private static readonly ProcessRunner s_runner = new();

    [Fact]
    public void A_tool_reads_and_prints_bytes_of_any_number_and_kind()
    {
        var sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);
        using var received = new MemoryStream();
        var result = s_runner.Exchange("cat", [], Streams(input => input.Write(sent), output => output.CopyTo(received)), CancellationToken.None);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public void Lines_of_errors_come_one_by_one_and_variables_arrive()
    {
        var lines = new List<string>();
        var streams = new ToolStreams { ErrorLine = lines.Add, Environment = new Dictionary<string, string> { ["WORD"] = "a b" } };
        var result = s_runner.Exchange("sh", ["-c", "echo one >&2; echo \"$WORD\" >&2; echo out; exit 3"], streams, CancellationToken.None);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["one", "a b"], lines);
        Assert.Equal("one\na b", result.Error);
    }

    [Fact]
    public void A_tool_that_does_not_read_all_is_no_error()
    {
        var result = s_runner.Exchange("true", [], Streams(input => input.Write(new byte[1_000_000]), null), CancellationToken.None);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void What_a_function_throws_ends_the_tool_and_is_thrown()
    {
        var reading = Assert.Throws<IOException>(() => s_runner.Exchange(
            "sleep", ["600"], Streams(null, _ => throw new IOException("read")), CancellationToken.None));
        Assert.Equal("read", reading.Message);
        var writing = Assert.Throws<IOException>(() => s_runner.Exchange(
            "sleep", ["600"], Streams(_ => throw new IOException("write"), null), CancellationToken.None));
        Assert.Equal("write", writing.Message);
    }

    [Fact]
    public void A_cancelled_tool_may_finish_in_order()
    {
        using var tree = new TempTree();
        using var cancellation = new CancellationTokenSource();
        var script = "trap 'echo left in order >\"$1\"; exit 0' TERM; echo ready; while :; do sleep 0.01; done";
        Assert.Throws<OperationCanceledException>(() => s_runner.Exchange("sh", ["-c", script, "sh", tree["end"]], Streams(null, output =>
        {
            _ = output.ReadByte();
            cancellation.Cancel();
        }), cancellation.Token));
        Assert.Equal("left in order\n", tree.ReadText("end"));
    }

    [Fact]
    public void A_missing_tool_is_named()
    {
        var error = Assert.Throws<ToolNotFoundException>(() => s_runner.Exchange("no-such-tool", [], Streams(null, null), CancellationToken.None));
        Assert.Contains("no-such-tool", error.Message, StringComparison.Ordinal);
    }

    private static ToolStreams Streams(Action<Stream>? input, Action<Stream>? output) => new() { Input = input, Output = output };
}
