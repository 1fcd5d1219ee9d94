using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Shell;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry init</c>: finds the caches of this machine and writes the user's configuration.</summary>
internal static class InitCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed class Options
    {
        /// <summary>Write the file without asking.</summary>
        public bool Yes { get; init; }

        /// <summary>The scratch directory as it is to be written; null: look for one.</summary>
        public string? Scratch { get; init; }

        /// <summary>Caches given as NAME=PATH.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        /// <summary>Replace an existing file.</summary>
        public bool Force { get; init; }
    }

    /// <summary>Counts a tree: number of files and their bytes.</summary>
    internal delegate (long Files, long Bytes) MeasureTree(string directory);

    public static Command Create(CommandContext context, MeasureTree measure)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "write the configuration without asking" };
        var scratch = new Option<string?>("--scratch")
        {
            Description = "fast storage, such as '$SCRATCH'; otherwise it is looked for",
            HelpName = "DIR",
        };
        var variables = new Option<string[]>("--var")
        {
            Description = "add a cache, or say where one is; may be repeated",
            HelpName = "NAME=PATH",
        };
        var force = new Option<bool>("--force") { Description = "replace an existing configuration; it is kept as .bak" };
        var command = new DocumentedCommand("init", "Find the caches of this machine and write a configuration for them.")
        {
            Examples = ["ferry init", "ferry init --yes --scratch '$SCRATCH' --var HF_HOME=/project/ml/huggingface"],
            ExitCodes = "0 written; 2 wrong usage, or nothing was written because --yes or --force is missing",
        };
        foreach (var option in (ReadOnlySpan<Option>)[yes, scratch, variables, force])
            command.Options.Add(option);
        command.SetAction(parsed => Run(
            new Options
            {
                Yes = parsed.GetValue(yes),
                Scratch = parsed.GetValue(scratch),
                Variables = parsed.GetValue(variables) ?? [],
                Force = parsed.GetValue(force),
            },
            context,
            measure));
        return command;
    }

    internal static int Run(Options options, CommandContext context, MeasureTree measure)
    {
        var path = new ConfigFiles(context.Environment, context.Files).UserPath;
        if (options.Yes && !options.Force && File.Exists(path))
            throw new ConfigException($"{path}: already exists; pass --force to replace it (the old one is kept as .bak)");
        var scratch = ChooseScratch(options, context);
        var found = FindCaches(options, context);
        var caches = found.ConvertAll(f => new CacheDefinition(f.Name, f.Source));
        var decision = CacheOverlap.Decide(caches, context.Files.RealPath);
        var report = new InitReport(context.Out);
        report.Scratch(scratch);
        var written = new List<NewCache>(found.Count);
        foreach (var (name, source, description) in found)
        {
            var enabled = decision.Enabled.Contains(name);
            var (files, bytes) = Directory.Exists(source) ? measure(source) : default;
            report.Cache(name, description, source, enabled, files, bytes);
            written.Add(new NewCache(name, source, enabled, description));
        }
        foreach (var warning in decision.Warnings)
            context.Error.WriteLine("ferry: " + warning);
        var text = ConfigWriter.Render(scratch, written, context.Environment.Home);
        if (!options.Yes)
        {
            context.Out.WriteLine($"\n{path} would be:\n\n{text}");
            context.Out.Flush();
            context.Error.WriteLine("ferry: nothing was written; pass --yes to write it");
            return 2;
        }
        ConfigWriter.Write(path, text, options.Force);
        var program = ProgramToCall.PathOf(context.Environment);
        report.NextSteps(path, found.Count, program is null ? "ferry" : ShellInit.Quoted(ShellKind.Bash, program));
        return 0;
    }

    private static string ChooseScratch(Options options, CommandContext context)
    {
        if (options.Scratch is { } given)
        {
            if (given.StartsWith('/') || given.StartsWith('$') || given.StartsWith('~'))
                return given;
            var shown = Printable.Shorten(given);
            throw new ConfigException($"--scratch must be an absolute path or a variable such as '$SCRATCH', not '{shown}'");
        }
        return ScratchLocator.Locate(context.Environment.UserName, context.Environment.Get, IsWritable).Literal;

        bool IsWritable(string path) => context.Files.Facts(path) is { IsDirectory: true } && context.Files.MayWriteIn(path);
    }

    private static List<(string Name, string Source, string Description)> FindCaches(Options options, CommandContext context)
    {
        var caches = new List<(string Name, string Source, string Description)>();
        foreach (var given in options.Variables)
        {
            var (name, source) = ReadVariable(given, context.Environment);
            if (caches.Exists(c => c.Name == name))
                throw new ConfigException($"--var {name} is given twice");
            caches.Add((name, source, CachePresets.Find(name)?.Description ?? ""));
        }
        var places = new PresetPlaces(
            context.Environment.Home, context.Environment.UserName, name => StagedVariable.SourceOf(name, context.Environment.Get(name)));
        foreach (var found in CachePresets.FoundOn(places, Directory.Exists))
        {
            if (!caches.Exists(c => c.Name == found.Preset.Variable))
                caches.Add((found.Preset.Variable, found.Source, found.Preset.Description));
        }
        return caches;
    }

    private static (string Name, string Source) ReadVariable(string given, IHostEnvironment environment)
    {
        var equals = given.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new ConfigException($"--var must be NAME=PATH, not '{Printable.Shorten(given)}'");
        var name = given[..equals];
        if (!VariableName.IsValid(name) || VariableName.IsReserved(name))
            throw new ConfigException($"--var: '{Printable.Shorten(name)}' cannot name a cache");
        var path = given[(equals + 1)..];
        // A shell does not expand a tilde behind the equals sign of an option.
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = environment.Home + path[1..];
        if (!path.StartsWith('/'))
            throw new ConfigException($"--var {name}: the path must be absolute, not '{Printable.Shorten(path)}'");
        return (name, path);
    }
}
