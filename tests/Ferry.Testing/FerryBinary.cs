namespace Ferry.Testing;

/// <summary>The published <c>ferry</c>, run as users run it: another process, a clean environment.</summary>
public static class FerryBinary
{
    /// <summary>artifacts/ferry of the checkout (made by <c>./ferry</c>), or FERRY_BINARY.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("FERRY_BINARY") ?? Repository.File("artifacts", "ferry");

    /// <summary>
    /// Runs it to its end. The environment holds PATH, LANG, HOME (a fresh one unless <paramref name="env"/> has it) and
    /// <paramref name="env"/>. <paramref name="ulimits"/> are options of the shell's ulimit: <c>["-n 256"]</c>.
    /// </summary>
    public static ToolResult Run(
        IEnumerable<string> args, IReadOnlyDictionary<string, string?>? env = null, string? cwd = null,
        byte[]? stdin = null, TimeSpan? timeout = null, IEnumerable<string>? ulimits = null)
    {
        using var home = env?.ContainsKey("HOME") == true ? null : new TempTree();
        using var running = Start(args, WithHome(env, home?.Path), cwd, stdin, timeout, ulimits);
        return running.Wait();
    }

    /// <summary>Starts it without waiting, for tests that signal or kill it. <paramref name="env"/> must hold HOME.</summary>
    public static RunningTool Start(
        IEnumerable<string> args, IReadOnlyDictionary<string, string?> env, string? cwd = null,
        byte[]? stdin = null, TimeSpan? timeout = null, IEnumerable<string>? ulimits = null)
    {
        if (!env.ContainsKey("HOME")) throw new ArgumentException("HOME must be given: ferry must not see the tester's own.", nameof(env));
        if (!File.Exists(Path)) throw new InvalidOperationException($"{Path} is not there: run ./ferry --version, or ./test.");
        var options = new ToolOptions
        {
            CleanEnv = true, Env = env, Cwd = cwd, Stdin = stdin ?? [], Timeout = timeout ?? TimeSpan.FromMinutes(2),
        };
        string[] limits = [.. ulimits ?? []];
        if (limits.Length == 0) return RunningTool.Start(Path, args, options);
        // exec: the process id stays ferry's own.
        var script = string.Concat(limits.Select(limit => $"ulimit {limit} && ")) + "exec \"$0\" \"$@\"";
        return RunningTool.Start("bash", ["-c", script, Path, .. args], options);
    }

    private static Dictionary<string, string?> WithHome(IReadOnlyDictionary<string, string?>? env, string? home)
    {
        var all = new Dictionary<string, string?>(env ?? new Dictionary<string, string?>());
        if (home is not null) all["HOME"] = home;
        return all;
    }
}
