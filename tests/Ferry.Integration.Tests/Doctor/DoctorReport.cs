using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>One finding of <c>ferry doctor --json</c>.</summary>
internal sealed record DoctorFinding(string Place, string? Path, string Probe, string Severity, string Found, string? Ferry, string? You, string? Value);

/// <summary>What <c>ferry doctor --json</c> printed.</summary>
internal sealed class DoctorReport
{
    private static readonly string[] s_keys = ["place", "path", "probe", "severity", "found", "ferry", "you", "value"];

    private DoctorReport(int exitCode, List<DoctorFinding> findings) => (ExitCode, Findings) = (exitCode, findings);

    public int ExitCode { get; }

    public List<DoctorFinding> Findings { get; }

    public static DoctorReport Of(ToolResult result)
    {
        Assert.True(result.ExitCode is 0 or 1 or 2, result.ToString());
        using var json = JsonDocument.Parse(result.Text);
        var findings = new List<DoctorFinding>();
        foreach (var element in json.RootElement.EnumerateArray())
        {
            Assert.Equal(s_keys, element.EnumerateObject().Select(property => property.Name));
            var words = s_keys.Select(key => element.GetProperty(key).GetString()).ToArray();
            findings.Add(new DoctorFinding(words[0]!, words[1], words[2]!, words[3]!, words[4]!, words[5], words[6], words[7]));
        }
        return new DoctorReport(result.ExitCode, findings);
    }

    /// <summary>The only finding of a probe in a place whose name begins so.</summary>
    public DoctorFinding Single(string place, string probe) => Assert.Single(All(place, probe));

    public List<DoctorFinding> All(string place, string probe) =>
        Findings.FindAll(finding => finding.Place.StartsWith(place, StringComparison.Ordinal) && finding.Probe == probe);

    /// <summary>The finding that has this value.</summary>
    public DoctorFinding With(string place, string probe, string value) => Assert.Single(All(place, probe), finding => finding.Value == value);
}
