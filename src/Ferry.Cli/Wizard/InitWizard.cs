using Ferry.Cli.Commands;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Output;
using Ferry.Cli.Wizard.Prompts;
using Spectre.Console;

namespace Ferry.Cli.Wizard;

/// <summary><c>ferry init</c> on a terminal: asks, and writes what the user wants.</summary>
internal static class InitWizard
{
    /// <summary>Runs it on the process's own terminal.</summary>
    public static int Run(CommandContext context, MeasureTree measure, string path, bool replace) =>
        Run(context, measure, path, replace, TerminalConsole.Create(context));

    /// <summary>Runs it.</summary>
    /// <param name="context">The world.</param>
    /// <param name="measure">Counts a tree.</param>
    /// <param name="path">The user's configuration file.</param>
    /// <param name="replace">Whether one that exists is replaced rather than changed.</param>
    /// <param name="console">Where questions are asked.</param>
    /// <returns>The exit code: 1 if the user did not want anything to be written.</returns>
    /// <exception cref="OperationCanceledException">A signal ended it.</exception>
    /// <exception cref="ConfigException">The existing file is not valid, or cannot be written.</exception>
    public static int Run(CommandContext context, MeasureTree measure, string path, bool replace, IAnsiConsole console)
    {
        var file = SetupFile.Read(path, replace);
        var prompter = new Prompter(console, context.Cancellation.Token);
        try
        {
            prompter.Say(file.Said is null ? $"This makes {path}." : $"This changes {path}; what it says is proposed.");
            prompter.Remark("Enter: take what is proposed   Tab: edit it   Esc: back   Ctrl-C: end. Nothing is written before you say so.");
            var draft = new SetupWizard(context, prompter, measure, file).Run(file.Said ?? Proposal(context, path, prompter));
            return draft is null ? Leave(context) : Finish(context, file, draft, replace);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            context.Error.WriteLine();
            throw new InterruptedException("nothing was written");
        }
        finally
        {
            console.Cursor.Show(true);
        }
    }

    private static ConfigDraft Proposal(CommandContext context, string path, Prompter prompter)
    {
        var places = new ConfigFiles(context.Environment, context.Files);
        if (!File.Exists(path) && OlderDraft.TryRead(places.OlderPath) is { } older)
        {
            prompter.Say($"What {places.OlderPath} says is proposed.");
            return older.Draft;
        }
        return new ConfigDraft { Scratch = [CacheFinder.Scratch(context)] };
    }

    private static int Leave(CommandContext context)
    {
        context.Error.WriteLine("ferry: nothing was written");
        return ExitCodes.Failure;
    }

    private static int Finish(CommandContext context, SetupFile file, ConfigDraft draft, bool replace)
    {
        if (file.With(draft) == file.Text)
        {
            context.Error.WriteLine($"ferry: {file.Path}: nothing to change");
            return ExitCodes.Ok;
        }
        file.Write(draft, replace);
        new InitReport(context.Error).NextSteps(file.Path, draft.Caches.Count, context.Environment);
        return ExitCodes.Ok;
    }
}
