using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Shell;
using Ferry.Core.Linux;

namespace Ferry.Cli.Commands;

/// <summary>What <c>ferry init</c> says.</summary>
internal sealed class InitReport(TextWriter output)
{
    public void Scratch(string scratch) => output.WriteLine($"scratch: {Printable.Shorten(scratch)}\n");

    public void Cache(string name, string description, string source, bool enabled, string size, string files)
    {
        output.WriteLine($"{(enabled ? "[x]" : "[ ]")} {name,-24} {size,9} {files,17}  {description}");
        output.WriteLine($"    {Printable.Shorten(source)}");
    }

    /// <summary>What to do now, in the words of the user's shell.</summary>
    public void NextSteps(string path, int caches, IHostEnvironment environment)
    {
        output.WriteLine($"\nwritten: {path}");
        if (caches == 0)
        {
            output.WriteLine("no caches were found; add them under 'caches' in that file");
            return;
        }
        var shell = ShellKinds.Detect(environment);
        var program = ProgramToCall.PathOf(environment) is { } own ? ShellInit.Quoted(shell, own) : "ferry";
        var (sync, start, file) = shell switch
        {
            ShellKind.Fish => ($"{program} sync | source", $"{program} shell-init | source", "~/.config/fish/config.fish"),
            ShellKind.Tcsh => ($"eval `{program} sync`", $"eval `{program} shell-init`", "~/.tcshrc"),
            ShellKind.Zsh => ($"eval \"$({program} sync)\"", $"eval \"$({program} shell-init)\"", "~/.zshrc"),
            _ => ($"eval \"$({program} sync)\"", $"eval \"$({program} shell-init)\"", "~/.bashrc"),
        };
        output.WriteLine($"next: {sync}");
        output.WriteLine("      stages the caches and points this shell at them");
        output.WriteLine($"once, in {file}: {start}");
        output.WriteLine("      then 'ef' does the same in any shell");
    }
}
