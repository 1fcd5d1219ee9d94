using System.CommandLine;
using System.Text.Json;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Output;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry import</c>: turns the older tool's file into Ferry's.</summary>
internal static class ImportCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>The older file; null: where the older tool has it.</summary>
        public string? File { get; init; }

        public bool DryRun { get; init; }

        /// <summary>Replace an existing configuration.</summary>
        public bool Force { get; init; }

        /// <summary>Add to an existing configuration.</summary>
        public bool Merge { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(CommandContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "the older tool's file (default: ~/.euler-files.json)", Arity = ArgumentArity.ZeroOrOne };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "print the configuration, and write nothing" };
        var force = new Option<bool>("--force") { Description = "replace an existing configuration; it is kept as .bak" };
        var merge = new Option<bool>("--merge") { Description = "add to an existing configuration what it does not say; it is kept as .bak" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("import", "Turn the configuration of euler-files into ferry's. The older file stays as it is.")
        {
            Examples = ["ferry import --dry-run", "ferry import", "ferry import --merge ~/old/.euler-files.json"],
            ExitCodes = "0 written, or shown; 2 wrong usage, no such file or not a valid one, or there is a configuration and neither --force nor --merge",
        };
        command.Arguments.Add(file);
        foreach (var option in (ReadOnlySpan<Option>)[dryRun, force, merge, json])
            command.Options.Add(option);
        command.SetAction(parsed => Run(
            new Options
            {
                File = parsed.GetValue(file),
                DryRun = parsed.GetValue(dryRun),
                Force = parsed.GetValue(force),
                Merge = parsed.GetValue(merge),
                Json = parsed.GetValue(json),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        if (options is { Force: true, Merge: true })
            throw new ConfigException("--force and --merge exclude each other: replace the configuration, or add to it");
        var places = new ConfigFiles(context.Environment, context.Files);
        var from = options.File is { } given ? Path.GetFullPath(given, context.Environment.WorkingDirectory ?? "/") : places.OlderPath;
        var older = OlderDraft.TryRead(from) ?? throw new ConfigException($"{from}: does not exist; give the path of the older tool's file, or run 'ferry init'");
        var path = places.UserPath;
        var existing = ConfigText.TryReadAll(path);
        if (existing is not null && options is { Force: false, Merge: false })
            throw new ConfigException($"{path}: already exists; pass --merge to add to it, or --force to replace it (the old one is kept as .bak)");
        var notes = new List<string>(older.Notes);
        var text = existing is not null && options.Merge
            ? DraftMerge.Apply(path, existing, older.Draft, notes)
            : DraftText.Render(older.Draft);
        var isWritten = !options.DryRun && text != existing;
        if (isWritten)
            ConfigWriter.Write(path, text, overwrite: existing is not null);
        foreach (var note in notes)
            context.Error.WriteLine("ferry: " + note);
        if (options.Json)
            WriteJson(from, path, isWritten, text, notes, context.OutBytes);
        else if (options.DryRun)
            context.Out.Write(text);
        else
            context.Out.WriteLine(isWritten ? $"written: {path}\nnext: ferry config show" : $"{path}: nothing to change");
        return ExitCodes.Ok;
    }

    private static void WriteJson(string from, string path, bool isWritten, string text, List<string> notes, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("from"u8, from);
            json.WriteString("file"u8, path);
            json.WriteBoolean("written"u8, isWritten);
            json.WriteString("text"u8, text);
            json.WriteStartArray("notes"u8);
            foreach (var note in notes)
                json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }
}
