using Ferry.Integration.Tests.BadInput;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>What is found of sources, to which nothing is ever written.</summary>
public sealed class SourceFindingTests
{
    [RequiresFact("ferry", "strace")]
    public void Nothing_is_written_to_a_source_or_changed_in_it()
    {
        using var patient = new Patient();
        var log = patient.Tree["log"];
        var before = Refusal.Snapshot(patient.Source);
        Tool.Run(
            "strace", ["-f", "-qq", "-y", "-o", log, "-e", "trace=%file,write,pwrite64,ftruncate,fchmod,utimensat,fsetxattr,unlinkat,mkdirat,renameat2", FerryBinary.Path, "doctor"],
            new ToolOptions { CleanEnv = true, Env = patient.Environment });
        Assert.Equal(before, Refusal.Snapshot(patient.Source));
        var touching = File.ReadAllLines(log).Where(line => line.Contains(patient.Source, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(touching);
        Assert.DoesNotContain(touching, line => line.Contains("O_WRONLY", StringComparison.Ordinal) || line.Contains("O_RDWR", StringComparison.Ordinal)
            || line.Contains("O_CREAT", StringComparison.Ordinal) || line.Contains("mkdir", StringComparison.Ordinal) || line.Contains("write", StringComparison.Ordinal));
    }

    [RequiresFact("ferry")]
    public void A_missing_source_is_a_problem_and_the_others_are_looked_at()
    {
        using var patient = new Patient();
        patient.User.ConfigureCaches([("GONE", "/nowhere/at/all"), ("CACHE", patient.Source)]);
        var report = patient.Examine();
        Assert.Equal(1, report.ExitCode);
        Assert.Equal("problem", report.Single("Source GONE", "access").Severity);
        Assert.Equal("ok", report.Single("Source CACHE", "access").Severity);
        Assert.Equal(0, patient.Examine("--var", "CACHE").ExitCode);
    }

    [RequiresFact("ferry")]
    public void A_source_that_holds_scratch_is_a_problem()
    {
        using var patient = new Patient();
        patient.User.ConfigureCaches([("CACHE", patient.Tree.Path)]);
        var finding = patient.Examine().Single("Source CACHE", "access");
        Assert.Equal("problem", finding.Severity);
        Assert.Contains("inside the source", finding.Found, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "root")]
    public void A_read_only_mount_of_a_source_is_a_note()
    {
        using var patient = new Patient();
        var mount = patient.Tree.MakeDirectory("mnt");
        Tool.Bash("mount --bind \"$1\" \"$2\" && mount -o remount,ro,bind \"$2\"", patient.Source, mount).OrThrow();
        try
        {
            patient.User.ConfigureCaches([("CACHE", mount)]);
            var report = patient.Examine();
            Assert.Equal(0, report.ExitCode);
            Assert.Equal("note", report.With("Source CACHE", "file-system", "ro").Severity);
            Assert.Equal("read-only", report.Single("Source CACHE", "access").Value);
        }
        finally
        {
            Tool.Run("umount", ["-l", mount]);
        }
    }

    [RequiresFact("ferry", "fuse")]
    public void A_slow_source_is_told_from_one_on_the_device_of_scratch()
    {
        using var patient = new Patient();
        Assert.Equal("same-device", patient.Examine().Single("Source CACHE", "staging").Value);
        using var mount = new SlowFs(patient.Source, metadataLatency: TimeSpan.FromMilliseconds(1));
        patient.User.ConfigureCaches([("CACHE", mount.Path)]);
        Assert.Empty(patient.Examine().All("Source CACHE", "staging"));
    }
}
