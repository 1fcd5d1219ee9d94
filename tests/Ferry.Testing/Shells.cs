using System.Text;

namespace Ferry.Testing;

/// <summary>Runs scripts in the shells that users have, and looks at what they left in the environment.</summary>
public static class Shells
{
    /// <summary>The shells that ferry writes exports for.</summary>
    public static IReadOnlyList<string> All { get; } = ["bash", "zsh", "fish", "tcsh"];

    /// <summary>
    /// The exported variables after <paramref name="script"/> ran in <paramref name="shell"/>, started without start-up files
    /// and with only PATH, LANG and <paramref name="env"/>. Values are bytes: they need not be UTF-8.
    /// </summary>
    /// <exception cref="InvalidOperationException">The script ended the shell or failed to parse.</exception>
    public static Dictionary<string, byte[]> EnvironmentAfter(
        string shell, string script, IReadOnlyDictionary<string, string?>? env = null, string? cwd = null)
    {
        using var directory = new TempTree();
        // To a file: stdout belongs to the script, and tcsh has no other descriptors.
        var file = directory.Write("script", $"{script}\nenv -0 > {directory["after"]}\n");
        string[] quiet = shell switch
        {
            "bash" => ["--norc", "--noprofile"],
            "fish" => ["--no-config"],
            _ => ["-f"],
        };
        var all = new Dictionary<string, string?>(env ?? new Dictionary<string, string?>());
        all.TryAdd("HOME", directory.MakeDirectory("home"));
        var result = Tool.Run(shell, [.. quiet, file], new ToolOptions { CleanEnv = true, Env = all, Cwd = cwd });
        if (!directory.Exists("after")) throw new InvalidOperationException($"{shell} did not reach the end of the script: {result}");
        return Parse(directory.Read("after"));
    }

    private static Dictionary<string, byte[]> Parse(byte[] variables)
    {
        var found = new Dictionary<string, byte[]>();
        var rest = variables.AsSpan();
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
        {
            var equals = rest[..end].IndexOf((byte)'=');
            if (equals > 0) found[Encoding.UTF8.GetString(rest[..equals])] = rest[(equals + 1)..end].ToArray();
        }
        return found;
    }
}
