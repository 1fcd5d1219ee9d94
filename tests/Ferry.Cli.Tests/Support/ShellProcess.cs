using System.Diagnostics;

namespace Ferry.Cli.Tests.Support;

/// <summary>What a script left behind.</summary>
internal sealed record ShellResult(int ExitCode, byte[] Out, string Error)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Out);
}

/// <summary>Runs scripts in real shells, with nothing of the user's own settings.</summary>
internal static class ShellProcess
{
    public static ShellResult Run(string shell, string script, string directory, string locale = "C.UTF-8", string? path = null)
    {
        var file = Path.Join(directory, "script." + shell);
        File.WriteAllText(file, script);
        var start = new ProcessStartInfo("/usr/bin/env") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        string[] flags = shell switch { "bash" => ["--norc", "--noprofile"], "zsh" => ["-f"], "fish" => ["--no-config"], _ => ["-f"] };
        foreach (var word in (string[])["-i", $"PATH={path ?? "/usr/bin:/bin"}", $"HOME={directory}", $"LC_ALL={locale}", shell, .. flags, file])
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new ShellResult(process.ExitCode, output.ToArray(), error.Result);
    }
}
