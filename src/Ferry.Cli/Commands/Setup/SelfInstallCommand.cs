using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Core.Linux;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry self-install</c>: puts the single file where the user's PATH finds it.</summary>
internal static class SelfInstallCommand
{
    private const string DefaultPrefix = "~/.local";
    private const ushort Executable = 0x1ED;

    public static Command Create(CommandContext context)
    {
        var prefix = new Option<string?>("--prefix") { Description = "where bin/ferry is put (default: ~/.local)", HelpName = "DIR" };
        var command = new DocumentedCommand("self-install", "Copy this program to PREFIX/bin/ferry.")
        {
            Examples = ["./ferry self-install", "./ferry self-install --prefix /project/tools"],
            ExitCodes = "0 installed; 1 it could not be written",
        };
        command.Options.Add(prefix);
        command.SetAction(parsed => Run(parsed.GetValue(prefix) ?? DefaultPrefix, context));
        return command;
    }

    internal static int Run(string prefix, CommandContext context)
    {
        var program = context.Environment.ProcessPath ?? throw new ConfigException("the path of this program is not known", ExitCodes.Failure);
        var expanded = prefix == "~" || prefix.StartsWith("~/", StringComparison.Ordinal) ? context.Environment.Home + prefix[1..] : prefix;
        var directory = Path.Join(Path.GetFullPath(expanded), "bin");
        var target = Path.Join(directory, "ferry");
        Directory.CreateDirectory(directory);
        AtomicFile.Write(target, File.ReadAllBytes(program), Executable);
        context.Error.WriteLine($"ferry: installed {target}");
        var path = (context.Environment.Get("PATH") ?? "").Split(':');
        if (!path.Contains(directory))
        {
            context.Error.WriteLine($"ferry: {directory} is not on your PATH; add it:  export PATH={directory}:\"$PATH\"");
        }

        return ExitCodes.Ok;
    }
}
