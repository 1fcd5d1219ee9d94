using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Editing;
using Ferry.Cli.Config.Keys;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry config set</c>: changes one setting in a configuration file, and nothing else in it.</summary>
internal static class ConfigSetCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public required string Setting { get; init; }

        /// <summary>The value; several for a list.</summary>
        public IReadOnlyList<string> Words { get; init; } = [];

        public bool Unset { get; init; }

        /// <summary>Change the project's file, not the user's.</summary>
        public bool Project { get; init; }
    }

    public static Command Create(CommandContext context)
    {
        var setting = new Argument<string>("KEY") { Description = "the setting, such as transfer.jobs or caches.HF_HOME.source" };
        var words = new Argument<string[]>("VALUE") { Description = "its value; several for a list", Arity = ArgumentArity.ZeroOrMore };
        var unset = new Option<bool>("--unset") { Description = "remove the setting, so that its default holds" };
        var project = new Option<bool>("--project") { Description = "change the project's ferry.yaml, not your own configuration" };
        var command = new DocumentedCommand("set", "Change one setting; the rest of the file, comments too, stays as it is.")
        {
            Examples = ["ferry config set transfer.jobs 8", "ferry config set caches.HF_HOME.exclude '*.lock' '*.tmp'", "ferry config set --unset transfer.jobs"],
            ExitCodes = "0 done; 2 no such setting, not a value of it, or the file cannot be changed",
        };
        command.Arguments.Add(setting);
        command.Arguments.Add(words);
        command.Options.Add(unset);
        command.Options.Add(project);
        command.SetAction(parsed => Run(
            new Options
            {
                Setting = parsed.GetRequiredValue(setting),
                Words = parsed.GetValue(words) ?? [],
                Unset = parsed.GetValue(unset),
                Project = parsed.GetValue(project),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        var config = ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());
        var setting = SettingPath.Parse(options.Setting, config.Caches.ConvertAll(cache => cache.Name));
        if (options.Unset)
        {
            Unset(setting, FileFor(setting, options.Project, config, context), options, context);
            return ExitCodes.Ok;
        }
        // A cache alone stands for its directory, as it does in the file.
        setting = setting.Key is null ? SettingPath.SourceOf(setting.Cache!) : setting;
        CheckCount(setting, options.Words);
        CheckValue(setting, options.Words, context.Environment);
        var file = FileFor(setting, options.Project, config, context);
        file.Set(setting, options.Words);
        context.Error.WriteLine($"ferry: {file.Path}: {setting} is set");
        Report(setting, file, context);
        return ExitCodes.Ok;
    }

    private static void Unset(SettingPath setting, SettingsFile file, Options options, CommandContext context)
    {
        if (options.Words.Count > 0)
            throw new ConfigException($"--unset takes a setting and no value, not '{Printable.Shorten(options.Words[0])}'");
        if (setting is { Cache: { } cache, Keys: [.., "source"] })
            throw new ConfigException($"a cache needs its source; to remove the cache, run 'ferry config set --unset caches.{cache}'");
        var removed = file.Unset(setting);
        context.Error.WriteLine($"ferry: {file.Path}: {setting} {(removed ? "is removed" : "was not set; nothing is changed")}");
        Report(setting, file, context);
    }

    // The person should not wonder why nothing happens: another source may say something stronger.
    private static void Report(SettingPath setting, SettingsFile file, CommandContext context)
    {
        var config = ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());
        if (ConfigListing.Find(config, setting.ToString()) is { } found && found.Origin.File != file.Path && found.Origin.Level != ConfigLevel.Default)
            context.Error.WriteLine($"ferry: in force is {found.Value}, which {found.Origin.Where} says");
    }

    private static SettingsFile FileFor(SettingPath setting, bool project, FerryConfig config, CommandContext context)
    {
        var places = new ConfigFiles(context.Environment, context.Files);
        if (project)
        {
            using var file = places.OpenProjectFile(out var path, []);
            return file is not null
                ? new SettingsFile(path, ConfigLevel.Project)
                : throw new ConfigException($"--project: there is no {ConfigFiles.ProjectFileName} here or in a directory above");
        }
        // A section of caches in the user's file would put the older one out of force, with all its caches.
        return setting.Cache is not null && config.Files.Contains(places.OlderPath)
            ? new SettingsFile(places.OlderPath, ConfigLevel.Older)
            : new SettingsFile(places.UserPath, ConfigLevel.User);
    }

    private static void CheckCount(SettingPath setting, IReadOnlyList<string> words)
    {
        if (words.Count == 0 && setting.Key!.Kind != ConfigKind.Texts)
            throw new ConfigException($"{setting}: a value is missing; to remove the setting, pass --unset");
        if (words.Count > 1 && !setting.Key!.TakesList)
            throw new ConfigException($"{setting} takes one value, not {words.Count}; quote it if it has blanks");
    }

    private static void CheckValue(SettingPath setting, IReadOnlyList<string> words, IHostEnvironment environment)
    {
        var origin = new ConfigOrigin(ConfigLevel.Flag, "config set");
        if (setting.Key!.Kind == ConfigKind.Bool && words[0] is not ("true" or "false"))
            throw new ConfigException($"config set: {setting} must be true or false, not '{Printable.Shorten(words[0])}'");
        if (setting.Key.Kind == ConfigKind.Size && !ByteCount.TryParse(words[0], out _))
            throw new ConfigException($"config set: {setting} must be a size such as 50GB, not '{Printable.Shorten(words[0])}'");
        if (setting.Cache is not null && setting.Key.Kind == ConfigKind.Path)
            CheckSource(setting, words[0], environment);
        if (Array.Find(SettingName.All, name => name.Key == setting.ToString()) is not { } known)
            return;
        foreach (var word in words)
            ScalarSettings.Set(new ConfigLayer(), known, word, origin);
    }

    private static void CheckSource(SettingPath setting, string path, IHostEnvironment environment)
    {
        // A variable that is not set here may be set where the file is used.
        var expanded = PathExpander.Expand(path, environment, out var problem);
        if (expanded is null && !problem!.StartsWith("the variable ", StringComparison.Ordinal))
            throw new ConfigException($"config set: {setting}: {problem}");
        if (expanded is not null && !expanded.StartsWith('/'))
            throw new ConfigException($"config set: {setting} must be an absolute path, not '{Printable.Shorten(path)}'");
    }
}
