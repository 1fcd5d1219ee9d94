using System.Diagnostics;
using Ferry.Integration.Tests.BadInput;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry run</c> as batch systems treat it: signals to ferry alone, a time after which it is killed, and what of the command's work arrives.</summary>
public sealed class RunSignalTests : IDisposable
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private readonly FerryUser _user = new();

    public RunSignalTests()
    {
        _user.Tree.Write("source/model", "weights");
        _user.ConfigureCaches([("HF_HOME", _user.Tree["source"])]);
    }

    public void Dispose() => _user.Dispose();

    private string Source => _user.Tree["source"];

    private string Staged => $"{_user.Scratch}/.cache/ferry/HF_HOME";

    [RequiresTheory("ferry")]
    [InlineData(SigHup)]
    [InlineData(SigInt)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(SigTerm)]
    [InlineData(28)]
    public void A_signal_reaches_the_command_and_what_it_has_started(int signal)
    {
        const string script = """
            trap 'got=10' "$0"; sh -c 'trap "exit 5" "$0"; touch "$1"; while :; do sleep 0.05; done' "$0" "$1"; exit $(($? + got))
            """;
        using var running = Start([], script, $"{signal}", Ready);
        WaitFor(running, Ready);
        running.Signal(signal);
        Assert.Equal(15, running.Wait().ExitCode);
    }

    [RequiresFact("ferry")]
    public void Without_push_a_command_that_ignores_SIGTERM_is_waited_for()
    {
        using var running = Start([], "trap '' TERM; touch \"$0\"; while ! test -e \"$0.end\"; do sleep 0.05; done; exit 3", Ready);
        WaitFor(running, Ready);
        running.Signal(SigTerm);
        running.Signal(SigTerm);
        File.WriteAllText(Ready + ".end", "");
        Assert.Equal(3, running.Wait().ExitCode);
    }

    [RequiresFact("ferry")]
    public void A_command_that_is_stopped_is_continued_to_act_on_SIGTERM()
    {
        using var running = Start([], "trap 'exit 6' TERM; echo $$ > \"$0.new\"; mv \"$0.new\" \"$0\"; while :; do sleep 0.05; done", Ready);
        WaitFor(running, Ready);
        var command = File.ReadAllText(Ready).Trim();
        Tool.Run("kill", ["-STOP", command]).OrThrow();
        SpinUntil(() => File.ReadAllText($"/proc/{command}/stat").Split(' ')[2] == "T");
        running.Signal(SigTerm);
        Assert.Equal(6, running.Wait().ExitCode);
    }

    [RequiresFact("ferry")]
    public void What_a_command_writes_after_SIGTERM_is_pushed()
    {
        using var running = Start(["--push", "--deadline", "60s"], "trap 'echo last > $HF_HOME/checkpoint; exit 0' TERM; touch \"$0\"; while :; do sleep 0.05; done", Ready);
        WaitFor(running, Ready);
        running.Signal(SigTerm);
        var result = running.Wait();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("ferry: SIGTERM: sh has ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("last\n", File.ReadAllText($"{Source}/checkpoint"));
        Assert.False(File.Exists(Unpushed));
    }

    [RequiresFact("ferry")]
    public void A_script_that_SIGTERM_ends_at_once_does_not_cut_short_what_it_has_started()
    {
        const string script = "sh -c 'trap \"sleep 1; echo last > $HF_HOME/checkpoint; exit 0\" TERM; touch \"$0\"; while :; do sleep 0.05; done' \"$0\"; true";
        using var running = Start(["--push", "--deadline", "60s"], script, Ready);
        WaitFor(running, Ready);
        running.Signal(SigTerm);
        Assert.Equal(128 + SigTerm, running.Wait().ExitCode);
        Assert.Equal("last\n", File.ReadAllText($"{Source}/checkpoint"));
    }

    [RequiresFact("ferry")]
    public void A_command_that_ignores_SIGTERM_is_killed_in_time_for_the_push()
    {
        using var running = Start(["--push", "--deadline", "3s"], "trap '' TERM; echo mine > $HF_HOME/new; touch \"$0\"; while :; do sleep 0.05; done", Ready);
        WaitFor(running, Ready);
        running.Signal(SigTerm);
        var result = running.Wait();
        Assert.Equal(128 + SigKill, result.ExitCode);
        Assert.Contains("sh was still running after SIGTERM: killed, to have time for the push", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText($"{Source}/new"));
    }

    [RequiresFact("ferry")]
    public void Slurms_end_of_the_job_is_the_deadline()
    {
        _user.Env["SLURM_JOB_END_TIME"] = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 100}";
        using var running = Start(["--push"], "touch \"$0\"; exec sleep 1000", Ready);
        WaitFor(running, Ready);
        running.Signal(SigTerm);
        var result = running.Wait();
        Assert.Equal(128 + SigTerm, result.ExitCode);
        // 100 s until the end, 28 s until SIGKILL, a third of it for the push; the test's machine may be slow.
        Assert.Matches(@"SIGTERM: sh has (8\d\.\d s|7\d\.\d s) to end", result.Stderr);
    }

    [RequiresFact("ferry")]
    public void A_signal_during_the_sync_ends_it_and_the_command_is_not_run()
    {
        _user.Tree.Write("source/large", new string('x', 20_000_000));
        using var running = Start(["--bandwidth-limit", "1MB"], "touch \"$0\"", Ready);
        WaitFor(running, $"{_user.Scratch}/.cache/ferry/.HF_HOME.lock");
        running.Signal(SigTerm);
        var result = running.Wait();
        Assert.Equal(128 + SigTerm, result.ExitCode);
        Assert.Contains("ferry: interrupted by SIGTERM", result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(Ready));
    }

    [RequiresFact("ferry", "root")]
    public void A_push_to_a_full_source_keeps_the_files_says_so_and_fails()
    {
        using var small = new SmallFileSystem(Source, "size=1m");
        _user.Tree.Write("source/model", "weights");
        var result = _user.Run("run", "--push", "--", "sh", "-c", "echo small > $HF_HOME/small; head -c 3000000 /dev/zero | tr '\\0' x > $HF_HOME/large");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ferry: what was not pushed stays on scratch", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("large", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(3_000_000, new FileInfo($"{Staged}/large").Length);
        Assert.False(File.Exists($"{Source}/large"));
        Assert.True(File.Exists(Unpushed));

        small.Remount("size=10m");
        _user.Run("push").OrThrow();
        Assert.Equal(3_000_000, new FileInfo($"{Source}/large").Length);
        Assert.Equal("small\n", File.ReadAllText($"{Source}/small"));
    }

    [RequiresFact("ferry")]
    public void A_deadline_that_is_too_short_leaves_the_rest_on_scratch_and_lists_it()
    {
        var script = "echo small > $HF_HOME/small; head -c 30000000 /dev/zero | tr '\\0' x > $HF_HOME/large";
        _user.Run("sync").OrThrow();
        var result = _user.Run("run", "--push", "--deadline", "1s", "--bandwidth-limit", "2MB", "--", "sh", "-c", script);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("small\n", File.ReadAllText($"{Source}/small"));
        Assert.False(File.Exists($"{Source}/large"));
        Assert.Matches(@"on scratch only +30\.0 MB  large", result.Stderr);

        // The next run's sync finishes it.
        _user.Run("run", "--", "true").OrThrow();
        Assert.Equal(30_000_000, new FileInfo($"{Source}/large").Length);
        Assert.False(File.Exists(Unpushed));
    }

    private string Ready => _user.Tree["ready"];

    private string Unpushed => $"{_user.Scratch}/.cache/ferry/.HF_HOME.unpushed";

    private RunningTool Start(string[] options, string script, params string[] args) => RunningTool.Start(
        // Whoever starts the tests may ignore signals, and ferry would inherit that.
        "env", ["--default-signal", FerryBinary.Path, "run", .. options, "--", "sh", "-c", script, .. args],
        new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?>(_user.Env) { ["HOME"] = _user.Home } });

    private static void WaitFor(RunningTool running, string file) => SpinUntil(() => File.Exists(file) || running.HasExited);

    private static void SpinUntil(Func<bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); Thread.Sleep(5))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "it does not happen");
    }
}
