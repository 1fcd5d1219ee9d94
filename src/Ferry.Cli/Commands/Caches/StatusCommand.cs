using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Html;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Purging;
using Ferry.Workloads.Caches.Status;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry status</c>: how the caches are, without changing anything.</summary>
internal static class StatusCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public bool Json { get; init; }

        /// <summary>Where the page goes: a file, <c>-</c> for standard output, null for no page.</summary>
        public string? Html { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var html = new Option<string?>("--html") { Description = "write a page to look at in a browser: a file, or - for standard output", HelpName = "FILE" };
        var command = new DocumentedCommand("status", "Show what is staged, how fresh and complete it is, and what a sync would move now.")
        {
            Examples = ["ferry status", "ferry status --json", "ferry status --html scratch.html"],
            ExitCodes = "0 shown, whatever the caches' condition; 1 the page could not be written; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[json, html])
        {
            command.Options.Add(option);
        }

        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Json = parsed.GetValue(json),
                Html = parsed.GetValue(html),
                Settings = settings.Read(parsed),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        if (options is { Json: true, Html: not null })
        {
            throw new ConfigException("--json and --html are two reports; ask for one of them");
        }

        var config = ConfigLoader.Load(context.Environment, context.Files, options.Settings);
        var settings = new SettingsResolver(config, context.Environment, context.Files).Resolve();
        CommandNotes.Print(context, config, settings);
        var status = new CacheStatus(settings, context.Time, context.Cancellation.Token);
        var states = settings.Caches.Where(static cache => cache.Enabled).Select(status.Of).ToList();
        if (options.Html is { } file)
        {
            var history = new CacheHistory(new StateFiles(context.Environment).History);
            WritePage(ScratchOverview.Of(settings, states, status, history, PurgeOf(settings, context), context.Time.GetUtcNow()), file, context);
            return ExitCodes.Ok;
        }

        var space = Directory.Exists(settings.ScratchBase) ? FileSystemSpace.Of(settings.ScratchBase) : default(FileSystemSpace?);
        if (options.Json)
        {
            StatusJson.Write(settings, states, space, context.OutBytes);
        }
        else
        {
            WriteText(settings, states, space, context);
        }

        return ExitCodes.Ok;
    }

    private static PurgePolicy? PurgeOf(CacheSettings settings, CommandContext context) => settings.Purge ?? SitePurgeRules.For(
        context.Files.RealPath(settings.ScratchBase) ?? settings.ScratchBase, SitePurgeRules.ClusterNames(context.Environment.Get));

    private static void WritePage(ScratchOverview overview, string file, CommandContext context)
    {
        var page = StatusPage.Render(overview, context.Environment.HostName, ProgramVersion.Text);
        if (file == "-")
        {
            context.OutBytes.Write(page);
            context.OutBytes.Flush();
            return;
        }

        var path = Path.GetFullPath(file, context.Environment.WorkingDirectory ?? "/");
        // Replacing what is no file would take a device's place, or a pipe's.
        if (context.Files.Facts(path) is { } facts && facts.Kind != EntryKind.File)
        {
            throw new ConfigException($"--html {Printable.Shorten(file)}: is there and is not a file; choose another name, or - for standard output");
        }

        AtomicFile.Write(path, page);
        context.Error.WriteLine($"ferry: {path}: {ByteText.Of(page.Length)}; open it in a browser");
    }

    private static void WriteText(CacheSettings settings, List<CacheState> states, FileSystemSpace? space, CommandContext context)
    {
        var table = new TextTable(
            ("Variable", false), ("Source", true), ("Scratch", true), ("Files", true), ("Last synced", true), ("Status", false), ("To move now", false));
        foreach (var state in states)
        {
            table.Add(
                state.Cache.Name,
                state.Source is { } source ? ByteText.Of(source.Bytes) : "-",
                state.Staged is { } staged ? ByteText.Of(staged.Bytes) : "-",
                (state.Staged ?? state.Source) is { } files ? $"{files.Files:N0}" : "-",
                state.SyncedAt is { } at ? SyncText.Age(context.Time.GetUtcNow() - at) : "never",
                Describe(state),
                Pending(state));
        }

        table.Write(context.Out);
        foreach (var state in states.Where(static state => state.Error is not null))
        {
            context.Error.WriteLine($"ferry: {state.Cache.Name}: {state.Error}");
        }

        var disabled = settings.Caches.Count - states.Count;
        context.Out.WriteLine();
        context.Out.WriteLine($"Scratch: {settings.CacheRootPath}, {ByteText.Of(states.Sum(static state => state.Staged?.Bytes ?? 0))} staged{Room(space)}"
            + (disabled > 0 ? $"; {SyncText.Count(disabled, "cache")} disabled" : ""));
    }

    private static string Room(FileSystemSpace? space) => space is not { } known
        ? " (does not exist yet)"
        : $", {ByteText.Of(known.FreeBytes)} of {ByteText.Of(known.TotalBytes)} free" + (known.FreeInodes is { } inodes ? $", {inodes:N0} inodes free" : "");

    private static string Describe(CacheState state) =>
        Describe(state.Condition, state)
        + (state.Problems > 0 ? $", {SyncText.Count(state.Problems, "file")} in conflict or unreadable" : "")
        + (state.ChangedOnTarget > 0 ? $", {state.ChangedOnTarget:N0} changed on scratch" : "");

    private static string Describe(CacheCondition condition, CacheState state) => condition switch
    {
        CacheCondition.Fresh => "fresh",
        CacheCondition.Stale => "stale",
        CacheCondition.Purged => $"purged: {(state.Missing > 0 ? SyncText.Count(state.Missing, "file") : "directories")} missing",
        CacheCondition.Unfinished => "unfinished sync",
        CacheCondition.NotSynced => "not synced",
        CacheCondition.SourceMissing => "source missing",
        _ => "disabled",
    };

    private static string Pending(CacheState state) => state.Pending switch
    {
        null => "-",
        { Files: 0, Updates: 0, Proofs: 0 } => "nothing",
        { Files: 0 } pending => $"{SyncText.Count(pending.Updates + pending.Proofs, "file")} to check",
        { } pending => $"{SyncText.Count(pending.Files, "file")}, {ByteText.Of(pending.Bytes)}",
    };
}
