using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>A word that is nearly right gets one line with the right one, and exit code 2.</summary>
public sealed class NearestWordTests : IDisposable
{
    private readonly FerryUser _user = new();

    public NearestWordTests() => _user.ConfigureCaches([("HF_HOME", _user.Tree.MakeDirectory("hf")), ("TORCH_HOME", _user.Tree.MakeDirectory("torch"))]);

    public void Dispose() => _user.Dispose();

    [RequiresTheory("ferry")]
    [InlineData("snyc", "sync")]
    [InlineData("inti", "init")]
    [InlineData("imprt", "import")]
    [InlineData("shell-int", "shell-init")]
    [InlineData("show", "config show")]
    [InlineData("config shwo", "show")]
    [InlineData("config pth", "path")]
    [InlineData("sync --dryrun", "--dry-run")]
    [InlineData("sync --dry_run=yes", "--dry-run")]
    [InlineData("status --jsn", "--json")]
    [InlineData("import --marge", "--merge")]
    [InlineData("sync HF_HOME", "--var HF_HOME")]
    [InlineData("sync --var HF_HOM", "HF_HOME")]
    [InlineData("sync --var torch_home", "TORCH_HOME")]
    [InlineData("push --var TORHC_HOME", "TORCH_HOME")]
    [InlineData("push --conflict scrach", "scratch")]
    [InlineData("sync --engine nativ", "native")]
    [InlineData("sync --timestamps presrve", "preserve")]
    [InlineData("sync --shell fihs", "fish")]
    [InlineData("shell-init --shell bsh", "bash")]
    [InlineData("completion fihs", "fish")]
    [InlineData("verify --var HF_HOM", "HF_HOME")]
    [InlineData("prune --dryrun", "--dry-run")]
    [InlineData("doctor --jsn", "--json")]
    [InlineData("run --pus -- true", "--push")]
    [InlineData("run --var HF_HOM -- true", "HF_HOME")]
    [InlineData("migrate HF_HOM --to /nowhere/x --yes", "HF_HOME")]
    [InlineData("config set transfer.job 3", "transfer.jobs")]
    [InlineData("config set transfer.engine rsinc", "rsync")]
    public void On_the_command_line(string line, string meant) => Expect(_user.Run(line.Split(' ')), meant);

    [RequiresTheory("ferry")]
    [InlineData("cachs: {}", "caches")]
    [InlineData("transfr: {}", "transfer")]
    [InlineData("transfer: { paralel_caches: 2 }", "parallel_caches")]
    [InlineData("caches: { HF_HOME: { sorce: /x } }", "source")]
    [InlineData("transfer: { engine: rsinc }", "rsync")]
    public void In_the_configuration(string yaml, string meant)
    {
        _user.Configure($"version: 1\n{yaml}\n");
        Expect(_user.Run("config", "show"), meant);
    }

    [RequiresFact("ferry")]
    public void In_the_environment()
    {
        _user.Env["FERRY_TIMESTAMPS"] = "nwo";
        Expect(_user.Run("sync"), "now");
    }

    private static void Expect(ToolResult result, string meant)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Text);
        Assert.Contains($"(did you mean '{meant}'?)", Assert.Single(result.Stderr.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
