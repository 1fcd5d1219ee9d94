using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>A user with one cache, to be looked at by the doctor.</summary>
internal sealed class Patient : IDisposable
{
    private readonly FerryUser _user;

    public Patient(bool onDisk = false, string more = "")
    {
        _user = new FerryUser(onDisk);
        Source = _user.Tree.MakeDirectory("source");
        _user.Tree.Write("source/file", "content");
        _user.ConfigureCaches([("CACHE", Source)], more);
    }

    public FerryUser User => _user;

    public TempTree Tree => _user.Tree;

    public string Scratch => _user.Scratch;

    public string Source { get; }

    public Dictionary<string, string?> Environment => new(_user.Env) { ["HOME"] = _user.Home };

    public DoctorReport Examine(params string[] args) => DoctorReport.Of(_user.Run(["doctor", "--json", .. args]));

    /// <summary>As <see cref="Examine"/>, with the system calls of ferry and of what it starts tampered with.</summary>
    public DoctorReport ExamineUnder(string call, string injection) => DoctorReport.Of(Tool.Run(
        "strace", ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={injection}", FerryBinary.Path, "doctor", "--json"],
        new ToolOptions { CleanEnv = true, Env = Environment }));

    /// <summary>Nothing is left of the doctor's trials.</summary>
    public static void AssertClean(string directory) =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }),
            path => path.Contains(".ferry-doctor-", StringComparison.Ordinal));

    public void Dispose() => _user.Dispose();
}
