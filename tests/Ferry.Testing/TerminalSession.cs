using System.Diagnostics;

namespace Ferry.Testing;

/// <summary>An interactive bash in a real terminal of 80 columns (tmux), typed at by a test.</summary>
public sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempTree _tree = new();

    /// <param name="env">The shell's environment beside PATH; must hold HOME.</param>
    public TerminalSession(IReadOnlyDictionary<string, string?> env)
    {
        string[] variables = [.. env.Select(variable => $"{variable.Key}={variable.Value}"), "PS1=$ ", "TERM=screen", "LANG=C.UTF-8",
            $"PATH={Path.GetDirectoryName(FerryBinary.Path)}:{Environment.GetEnvironmentVariable("PATH")}"];
        Tmux(["new-session", "-d", "-x", "80", "-y", "50", "env", "-i", .. variables, "bash", "--norc", "--noprofile"]);
        WaitFor("$");
    }

    /// <summary>What is on the screen, without the empty lines at its end.</summary>
    public string Screen => Tmux("capture-pane", "-p").TrimEnd();

    /// <summary>Types a line and Enter.</summary>
    public void Line(string text)
    {
        Tmux("send-keys", "-l", text);
        Tmux("send-keys", "Enter");
    }

    /// <summary>Presses a key, in tmux's words: <c>C-c</c>.</summary>
    public void Key(string key) => Tmux("send-keys", key);

    /// <summary>Waits until a text is on the screen.</summary>
    /// <exception cref="TimeoutException">It does not appear.</exception>
    public void WaitFor(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Screen.Contains(text, StringComparison.Ordinal))
        {
            if (watch.Elapsed > Patience) throw new TimeoutException($"'{text}' does not appear on the screen:\n{Screen}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Ends the shell, as closing the window does.</summary>
    public void Dispose()
    {
        Tool.Run("tmux", ["-S", Socket, "kill-server"]);
        _tree.Dispose();
    }

    private string Socket => _tree["tmux"];

    private string Tmux(params string[] args) => Tool.Run("tmux", ["-S", Socket, "-f", "/dev/null", .. args]).OrThrow().Text;
}
