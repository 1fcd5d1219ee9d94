using System.Text;
using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Remote;
using Xunit;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>What rsync may say, and what becomes of it.</summary>
public class RsyncMessagesTests
{
    [Theory]
    [InlineData("rsync: [sender] send_files failed to open \"/s/a\\#012b\": Permission denied (13)", ProblemKind.Failure, "/s/a\\nb", "Permission denied (send_files to open)", 13)]
    [InlineData("rsync: [receiver] write failed on \"/d/a \"b\"\": No space left on device (28)", ProblemKind.Failure, "/d/a \"b\"", "No space left on device (write on)", 28)]
    [InlineData("rsync: [generator] recv_generator: mkdir \"/d/x\" failed: Read-only file system (30)", ProblemKind.Failure, "/d/x", "Read-only file system (recv_generator: mkdir)", 30)]
    [InlineData("rsync: read errors mapping \"/s/a\": Input/output error (5)", ProblemKind.Failure, "/s/a", "Input/output error (read errors mapping)", 5)]
    [InlineData("file has vanished: \"/s/caf\\#351\"", ProblemKind.Warning, "/s/caf\\xe9", "vanished while it was being read", 2)]
    [InlineData("ERROR: a/b failed verification -- update discarded.", ProblemKind.Failure, "a/b", "changed while it was being read; not copied", 0)]
    [InlineData("rsync: [receiver] rsync_xal_set: lsetxattr(\"/d/a\",\"user.x\") failed: Operation not supported (95)", ProblemKind.Warning, "/d/a", "its file system does not take all attributes (rsync_xal_set: lsetxattr)", 95)]
    public void Each_file_is_named_with_its_reason(string line, ProblemKind kind, string path, string reason, int errno)
    {
        var problem = Assert.Single(Run(errno == 2 ? 24 : 23, line, "rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1394) [sender=3.5.0]").Problems);
        Assert.Equal((kind, path, reason, errno), (problem.Kind, problem.Path, problem.Reason, problem.Errno));
    }

    [Fact]
    public void Only_vanished_files_and_attributes_that_cannot_be_kept_let_a_copy_be_complete()
    {
        Assert.True(Run(0).IsComplete);
        Assert.True(Run(24, "file has vanished: \"/s/a\"").IsComplete);
        Assert.True(Run(23, "rsync: [receiver] rsync_xal_set: lsetxattr(\"/d/a\",\"user.x\") failed: Operation not supported (95)").IsComplete);
        Assert.False(Run(23, "rsync: [sender] opendir \"/s/d\" failed: Permission denied (13)").IsComplete);
        var silent = Run(23);
        Assert.False(silent.IsComplete);
        Assert.Single(silent.Problems);
        var mixed = Run(23, "rsync: [receiver] rsync_xal_set: lsetxattr(\"/d/a\",\"user.x\") failed: Operation not supported (95)", "rsync: something new (5)");
        Assert.False(mixed.IsComplete);
        Assert.Contains("something new", mixed.Problems[^1].Reason, StringComparison.Ordinal);
        // A failure counts whatever the exit code says.
        Assert.False(Run(0, "rsync: [sender] opendir \"/s/d\" failed: Permission denied (13)").IsComplete);
    }

    [Fact]
    public void Many_problems_are_counted_and_not_all_kept()
    {
        var lines = Enumerable.Range(0, 1500).Select(static i => $"rsync: [sender] send_files failed to open \"/s/{i}\": Permission denied (13)").ToArray();
        var report = Run(23, lines);
        Assert.Equal((1000, 500), (report.Problems.Count, report.ProblemsLeftOut));
    }

    [Theory]
    [InlineData(11, "rsync: [receiver] write failed on \"/d/f\": No space left on device (28)", "box: rsync failed (exit code 11): reading or writing failed: /d/f: No space left on device (write on); make room")]
    [InlineData(12, "rsync: connection unexpectedly closed (7 bytes received so far) [sender]", "the connection broke")]
    [InlineData(30, "rsync error: timeout in data send/receive (code 30) at io.c(1)", "did not answer for too long; run the same command again")]
    [InlineData(255, "Host key verification failed.", "box: Host key verification failed. (rsync: exit code 255); try: ssh me@box rsync --version")]
    [InlineData(4, "", "an option is not supported by this rsync; rsync must be 3.1")]
    [InlineData(143, "", "ended by SIGTERM")]
    public void What_ends_everything_is_one_line_with_what_to_do(int exitCode, string line, string message)
    {
        var error = Assert.Throws<RemoteException>(() => Run(exitCode, line));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Names_cannot_pass_for_results_or_progress()
    {
        var runner = new Speaking(0, ">f+++++++++ 7 50 >f+++++++++ 9 9 x\n\r    100 100%    1.00kB/s    0:00:00 (xfr#1, to-chk=0/1)\n   12 files\n>f short\n", []);
        var progress = new TransferProgress();
        var report = RsyncCopy.Run(Options(), runner, progress, CancellationToken.None);
        Assert.Equal((1, 7, 100), (report.Files, report.Bytes, progress.Bytes));
    }

    [Fact]
    public void Nothing_of_a_path_can_be_taken_for_an_option()
    {
        var arguments = RsyncCopy.ArgumentsFor(Options() with { BandwidthLimit = 1, Source = MirrorEnd.Parse("--delete") });
        Assert.Equal(["--", "./--delete/", "me@box:/d/"], arguments.TakeLast(3));
        Assert.Contains("--bwlimit=1", arguments);
        Assert.DoesNotContain("--delete", arguments);
    }

    private static RsyncOptions Options() => new()
    {
        Source = MirrorEnd.Parse("/s"), Destination = MirrorEnd.Parse("me@box:/d"), Shell = RemoteShell.Parse(null, isInteractive: true),
    };

    private static RsyncReport Run(int exitCode, params string[] errors) =>
        RsyncCopy.Run(Options(), new Speaking(exitCode, "", errors), new TransferProgress(), CancellationToken.None);

    /// <summary>A tool that prints this and ends so.</summary>
    private sealed class Speaking(int exitCode, string output, string[] errors) : IProcessRunner
    {
        public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => throw new NotSupportedException();

        public ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => throw new NotSupportedException();

        public int RunOnTerminal(string tool, IReadOnlyList<string> arguments) => throw new NotSupportedException();

        public ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken cancellation)
        {
            Assert.Equal("rsync", tool);
            streams.Output!(new MemoryStream(Encoding.UTF8.GetBytes(output)));
            Array.ForEach(errors, streams.ErrorLine!);
            return new ProcessResult(exitCode, "");
        }
    }
}
