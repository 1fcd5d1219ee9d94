using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Doctor;

/// <summary>The command itself: without a configuration, with a wrong one, and what it prints.</summary>
public sealed class DoctorCommandTests
{
    [RequiresFact("ferry")]
    public void Without_a_configuration_scratch_and_home_are_looked_at()
    {
        using var user = new FerryUser();
        user.Env["SCRATCH"] = user.Scratch;
        var report = DoctorReport.Of(user.Run("doctor", "--json"));
        Assert.Equal(2, report.ExitCode);
        Assert.Contains("ferry init", report.Single("Configuration", "config").Found, StringComparison.Ordinal);
        Assert.Equal(user.Scratch, report.Single("Scratch", "locks").Path);
        Assert.Equal(user.Home, report.Single("Home", "file-system").Path);
        Patient.AssertClean(user.Scratch);
    }

    [RequiresTheory("ferry")]
    [InlineData("version: 1\nscrath: /x\n", "unknown key 'scrath'")]
    [InlineData("version: 1\ncaches: { A: { source: $NOWHERE_AT_ALL } }\n", "NOWHERE_AT_ALL is not set")]
    [InlineData("version: 1\nscratch: /nowhere/at/all\ncaches: { A: /tmp }\n", "does not exist")]
    [InlineData("version: 1\ncache_root: ../x\ncaches: { A: /tmp }\n", "cache_root must be")]
    [InlineData("\u0001", "")]
    public void A_configuration_that_is_not_valid_is_said_and_the_rest_is_looked_at(string yaml, string found)
    {
        using var user = new FerryUser();
        user.Env["SCRATCH"] = user.Scratch;
        user.Configure(yaml);
        var report = DoctorReport.Of(user.Run("doctor", "--json"));
        Assert.Equal(2, report.ExitCode);
        Assert.Contains(report.All("Configuration", "config"), finding => finding.Found.Contains(found, StringComparison.Ordinal));
        Assert.NotEmpty(report.All("Scratch", "locks"));
        Assert.NotEmpty(report.All("This machine", "kernel"));
    }

    [RequiresTheory("ferry")]
    [InlineData("--var", "CASHE", "did you mean 'CACHE'?")]
    [InlineData("--timeout", "0", "--timeout must be a duration from 1s to 10m")]
    [InlineData("--timeout", "11m", "--timeout must be a duration from 1s to 10m")]
    [InlineData("--timeout", "-1", "--timeout")]
    [InlineData("--jsno", "", "did you mean '--json'?")]
    [InlineData("HF_HOME", "", "unexpected argument 'HF_HOME'")]
    public void Wrong_usage_is_refused_in_one_line(string option, string value, string words)
    {
        using var patient = new Patient();
        string[] args = value.Length > 0 ? ["doctor", option, value] : ["doctor", option];
        BadInput.Refusal.Expect(patient.User.Run(args), 2, words);
    }

    [RequiresTheory("ferry")]
    [InlineData("C.UTF-8", "✓", "ok  ")]
    [InlineData("C", "ok  ", "✓")]
    public void Marks_follow_the_locale_and_no_line_is_longer_than_80(string locale, string mark, string other)
    {
        using var patient = new Patient();
        patient.User.Env["LC_ALL"] = locale;
        var result = patient.User.Run("doctor");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Lines, line => line.StartsWith($"  {mark} ", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Lines, line => line.StartsWith($"  {other} ", StringComparison.Ordinal));
        Assert.All(result.Lines, line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain("\e[", result.Text, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry", "script")]
    [InlineData("", "xterm", true)]
    [InlineData("1", "xterm", false)]
    [InlineData("", "dumb", false)]
    public void Colour_is_for_terminals_that_want_it(string noColour, string terminal, bool isColoured)
    {
        using var patient = new Patient();
        var environment = new Dictionary<string, string?>(patient.Environment) { ["NO_COLOR"] = noColour, ["TERM"] = terminal };
        var result = Tool.Run("script", ["-qec", $"'{FerryBinary.Path}' doctor", "/dev/null"], new ToolOptions { CleanEnv = true, Env = environment });
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(isColoured, result.Text.Contains("\e[32m✓", StringComparison.Ordinal));
        Assert.Equal(isColoured, result.Text.Contains('\e', StringComparison.Ordinal));
    }

    [RequiresFact("ferry")]
    public void The_last_line_counts_and_names_the_worst()
    {
        using var patient = new Patient();
        patient.User.ConfigureCaches([("GONE", "/nowhere/at/all")]);
        var result = patient.User.Run("doctor");
        Assert.Equal(1, result.ExitCode);
        var end = string.Join(' ', result.Lines[^3..]);
        Assert.Contains("findings: 1 problem", end, StringComparison.Ordinal);
        Assert.Contains("The worst: Source GONE", end, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_name_cannot_send_commands_to_the_terminal()
    {
        using var patient = new Patient();
        var evil = patient.Tree.MakeDirectory("evil\e[2J\nferry: all is well");
        patient.User.Env["HF_HOME"] = evil;
        patient.User.Configure($"version: 1\nscratch: \"{patient.Scratch}\"\ncaches: {{ HF_HOME: $HF_HOME }}\n");
        var result = patient.User.Run("doctor");
        Assert.DoesNotContain("\e", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Lines, line => line.StartsWith("ferry: all is well", StringComparison.Ordinal));
    }

    [RequiresFact("ferry")]
    public void Variables_that_lead_elsewhere_are_named()
    {
        using var patient = new Patient();
        patient.User.Env["CACHE"] = patient.Tree.MakeDirectory("elsewhere");
        patient.Tree.Write("home/.bashrc", "# x\nexport CACHE=/elsewhere\neval \"$(ferry shell-init)\"\n");
        var report = patient.Examine();
        Assert.Contains("is set to", report.With("This machine", "shell", "variable").Found, StringComparison.Ordinal);
        Assert.Equal("~/.bashrc:2 sets CACHE", report.With("This machine", "shell", "CACHE").Found);
        Assert.Equal("ok", report.With("This machine", "shell", ".bashrc").Severity);
    }

    [RequiresFact("ferry")]
    public void The_lock_question_answers_with_its_exit_code()
    {
        using var patient = new Patient();
        var file = patient.Tree.Write("file", "x");
        Assert.Equal(10, patient.User.Run("internal-lock-probe", file).ExitCode);
        Assert.Equal(1, patient.User.Run("internal-lock-probe", patient.Tree["none"]).ExitCode);
        Assert.False(patient.Tree.Exists("none"));
        Assert.DoesNotContain("internal-lock-probe", patient.User.Run("--help").Text, StringComparison.Ordinal);
    }
}
