using Ferry.Core.Probing;
using Ferry.Core.Processes;
using Ferry.Testing;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Workloads.Tests.Caches.Doctor;

public sealed class ProbeTests
{
    [Theory]
    [InlineData(LockAnswer.Taken, FindingSeverity.Ok, "works")]
    [InlineData(LockAnswer.Given, FindingSeverity.Warning, "succeeds-for-all")]
    [InlineData(LockAnswer.Unsupported, FindingSeverity.Note, "unsupported")]
    [InlineData(LockAnswer.Failed, FindingSeverity.Problem, "fails")]
    [InlineData(null, FindingSeverity.Note, "untested")]
    public void What_a_second_process_says_of_a_lock_counts(LockAnswer? answer, FindingSeverity severity, string value)
    {
        var finding = AskedBy(new Answering(answer is { } known ? LockQuestion.ExitCodeOf(known) : 2));
        Assert.Equal((severity, value), (finding.Severity, finding.Value));
    }

    [Fact]
    public void Without_a_second_process_a_lock_is_not_called_good() => Assert.Equal("untested", AskedBy(new Answering(null)).Value);

    [Theory]
    [InlineData("rsync  version 3.2.7  protocol version 31\nmore", " 3.2.7")]
    [InlineData("apptainer version 1.3.4-1.el9", " 1.3.4-1.el9")]
    [InlineData("slurm 23.11.4", " 23.11.4")]
    [InlineData("no number", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("x 1\u001b[2J", "")]
    [InlineData("x 1234567890123456789012345", "")]
    public void A_version_is_a_harmless_word_that_begins_with_a_digit(string? output, string version) =>
        Assert.Equal(version, ToolProbe.VersionIn(output));

    [Theory]
    [InlineData("export HF_HOME=/x", true)]
    [InlineData("  export A=1 HF_HOME=/x", true)]
    [InlineData("HF_HOME=/x python", true)]
    [InlineData("setenv HF_HOME /x", true)]
    [InlineData("set -gx HF_HOME /x", true)]
    [InlineData("export HF_HOME_2=/x", false)]
    [InlineData("# export HF_HOME=/x", false)]
    [InlineData("echo HF_HOME", false)]
    [InlineData("set -gx OTHER HF_HOME", false)]
    [InlineData("", false)]
    public void Lines_that_set_a_variable_are_told_from_others(string line, bool assigns) =>
        Assert.Equal(assigns, ShellProbe.Assigns(line, "HF_HOME"));

    [Fact]
    public void A_probe_that_hangs_is_left_behind_and_the_others_of_its_place_are_not_tried()
    {
        using var never = new ManualResetEventSlim();
        var check = new PlaceCheck(new DoctorPlace("Here", "/here"), TimeSpan.FromMilliseconds(50), CancellationToken.None);
        check.Run("first", findings => findings.Ok("fine"));
        Assert.False(check.Run("second", _ => never.Wait()));
        Assert.False(check.Run("third", _ => Assert.Fail("tried")));
        never.Set();
        Assert.True(check.IsSilent);
        Assert.Equal(["first", "second"], check.Findings.Select(finding => finding.Probe));
        Assert.Equal(FindingSeverity.Problem, check.Findings[1].Severity);
    }

    [Fact]
    public void A_probe_that_fails_is_a_finding_and_the_next_is_tried()
    {
        var check = new PlaceCheck(new DoctorPlace("Here", "/here"), TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.False(check.Run("first", _ => throw new IOException("no\nway")));
        Assert.True(check.Run("second", findings => findings.Ok("fine")));
        Assert.Equal("could not be told: no way", check.Findings[0].Found);
    }

    [Fact]
    public void A_directory_that_is_made_too_late_is_removed_by_whoever_made_it()
    {
        using var tree = new TempTree();
        var directory = new TrialDirectory();
        Assert.Equal(0, directory.Remove());
        directory.Create(tree.Path);
        Assert.Empty(Directory.GetFileSystemEntries(tree.Path));
    }

    private static Finding AskedBy(IProcessRunner processes)
    {
        using var tree = new TempTree();
        using var directory = ProbeDirectory.Create(tree.Path);
        var findings = new FindingList(new DoctorPlace("Scratch", tree.Path), "locks");
        var tools = new ToolFinder("", processes, CancellationToken.None);
        new LockProbe(directory, new FileSystemProbe(tree.Path, isScratch: true), "/ferry", tools).Run(findings);
        return Assert.Single(findings.All);
    }

    /// <summary>A second process that ends with this exit code; null: it cannot be started.</summary>
    private sealed class Answering(int? exitCode) : IProcessRunner
    {
        public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) => Ask(tool, arguments, cancellation);

        public int RunOnTerminal(string tool, IReadOnlyList<string> arguments) => throw new NotSupportedException();

        public ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
            exitCode is { } code ? new ProcessResult(code, "") : throw new ToolNotFoundException(tool);
    }
}
