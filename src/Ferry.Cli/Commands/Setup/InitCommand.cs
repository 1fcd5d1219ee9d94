using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Cli.Wizard;
using Ferry.Core.Linux;
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
        var command = new DocumentedCommand("init", "Find the caches of this machine and write a configuration for them. On a terminal it asks; run again, it changes what is there.")
        {
            Examples = ["ferry init", "ferry init --yes --scratch '$SCRATCH' --var HF_HOME=/project/ml/huggingface"],
            ExitCodes = "0 written, or nothing to change; 1 you quit, nothing was written; 2 wrong usage, or nothing was written because --yes or --force is missing",
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
        if (context.IsInteractive && options is { Yes: false, Scratch: null, Variables.Count: 0 })
            return Ask(context, measure, path, options.Force);
        if (options.Yes && !options.Force && File.Exists(path))
            throw new ConfigException($"{path}: already exists; pass --force to replace it (the old one is kept as .bak)");
        var draft = new ConfigDraft
        {
            Scratch = [ChooseScratch(options, context)],
            Caches = FindCaches(options, context),
        };
        draft = draft with { Caches = LeaveOff(draft.Caches, context) };
        Report(draft, context, measure);
        var text = DraftText.Render(draft);
        if (!options.Yes)
        {
            context.Out.WriteLine($"\n{path} would be:\n\n{text}");
            context.Out.Flush();
            context.Error.WriteLine("ferry: nothing was written; pass --yes to write it");
            return ExitCodes.Usage;
        }
        ConfigWriter.Write(path, text, options.Force);
        new InitReport(context.Out).NextSteps(path, draft.Caches.Count, context.Environment);
        return ExitCodes.Ok;
    }

    // On its own, so that nothing else loads what prompts need.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Ask(CommandContext context, MeasureTree measure, string path, bool replace) =>
        InitWizard.Run(context, measure, path, replace);

    private static string ChooseScratch(Options options, CommandContext context)
    {
        if (options.Scratch is { } given)
        {
            if (given.StartsWith('/') || given.StartsWith('$') || given.StartsWith('~'))
                return given;
            var shown = Printable.Shorten(given);
            throw new ConfigException($"--scratch must be an absolute path or a variable such as '$SCRATCH', not '{shown}'");
        }
        return CacheFinder.Scratch(context);
    }

    private static List<CacheDraft> FindCaches(Options options, CommandContext context)
    {
        var caches = new List<CacheDraft>();
        foreach (var given in options.Variables)
        {
            var (name, source) = ReadVariable(given, context.Environment);
            if (caches.Exists(c => c.Name == name))
                throw new ConfigException($"--var {name} is given twice");
            Add(name, source);
        }
        foreach (var found in CacheFinder.Find(context.Environment))
        {
            if (found.IsFound && !caches.Exists(c => c.Name == found.Name))
                Add(found.Name, found.Source);
        }
        return caches;

        void Add(string name, string source)
        {
            var preset = CachePresets.Find(name);
            caches.Add(new CacheDraft(name, DraftText.Path(source, context.Environment.Home))
            {
                Comment = preset?.Description ?? "",
                Excludes = preset?.Credentials ?? [],
            });
        }
    }

    private static List<CacheDraft> LeaveOff(IReadOnlyList<CacheDraft> caches, CommandContext context)
    {
        var placed = caches.Select(c => new CacheDefinition(c.Name, SourceOf(c, context)));
        var decision = CacheOverlap.Decide(placed, context.Files.RealPath);
        foreach (var warning in decision.Warnings)
            context.Error.WriteLine("ferry: " + warning);
        return [.. caches.Select(c => c with { Enabled = decision.Enabled.Contains(c.Name) })];
    }

    private static void Report(ConfigDraft draft, CommandContext context, MeasureTree measure)
    {
        var report = new InitReport(context.Out);
        report.Scratch(draft.Scratch[0]);
        using var probe = new SizeProbe(measure, context.Time, context.Cancellation.Token);
        foreach (var cache in draft.Caches)
        {
            var source = SourceOf(cache, context);
            var size = Directory.Exists(source) ? probe.Measure(source, static () => false) : new SizeEstimate(0, 0, IsComplete: true);
            var most = size.IsComplete ? "" : "> ";
            var files = most + size.Files.ToString("N0", CultureInfo.InvariantCulture) + (size.Files == 1 ? " file " : " files");
            report.Cache(cache.Name, cache.Comment, source, cache.Enabled, most + ByteText.Of(size.Bytes), files);
            if (cache is { Enabled: true, Excludes.Count: > 0 })
            {
                context.Error.WriteLine(
                    $"ferry: {cache.Name}: {string.Join(", ", cache.Excludes)} will not be staged: {CachePresets.Find(cache.Name)!.CredentialsNote}");
            }
        }
    }

    private static string SourceOf(CacheDraft cache, CommandContext context) =>
        Config.Values.PathExpander.Expand(cache.Source, context.Environment, out _)!;

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
