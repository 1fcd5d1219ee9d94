using System.CommandLine;
using System.Text.Json;
using Ferry.Cli.Commands;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Commands;

/// <summary>The commands through the parser.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TestContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Config_show_prints_values_and_origins()
    {
        _context.WriteConfig("version: 1\nscratch: [$A, /b]\ncaches: { HF_HOME: ~/hf }\ntransfer: { bandwidth_limit: 10MB }");
        _context.Environment.Variables["FERRY_JOBS"] = "12";
        Assert.Equal(0, Invoke("config", "show"));
        var lines = _context.Out.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains($"scratch [$A, /b] {_context.ConfigPath}:2:10", lines);
        Assert.Contains($"caches.HF_HOME.source ~/hf {_context.ConfigPath}:3:20", lines);
        Assert.Contains("transfer.jobs 12 FERRY_JOBS", lines);
        Assert.Contains("transfer.fresh_for 1h default", lines);
        Assert.Contains($"transfer.bandwidth_limit 10MB {_context.ConfigPath}:4:30", lines);
    }

    [Fact]
    public void Config_show_prints_JSON()
    {
        _context.WriteConfig("version: 1\nscratch: [$A, /b]");
        Assert.Equal(0, Invoke("config", "show", "--json"));
        var root = JsonDocument.Parse(_context.Out).RootElement;
        Assert.Equal(_context.ConfigPath, root.GetProperty("files")[0].GetString());
        var scratch = root.GetProperty("settings")[0];
        Assert.Equal("/b", scratch.GetProperty("value")[1].GetString());
        Assert.Equal("user", scratch.GetProperty("level").GetString());
    }

    [Fact]
    public void Config_path_honours_the_environment()
    {
        Invoke("config", "path");
        _context.Environment.Variables["XDG_CONFIG_HOME"] = "/x";
        Invoke("config", "path");
        _context.Environment.Variables["FERRY_CONFIG"] = "rel.yaml";
        Invoke("config", "path");
        Assert.Equal($"{_context.ConfigPath}\n/x/ferry/config.yaml\n{_context.Environment.Home}/rel.yaml\n", _context.Out);
    }

    [Fact]
    public void Shell_init_takes_the_shell_from_the_environment()
    {
        _context.Environment.Variables["SHELL"] = "/usr/bin/fish";
        Assert.Equal(0, Invoke("shell-init"));
        Assert.StartsWith("function ef --wraps ferry;", _context.Out, StringComparison.Ordinal);
        Assert.Contains("command /opt/ferry/bin/ferry sync", _context.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("import")]
    [InlineData("config show")]
    [InlineData("config path")]
    [InlineData("shell-init")]
    public void Help_has_examples_and_exit_codes(string command)
    {
        var output = new StringWriter();
        var code = Root().Parse([.. command.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = output });
        Assert.Equal(0, code);
        Assert.Contains("Examples:", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Exit codes:", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("confg", "unknown command 'confg' (did you mean 'config'?); see 'ferry --help'")]
    [InlineData("config shwo", "unknown command 'shwo' (did you mean 'show'?); see 'ferry config --help'")]
    [InlineData("show", "unknown command 'show' (did you mean 'config show'?); see 'ferry --help'")]
    [InlineData("init HF_HOME", "unexpected argument 'HF_HOME' (did you mean '--var HF_HOME'?); see 'ferry init --help'")]
    [InlineData("shell-init HF_HOME", "unexpected argument 'HF_HOME'; see 'ferry shell-init --help'")]
    [InlineData("init --scrach=/x", "unknown option '--scrach=/x' (did you mean '--scratch'?); see 'ferry init --help'")]
    [InlineData("init x/y", "unexpected argument 'x/y'; see 'ferry init --help'")]
    [InlineData("config show --jsn", "unknown option '--jsn' (did you mean '--json'?); see 'ferry config show --help'")]
    [InlineData("init --scratch", "Required argument missing for option: '--scratch'; see 'ferry init --help'")]
    [InlineData("import --marge", "unknown option '--marge' (did you mean '--merge'?); see 'ferry import --help'")]
    [InlineData("import -- --marge", null)]
    [InlineData("import file --json", null)]
    [InlineData("init --yes", null)]
    public void Usage_errors_suggest_the_nearest_word(string line, string? message) =>
        Assert.Equal(message, UsageErrors.Explain(Root().Parse(line.Split(' '))));

    private int Invoke(params string[] arguments) => Root().Parse(arguments).Invoke();

    private RootCommand Root()
    {
        var root = new RootCommand("test");
        root.Subcommands.Add(InitCommand.Create(_context.Command, Trees.Measure));
        root.Subcommands.Add(ImportCommand.Create(_context.Command));
        root.Subcommands.Add(ConfigCommand.Create(_context.Command));
        root.Subcommands.Add(ShellInitCommand.Create(_context.Command));
        DocumentedHelp.Install(root);
        return root;
    }
}
