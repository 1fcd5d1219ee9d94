using Ferry.Integration.Tests.BadInput;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>What is found on scratch, on real file systems and on ones that lie or fail.</summary>
public sealed class ScratchFindingTests
{
    [RequiresTheory("ferry")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sound_scratch_has_no_problem_and_nothing_stays_on_it(bool onDisk)
    {
        using var patient = new Patient(onDisk);
        var before = Refusal.Snapshot(patient.Scratch);
        var report = patient.Examine();
        Assert.Equal(0, report.ExitCode);
        Assert.DoesNotContain(report.Findings, finding => finding.Severity == "problem");
        Assert.Equal("works", report.Single("Scratch", "locks").Value);
        Assert.Equal("ok", report.Single("Scratch", "names").Severity);
        Assert.Equal("1", report.Single("Scratch", "times").Value);
        Assert.Equal("kept", report.Single("Scratch", "attributes").Value);
        Assert.StartsWith("holes", report.Single("Scratch", "contents").Value, StringComparison.Ordinal);
        Assert.Equal(onDisk ? [] : ["memory"], report.All("Scratch", "lifetime").Select(finding => finding.Value));
        Patient.AssertClean(patient.Scratch);
        // Names and contents: the directory's own time may be another.
        Assert.Equal(before.Split('\n').Length, Refusal.Snapshot(patient.Scratch).Split('\n').Length);
    }

    [RequiresTheory("ferry", "strace")]
    [InlineData("flock:error=ENOSYS", "unsupported", "note")]
    [InlineData("flock:error=ENOLCK", "unsupported", "note")]
    [InlineData("flock:error=EOPNOTSUPP", "unsupported", "note")]
    [InlineData("flock:retval=0", "succeeds-for-all", "warning")]
    [InlineData("flock:error=EIO", "fails", "problem")]
    public void Locks_that_are_missing_lie_or_fail_are_told_apart(string injection, string value, string severity)
    {
        using var patient = new Patient();
        var finding = patient.ExamineUnder("flock", injection).Single("Scratch", "locks");
        Assert.Equal((value, severity), (finding.Value, finding.Severity));
        Assert.NotNull(finding.Ferry);
    }

    [RequiresFact("ferry", "fuse")]
    public void A_shared_file_system_without_locks_is_found_out()
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Scratch, fail: ["flock:ENOSYS"]);
        var report = patient.Examine("--scratch", mount.Path);
        Assert.Equal("unsupported", report.Single("Scratch", "locks").Value);
        Assert.Equal("fuse.slowfs", report.Single("Scratch", "file-system").Value);
        Patient.AssertClean(patient.Scratch);
    }

    [RequiresTheory("ferry", "fuse")]
    [InlineData("link:EPERM", "no hard links", "warning", 0)]
    [InlineData("symlink:EOPNOTSUPP", "no symbolic links", "problem", 1)]
    [InlineData("rename:EXDEV", "no rename over a file", "problem", 1)]
    public void What_names_cannot_do_is_said_with_what_follows(string fault, string value, string severity, int exitCode)
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Scratch, fail: [fault]);
        var report = patient.Examine("--scratch", mount.Path);
        Assert.Equal(exitCode, report.ExitCode);
        var finding = report.With("Scratch", "names", value);
        Assert.Equal(severity, finding.Severity);
        Assert.NotNull(finding.Ferry);
        Patient.AssertClean(patient.Scratch);
    }

    [RequiresFact("ferry", "fuse")]
    public void Attributes_that_are_not_kept_are_a_note()
    {
        using var patient = new Patient();
        using var mount = new SlowFs(patient.Scratch, fail: ["setxattr:EOPNOTSUPP"]);
        var finding = patient.Examine("--scratch", mount.Path).Single("Scratch", "attributes");
        Assert.Equal(("note", "missing"), (finding.Severity, finding.Value));
    }

    [RequiresFact("ferry", "root")]
    public void A_read_only_scratch_is_a_problem()
    {
        using var patient = new Patient();
        using var mount = new SmallFileSystem(patient.Tree.MakeDirectory("mnt"), "size=1m,ro");
        var report = patient.Examine("--scratch", patient.Tree["mnt"]);
        // ferry does not take a directory that cannot be written for scratch, and says so.
        Assert.Equal(2, report.ExitCode);
        Assert.Contains("not writable", report.Single("Configuration", "config").Found, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "root")]
    public void A_cache_with_programs_on_a_noexec_scratch_is_a_warning()
    {
        using var patient = new Patient();
        patient.Tree.MakeDirectory("source/bin");
        using var mount = new SmallFileSystem(patient.Tree.MakeDirectory("mnt"), "size=1m,noexec");
        var report = patient.Examine("--scratch", patient.Tree["mnt"]);
        Assert.Contains("noexec", report.Single("Scratch", "file-system").Found, StringComparison.Ordinal);
        Assert.Equal("warning", report.With("Source CACHE", "staging", "noexec").Severity);
        Assert.Equal(0, report.ExitCode);
    }

    [RequiresTheory("ferry", "root")]
    [InlineData("size=64k,nr_inodes=1000", "head -c 64k /dev/zero > \"$1/full\" || true")]
    [InlineData("size=1m,nr_inodes=4", "touch \"$1/1\" \"$1/2\" \"$1/3\"")]
    public void A_full_scratch_is_a_problem(string options, string fill)
    {
        using var patient = new Patient();
        using var mount = new SmallFileSystem(patient.Tree.MakeDirectory("mnt"), options);
        Tool.Bash(fill, patient.Tree["mnt"]).OrThrow();
        var report = patient.Examine("--scratch", patient.Tree["mnt"]);
        Assert.Equal(1, report.ExitCode);
        Assert.Equal("problem", report.Single("Scratch", "space").Severity);
        Patient.AssertClean(patient.Tree["mnt"]);
    }

    [RequiresFact("ferry")]
    public void A_cache_root_that_others_can_write_is_a_problem()
    {
        using var patient = new Patient();
        patient.User.Run("sync").OrThrow();
        patient.Tree.Chmod("scratch/.cache/ferry", "777");
        var report = patient.Examine();
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("can be written by others", report.Single("Scratch", "cache-root").Found, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void What_is_staged_is_summed_up_from_its_manifests()
    {
        using var patient = new Patient();
        patient.Tree.WriteRandom("source/large", 1_000_000);
        patient.User.Run("sync").OrThrow();
        var finding = patient.Examine().Single("Scratch", "fits");
        Assert.Equal(("ok", "1000007"), (finding.Severity, finding.Value));
    }

    [RequiresTheory("ferry")]
    [InlineData("purge: { after: 15d }\n", "warning", true)]
    [InlineData("purge: { after: 15d, by: atime }\n", "warning", true)]
    [InlineData("purge: { after: 15d, by: ctime }\n", "note", false)]
    [InlineData("purge: { after: 15d }\ntransfer: { timestamps: now }\n", "note", false)]
    [InlineData("purge: { after: 0 }\n", "ok", false)]
    public void A_purge_by_times_that_are_preserved_is_a_warning(string yaml, string severity, bool advises)
    {
        using var patient = new Patient(more: yaml);
        var finding = patient.Examine().Single("Scratch", "purge");
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(advises, finding.You?.Contains("timestamps: now", StringComparison.Ordinal) == true);
    }

    [RequiresFact("ferry")]
    public void A_jobs_own_scratch_is_told_to_go_with_the_job()
    {
        using var patient = new Patient();
        patient.User.Env["SLURM_JOB_ID"] = "1";
        patient.User.Env["SLURM_TMPDIR"] = patient.Scratch;
        Assert.Equal("note", patient.Examine().With("Scratch", "lifetime", "job").Severity);
    }
}
