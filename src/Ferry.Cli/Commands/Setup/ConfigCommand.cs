using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Keys;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry config</c>: what looks at the configuration; what changes it has files of its own.</summary>
internal static class ConfigCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var show = new DocumentedCommand("show", "Print every setting, its value and where it comes from.")
        {
            Examples = ["ferry config show", "ferry config show --json"],
            ExitCodes = "0 ok; 2 the configuration is not valid",
        };
        show.Options.Add(json);
        show.SetAction(parsed => Show(parsed.GetValue(json), context));
        var path = new DocumentedCommand("path", "Print the path of the user's configuration file, whether it exists or not.")
        {
            Examples = ["$EDITOR \"$(ferry config path)\""],
            ExitCodes = "0 ok",
        };
        path.SetAction(_ => PrintPath(context));
        var schema = new DocumentedCommand("schema", "Print a JSON Schema of config.yaml and ferry.yaml, for editors that check as you type.")
        {
            Examples = ["ferry config schema > ferry.schema.json"],
            ExitCodes = "0 ok",
        };
        schema.SetAction(_ => PrintSchema(context));
        var command = new DocumentedCommand("config", "Look at the configuration, and change it.")
        {
            Examples = ["ferry config show", "ferry config set transfer.jobs 8", "ferry config edit"],
        };
        foreach (var child in (ReadOnlySpan<Command>)[show, path, ConfigSetCommand.Create(context), ConfigEditCommand.Create(context), schema])
            command.Subcommands.Add(child);
        return command;
    }

    internal static int Show(bool json, CommandContext context)
    {
        var config = ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());
        foreach (var note in config.Notes)
            context.Error.WriteLine("ferry: " + note);
        if (json)
            ConfigListing.WriteJson(config, context.OutBytes);
        else
            ConfigListing.WriteText(config, context.Out);
        return 0;
    }

    internal static int PrintSchema(CommandContext context)
    {
        ConfigSchema.Write(context.OutBytes);
        return 0;
    }

    internal static int PrintPath(CommandContext context)
    {
        context.Out.WriteLine(new ConfigFiles(context.Environment, context.Files).UserPath);
        return 0;
    }
}
