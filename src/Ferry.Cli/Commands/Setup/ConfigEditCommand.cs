using System.CommandLine;
using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Editing;
using Ferry.Cli.Output;
using Ferry.Core.Processes;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry config edit</c>: opens the configuration in an editor and takes over what is valid.</summary>
internal static class ConfigEditCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new DocumentedCommand("edit", "Open your configuration in $VISUAL or $EDITOR; it is replaced only by a valid one.")
        {
            Examples = ["ferry config edit", "EDITOR='code --wait' ferry config edit"],
            ExitCodes = "0 done, or nothing was changed; 1 the editor failed; 2 not at a terminal, or the text was not valid and is dropped",
        };
        command.SetAction(_ => Run(context));
        return command;
    }

    internal static int Run(CommandContext context)
    {
        var file = new SettingsFile(new ConfigFiles(context.Environment, context.Files).UserPath, ConfigLevel.User);
        if (!context.IsInteractive)
            throw new ConfigException($"config edit needs a terminal; use 'ferry config set', or change {file.Path}");
        var old = file.Read();
        var directory = Directory.CreateTempSubdirectory("ferry-edit-").FullName;
        try
        {
            return Edit(file, old, directory + "/config.yaml", context);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static int Edit(SettingsFile file, string old, string copy, CommandContext context)
    {
        File.WriteAllText(copy, old);
        while (true)
        {
            if (RunEditor(copy, context) is not 0 and var code)
            {
                context.Error.WriteLine($"ferry: the editor ended with exit code {code}; {file.Path} is unchanged");
                return ExitCodes.Failure;
            }
            try
            {
                return Take(file, old, copy, context);
            }
            catch (ConfigException e)
            {
                context.Error.WriteLine("ferry: " + e.Message);
                if (Question.Confirm(context, "Edit again? Otherwise the change is dropped.", byDefault: true))
                    continue;
                context.Error.WriteLine($"ferry: {file.Path} is unchanged");
                return ExitCodes.Usage;
            }
        }
    }

    private static int Take(SettingsFile file, string old, string copy, CommandContext context)
    {
        using var edited = ConfigText.TryOpen(copy) ?? throw new ConfigException($"{copy}: the editor removed it");
        var text = Encoding.UTF8.GetString(ConfigText.Read(edited, file.Path).Span);
        if (text == old)
        {
            context.Error.WriteLine($"ferry: nothing was changed in {file.Path}");
            return ExitCodes.Ok;
        }
        file.Check(text);
        if (file.Read() != old)
            throw new ConfigException($"{file.Path}: was changed by somebody else meanwhile");
        ConfigWriter.Update(file.Path, text);
        context.Error.WriteLine($"ferry: {file.Path} is replaced");
        return ExitCodes.Ok;
    }

    private static int RunEditor(string copy, CommandContext context)
    {
        var editor = Variable("VISUAL") ?? Variable("EDITOR") ?? "vi";
        // A program and its options, as everybody writes it; no shell sees it.
        var words = editor.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return context.Processes.RunOnTerminal(words[0], [.. words[1..], copy]);
        }
        catch (ToolNotFoundException)
        {
            throw new ConfigException($"the editor '{words[0]}' is not installed; set EDITOR to one that is");
        }

        string? Variable(string name) => context.Environment.Get(name) is { } value && value.AsSpan().Trim().Length > 0 ? value : null;
    }
}
