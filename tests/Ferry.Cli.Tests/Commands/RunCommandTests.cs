using System.Text;
using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Commands;

/// <summary><c>ferry run</c> in this process: its exit codes and options.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly TestContext _context = new();

    public RunCommandTests()
    {
        _context.Home.Write("source/model", "weights");
        var scratch = _context.Home.MakeDirectory("scratch");
        _context.WriteConfig($"version: 1\nscratch: {scratch}\ncaches:\n  HF_HOME: {{ source: {_context.Home.At("source")} }}\n"
            + $"  TORCH_HOME: {{ source: {_context.Home.At("nowhere")}, enabled: false }}\n");
    }

    public void Dispose() => _context.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public void What_the_command_wrote_is_pushed_whatever_its_exit_code(int code)
    {
        Assert.Equal(code, Run(Shell($"echo new > \"$HF_HOME/new\"; exit {code}") with { Push = true }));
        Assert.Equal("new\n", File.ReadAllText(_context.Home.At("source/new")));
        Assert.Empty(_context.Error);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    [InlineData(255, 255)]
    public void Where_something_was_not_pushed_the_exit_code_is_1_unless_the_command_has_its_own(int code, int expected)
    {
        var script = $"echo mine >> \"$HF_HOME/model\"; echo somebody > \"$1\"; exit {code}";
        Assert.Equal(expected, Run(Shell(script, _context.Home.At("source/model")) with { Push = true }));
        Assert.Equal("somebody\n", File.ReadAllText(_context.Home.At("source/model")));
        Assert.Contains("'ferry push' brings it", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_push_nothing_is_pushed()
    {
        Assert.Equal(0, Run(Shell("echo new > \"$HF_HOME/new\"")));
        Assert.False(File.Exists(_context.Home.At("source/new")));
    }

    [Fact]
    public void A_command_killed_by_a_signal_is_followed_by_the_push()
    {
        Assert.Equal(128 + 15, Run(Shell("echo new > \"$HF_HOME/new\"; kill $$") with { Push = true }));
        Assert.True(File.Exists(_context.Home.At("source/new")));
    }

    [Fact]
    public void What_the_command_finds_in_the_variable_is_the_staged_cache() =>
        Assert.Equal(0, Run(Shell("test \"$(cat \"$HF_HOME/model\")\" = weights && test \"$HF_HOME\" != \"$1\"", _context.Home.At("source"))));

    [Fact]
    public void A_command_that_cannot_be_started_is_not_followed_by_a_push()
    {
        Assert.Equal(127, Run(new RunCommand.Options { Command = ["no-such-command"u8.ToArray()], Push = true, Quiet = true }));
        Assert.Equal("ferry: no-such-command: command not found\n", _context.Error);
    }

    [Fact]
    public void A_cache_that_failed_keeps_the_command_from_being_run()
    {
        var mark = _context.Home.At("mark");
        var options = Shell("touch \"$1\"", mark) with { Variables = ["HF_HOME", "TORCH_HOME"], Push = true };
        Assert.Equal(1, Run(options));
        Assert.False(File.Exists(mark));
        Assert.Contains("the command was not run", _context.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void With_keep_going_the_command_is_run_with_the_variable_of_the_failed_cache_as_it_was()
    {
        _context.Environment.Variables["TORCH_HOME"] = "/mine";
        var options = Shell("test \"$TORCH_HOME\" = /mine && test -f \"$HF_HOME/model\"")
            with { Variables = ["HF_HOME", "TORCH_HOME"], Push = true, KeepGoing = true };
        Assert.Equal(0, Run(options));
    }

    [Theory]
    [InlineData("0", true, "leave out --push")]
    [InlineData("soon", true, "not a time")]
    [InlineData("-5s", true, "not a time")]
    [InlineData("auto", false, "only with --push")]
    [InlineData("2m", false, "only with --push")]
    public void A_deadline_that_makes_no_sense_is_refused(string deadline, bool push, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => Run(Shell("exit 0") with { Push = push, Deadline = deadline }));
        Assert.Equal(2, error.ExitCode);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1800000000", 1_800_000_000L)]
    [InlineData("", null)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999999999", null)]
    [InlineData("99999999999999999999999", null)]
    [InlineData(null, null)]
    public void The_jobs_end_is_what_Slurm_says_or_not_known(string? value, long? expected)
    {
        if (value is not null)
            _context.Environment.Variables["SLURM_JOB_END_TIME"] = value;
        Assert.Equal(expected, SlurmJob.EndOf(_context.Environment)?.ToUnixTimeSeconds());
    }

    private static RunCommand.Options Shell(string script, params string[] arguments) => new()
    {
        Command = [.. new[] { "sh", "-c", script, "sh" }.Concat(arguments).Select(Encoding.UTF8.GetBytes)],
        Quiet = true,
    };

    private int Run(RunCommand.Options options) => RunCommand.Run(options, _context.Command);
}
