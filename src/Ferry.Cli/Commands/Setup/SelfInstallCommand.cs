using System.CommandLine;
using Ferry.Cli.Commands.Outline;
using Ferry.Cli.Output;
using Ferry.Cli.Shell.Installation;
using Ferry.Core.Linux;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry self-install</c>: puts the program, its completions and its manual where the user's shells find them.</summary>
internal static class SelfInstallCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>The directory above <c>bin</c> and <c>share</c>; null: the user's.</summary>
        public string? Prefix { get; init; }

        public bool DryRun { get; init; }

        /// <summary>Replace files that are not ferry's.</summary>
        public bool Force { get; init; }

        /// <summary>Take away what was placed.</summary>
        public bool Uninstall { get; init; }
    }

    public static Command Create(CommandContext context)
    {
        var prefix = new Option<string?>("--prefix") { Description = "directory of bin/ferry and share (default: ~/.local)", HelpName = "DIR" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be placed or removed, and change nothing" };
        var force = new Option<bool>("--force") { Description = "replace files of the same names that are not ferry's" };
        var uninstall = new Option<bool>("--uninstall") { Description = "remove what was placed; configuration and caches stay" };
        var command = new DocumentedCommand("self-install", "Copy this program to PREFIX/bin/ferry, with completions for shells and manual pages.")
        {
            Examples = ["./ferry self-install", "./ferry self-install --prefix /project/tools", "ferry self-install --uninstall --dry-run"],
            ExitCodes = "0 all is in place, or gone; 1 a file could not be written, or is not ferry's",
        };
        foreach (var option in (ReadOnlySpan<Option>)[prefix, dryRun, force, uninstall])
            command.Options.Add(option);
        command.SetAction(parsed => Run(
            new Options
            {
                Prefix = parsed.GetValue(prefix),
                DryRun = parsed.GetValue(dryRun),
                Force = parsed.GetValue(force),
                Uninstall = parsed.GetValue(uninstall),
            },
            CommandOutline.Of((RootCommand)parsed.RootCommandResult.Command),
            context));
        return command;
    }

    internal static int Run(Options options, CommandOutline root, CommandContext context)
    {
        var installation = Installation.Plan(options.Prefix, root, context.Environment);
        var found = installation.Files.Select(file => (File: file, file.Condition)).ToList();
        var foreign = found.FindAll(static each => each.Condition == FileCondition.Foreign);
        if (options.Uninstall)
            return Remove(found, foreign, options.DryRun, context);
        if (foreign.Count > 0 && !options.Force)
        {
            foreach (var (file, _) in foreign)
                context.Error.WriteLine($"ferry: {file.Path}: is not ferry's; move it away, or pass --force to replace it");
            return ExitCodes.Failure;
        }

        var due = found.FindAll(static each => each.Condition != FileCondition.InPlace);
        if (!options.DryRun)
            due.ForEach(static each => each.File.Place());
        Report(found, due, options.DryRun ? "to place" : "placed", "in place", context.Out);
        context.Out.Flush();
        Advise(installation, context);
        return ExitCodes.Ok;
    }

    private static int Remove(
        List<(OwnFile File, FileCondition Condition)> found, List<(OwnFile File, FileCondition Condition)> foreign, bool dryRun, CommandContext context)
    {
        var due = found.FindAll(static each => each.Condition is FileCondition.InPlace or FileCondition.Outdated);
        if (!dryRun)
            due.ForEach(static each => AtomicFile.Remove(each.File.Path));
        Report(found.Except(foreign), due, dryRun ? "to remove" : "removed", "not there", context.Out);
        context.Out.Flush();
        foreach (var (file, _) in foreign)
            context.Error.WriteLine($"ferry: {file.Path}: is not ferry's; it stays");
        return foreign.Count == 0 ? ExitCodes.Ok : ExitCodes.Failure;
    }

    /// <summary>A line for each kind of file: what became of it, and where the first one is.</summary>
    private static void Report(
        IEnumerable<(OwnFile File, FileCondition Condition)> all, List<(OwnFile File, FileCondition Condition)> due, string changed, string unchanged, TextWriter output)
    {
        foreach (var kind in all.GroupBy(static each => each.File.Kind))
        {
            var number = due.Count(each => each.File.Kind == kind.Key);
            var path = kind.First().File.Path;
            output.WriteLine($"{(number > 0 ? changed : unchanged),-9}  {kind.Key,-15}  {(kind.Count() > 3 ? $"{Path.GetDirectoryName(path)} ({kind.Count()} pages)" : path)}");
        }
    }

    private static void Advise(Installation installation, CommandContext context)
    {
        if (!Installation.IsOnPath(installation.Binaries, context.Environment))
        {
            context.Error.WriteLine(
                $"ferry: {installation.Binaries} is not on your PATH; add it:  export PATH={installation.Binaries}:\"$PATH\"");
        }

        var shell = Path.GetFileName(context.Environment.Get("SHELL") ?? "");
        if (shell == "zsh")
            context.Error.WriteLine($"ferry: zsh completes after this line, above compinit in ~/.zshrc:  fpath=({installation.ZshFunctions} $fpath)");
        else if (shell == "bash" && !File.Exists("/usr/share/bash-completion/bash_completion"))
            context.Error.WriteLine($"ferry: bash completes after this line in ~/.bashrc:  . {installation.BashScript}");
    }
}
