using System.Text;
using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

public sealed class ConfigurationTests : IDisposable
{
    private readonly FerryUser _user = new();

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void Without_a_configuration_it_says_how_to_get_one() => Refused(null, "no caches are configured", "ferry init");

    [RequiresTheory("ferry")]
    [InlineData("version: 2\n", "config.yaml:1:10:", "version must be 1")]
    [InlineData("caches: {}\n", "config.yaml:1:1:", "no version")]
    [InlineData("version: 1\nscrach: /tmp\n", "config.yaml:2:1:", "unknown key 'scrach'", "'scratch'")]
    [InlineData("version: 1\ntransfer: { job: 3 }\n", "config.yaml:2:13:", "unknown key 'job'", "'jobs'")]
    [InlineData("version: 1\ntransfer: { engine: rsnc }\n", "config.yaml:2:21:", "rsync")]
    [InlineData("version: 1\ntransfer: { jobs: 0 }\n", "config.yaml:2:19:", "256")]
    [InlineData("version: 1\ncaches: { HF_HOME: { sorce: /x } }\n", "config.yaml:2:22:", "unknown key 'sorce'", "'source'")]
    [InlineData("version: 1\ncaches: { HF-HOME: { source: /x } }\n", "config.yaml:2:11:", "'HF-HOME' is not the name of an environment variable")]
    [InlineData("version: 1\ncaches: { 1X: { source: /x } }\n", "config.yaml:2:11:", "not the name of an environment variable")]
    [InlineData("version: 1\ncaches: { PATH: { source: /x } }\n", "config.yaml:2:11:", "PATH belongs to the shell")]
    [InlineData("version: 1\ncaches: { LD_PRELOAD: { source: /x } }\n", "config.yaml:2:11:", "LD_PRELOAD belongs to the shell or the linker")]
    [InlineData("version: 1\ncaches: { HF_HOME: { source: relative } }\n", "config.yaml:2:30:", "must be an absolute path")]
    [InlineData("version: 1\ncaches: { HF_HOME: { source: /x }\n", "config.yaml:")]
    [InlineData("version: 1\ncaches:\n  HF_HOME: { source: /x }\n  HF_HOME: { source: /y }\n", "config.yaml:4:3:", "HF_HOME")]
    [InlineData("version: 1\ncache_root: ../../etc\nscratch: /tmp\ncaches: { HF_HOME: /x }\n", "config.yaml:2:13:", "without '..'")]
    [InlineData("version: 1\ncache_root: /etc\nscratch: /tmp\ncaches: { HF_HOME: /x }\n", "config.yaml:2:13:", "below scratch")]
    [InlineData("just words\n", "config.yaml:1:1:", "version: 1")]
    [InlineData("\u0001\u0002", "config.yaml:1:1:")]
    public void A_mistake_in_the_file_is_named_with_its_place(string yaml, params string[] words) => Refused(yaml, words);

    [RequiresFact("ferry")]
    public void An_exclude_pattern_that_cannot_be_read_is_named()
    {
        var source = _user.Tree.MakeDirectory("source");
        Configure($"  HF_HOME: {{ source: \"{source}\", exclude: [\"[z-\\0\"] }}\n");
        var result = _user.Run("sync");
        Assert.True(result.ExitCode is 1 or 2, result.ToString());
        Assert.Equal("", result.Text);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_file_that_is_not_text_is_refused()
    {
        _user.Tree.Write("home/.config/ferry/config.yaml", [0xff, 0xfe, 0x00, 0x41]);
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "config.yaml:1:");
    }

