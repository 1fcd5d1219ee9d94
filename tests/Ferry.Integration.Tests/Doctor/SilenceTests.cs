using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>File systems that do not answer, and doctors that are told to go.</summary>
public sealed class SilenceTests
{
    [RequiresFact("ferry", "fuse")]
    public void A_source_that_does_not_answer_keeps_no_other_place_from_being_looked_at()
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Source, fail: ["statfs:HANG"]);
        patient.User.ConfigureCaches([("HANGS", mount.Path), ("CACHE", patient.Source)]);
        var report = patient.Examine("--timeout", "1s");
        Assert.Equal(1, report.ExitCode);
        var silent = Assert.Single(report.Findings, finding => finding.Value == "no-answer");
        Assert.Equal(("Source HANGS", "problem"), (silent.Place, silent.Severity));
        Assert.Contains("did not answer within 1 s", silent.Found, StringComparison.Ordinal);
        Assert.Equal("ok", report.Single("Source CACHE", "access").Severity);
    }

    [RequiresTheory("ferry", "fuse")]
    [InlineData("create:HANG:path=*/lock")]
    [InlineData("link:HANG")]
    [InlineData("setxattr:HANG")]
    public void A_scratch_that_stops_to_answer_in_a_trial_is_reported_with_what_is_left_there(string fault)
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Scratch, fail: [fault]);
        var report = patient.Examine("--timeout", "1s", "--scratch", mount.Path);
        Assert.Equal(1, report.ExitCode);
        Assert.Single(report.All("Scratch", "names").Concat(report.All("Scratch", "locks")).Concat(report.All("Scratch", "attributes")), finding => finding.Value == "no-answer");
        Assert.NotEmpty(report.All("This machine", "kernel"));
        // The kernel keeps the directory locked for the call that hangs: nothing in it can be removed.
        var left = report.Single("Scratch", "cleanup");
        Assert.StartsWith(mount.Path, left.Value, StringComparison.Ordinal);
        mount.Set("fail", "");
        patient.Tree.SetTime($"scratch/{Path.GetFileName(left.Value)}", 1_600_000_000);
        Assert.Empty(patient.Examine("--scratch", mount.Path).All("Scratch", "cleanup"));
        Patient.AssertClean(patient.Scratch);
    }

    [RequiresFact("ferry", "fuse")]
    public void A_server_that_is_stopped_is_reported_in_time()
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Source);
        patient.User.ConfigureCaches([("CACHE", mount.Path)]);
        var server = ServerOf(mount.Path);
        Signal("STOP", server);
        try
        {
            var report = patient.Examine("--timeout", "1s");
            Assert.Equal("no-answer", Assert.Single(report.Findings, finding => finding.Place == "Source CACHE").Value);
        }
        finally
        {
            Signal("CONT", server);
        }
    }

    [RequiresFact("ferry", "fuse")]
    public void A_scratch_that_does_not_answer_at_all_is_told_from_a_wrong_configuration()
    {
        using var patient = new Patient();
        patient.Tree.MakeDirectory("scratch/silent");
        using var mount = new SlowFs(patient.Scratch, fail: ["getattr:HANG:path=/silent*"]);
        var report = patient.Examine("--timeout", "1s", "--scratch", $"{mount.Path}/silent");
        Assert.Equal(1, report.ExitCode);
        Assert.Equal("no-answer", report.Single("Configuration", "config").Value);
        Assert.Equal("ok", report.Single("Source CACHE", "access").Severity);
    }

    [RequiresTheory("ferry", "fuse")]
    [InlineData(15, 143)]
    [InlineData(2, 130)]
    public void A_signal_in_the_middle_of_a_trial_leaves_nothing(int signal, int exitCode)
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Scratch, metadataLatency: TimeSpan.FromMilliseconds(40));
        // Whoever starts the tests may ignore signals, and ferry would inherit that.
        using var running = RunningTool.Start(
            "env", ["--default-signal=HUP,INT,TERM", FerryBinary.Path, "doctor", "--scratch", mount.Path],
            new ToolOptions { CleanEnv = true, Env = patient.Environment });
        while (!running.HasExited && !Directory.EnumerateFileSystemEntries(patient.Scratch, ".ferry-doctor-*").Any()) Thread.Sleep(1);
        running.Signal(signal);
        var result = running.Wait();
        Assert.Equal(exitCode, result.ExitCode);
        Patient.AssertClean(patient.Scratch);
    }

    [RequiresFact("ferry", "fuse")]
    public void What_a_killed_doctor_left_is_removed_by_a_later_one()
    {
        using var patient = new Patient();
        var left = patient.Tree.MakeDirectory("scratch/.ferry-doctor-1-2");
        patient.Tree.Write("scratch/.ferry-doctor-1-2/lock", "x");
        var young = patient.Tree.MakeDirectory("scratch/.ferry-doctor-1-3");
        patient.Tree.SetTime("scratch/.ferry-doctor-1-2", 1_600_000_000);
        patient.Examine();
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(young));
    }

    private static string ServerOf(string mountPoint) => Tool.Run("pgrep", ["-f", $"slowfs-.* {mountPoint} "]).OrThrow().Lines[0];

    private static void Signal(string name, string process) => Tool.Run("kill", [$"-{name}", process]).OrThrow();
}