    [RequiresFact("ferry")]
    public void A_directory_in_place_of_the_file_is_refused()
    {
        _user.Tree.MakeDirectory("home/.config/ferry/config.yaml");
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "config.yaml", "cannot be read");
    }

    [RequiresFact("ferry")]
    public void A_file_that_FERRY_CONFIG_names_must_exist()
    {
        _user.Env["FERRY_CONFIG"] = _user.Tree["nowhere.yaml"];
        _ = _user.Home;
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "nowhere.yaml", "does not exist");
    }

    [RequiresFact("ferry")]
    public void An_unset_variable_for_scratch_is_named()
    {
        _user.Configure("version: 1\nscratch: $SCRATCH\ncaches: { HF_HOME: /tmp }\n");
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "config.yaml:2:10:", "the variable SCRATCH is not set");
        _user.Env["SCRATCH"] = "";
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "the variable SCRATCH is empty");
        _user.Env["SCRATCH"] = "relative/path";
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "not an absolute path");
        _user.Env["SCRATCH"] = _user.Tree["not-there"];
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "does not exist");
        _user.Env["SCRATCH"] = _user.Tree.Write("a-file");
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, "not a directory");
    }

    [RequiresTheory("ferry")]
    [InlineData("unknown command 'snyc' (did you mean 'sync'?)", "snyc")]
    [InlineData("unknown option '--forse' (did you mean '--force'?)", "sync", "--forse")]
    [InlineData("unknown option '--delte=yes' (did you mean '--delete'?)", "sync", "--delte=yes")]
    [InlineData("--var HF_HOM: no such cache", "sync", "--var", "HF_HOM")]
    [InlineData("(did you mean 'HF_HOME'?)", "sync", "--var", "HF_HOM")]
    [InlineData("--shell must be one of bash, zsh, fish, tcsh, not 'bsh' (did you mean 'bash'?)", "sync", "--shell", "bsh")]
    [InlineData("--var", "sync", "--var")]
    [InlineData("unexpected argument", "sync", "HF_HOME")]
    [InlineData("unknown", "sync", "--var", "HF_HOME", "--\u001b[31mred")]
    public void A_mistake_on_the_command_line_is_named_with_the_nearest_right_word(string words, params string[] args)
    {
        Configure($"  HF_HOME: {{ source: \"{_user.Tree.MakeDirectory("source")}\" }}\n");
        var result = _user.Run(args);
        Refusal.Expect(result, 2, words);
        Assert.DoesNotContain("\u001b", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_user.Scratch));
    }

    [RequiresTheory("ferry")]
    [InlineData("SCRATCH=$'\\xff\\xfe'", 2)]
    [InlineData("UNRELATED=$'\\xff'", 0)]
    [InlineData("HF_HOME=$'/\\xff'", null)]
    public void An_environment_that_is_not_UTF8_does_no_harm(string assignment, int? exitCode)
    {
        var source = _user.Tree.MakeDirectory("source");
        var scratch = assignment.StartsWith("SCRATCH", StringComparison.Ordinal) ? "$SCRATCH" : _user.Scratch;
        _user.Configure($"version: 1\nscratch: {scratch}\ncaches: {{ HF_HOME: \"{source}\" }}\n");
        var result = Tool.Run(
            "bash", ["-c", $"export {assignment}; exec \"$@\"", "bash", FerryBinary.Path, "sync"],
            new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = _user.Home } });
        Assert.True(exitCode is null ? result.ExitCode is 0 or 2 : result.ExitCode == exitCode, result.ToString());
        Assert.Equal(result.ExitCode == 0, result.Lines.Length == 1);
        if (result.ExitCode != 0) Refusal.Expect(result, 2, assignment[..assignment.IndexOf('=', StringComparison.Ordinal)], "not valid UTF-8");
    }

    [RequiresTheory("ferry")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/home")]
    public void Without_a_usable_HOME_a_configuration_that_is_named_works(string? home)
    {
        var source = _user.Tree.MakeDirectory("source");
        var config = _user.Tree.Write("config.yaml", $"version: 1\nscratch: {_user.Scratch}\ncaches: {{ HF_HOME: \"{source}\" }}\n");
        var result = Tool.Run(FerryBinary.Path, ["sync"], new ToolOptions
        {
            CleanEnv = true, Cwd = _user.Tree.Path,
            Env = new Dictionary<string, string?> { ["HOME"] = home, ["FERRY_CONFIG"] = config },
        });
        Assert.Equal($"export HF_HOME={_user.Scratch}/.cache/ferry/HF_HOME\n", result.OrThrow().Text);
        Assert.False(Directory.Exists(_user.Tree["relative"]));
    }

    private void Refused(string? yaml, params string[] words)
    {
        _ = (_user.Home, _user.Scratch);
        if (yaml is not null) _user.Configure(yaml);
        Refusal.ExpectUntouched(_user.Tree.Path, () => _user.Run("sync"), 2, words);
    }

    private void Configure(string caches) => _user.Configure($"version: 1\nscratch: \"{_user.Scratch}\"\ncaches:\n{caches}");
}
