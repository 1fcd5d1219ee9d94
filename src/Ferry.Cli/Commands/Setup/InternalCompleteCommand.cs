using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Editing;
using Ferry.Cli.Shell.Completion;

namespace Ferry.Cli.Commands;

/// <summary>
/// The hidden <c>ferry internal-complete</c>: prints what the configuration knows, a word per line. Completion scripts call it while somebody
/// types: what is wrong with the configuration is not said here.
/// </summary>
internal static class InternalCompleteCommand
{
    public static Command Create(CommandContext context)
    {
        var what = new Argument<string>("what");
        var command = new Command(CompletionScript.Ask) { Hidden = true };
        command.Arguments.Add(what);
        command.SetAction(parsed => Run(parsed.GetValue(what)!, context));
        return command;
    }

    internal static int Run(string what, CommandContext context)
    {
        try
        {
            var config = ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());
            var caches = config.Caches.ConvertAll(static cache => cache.Name);
            var words = what switch
            {
                CompletionScript.Variables => caches,
                CompletionScript.Keys => SettingPath.NamesOfAll(caches),
                _ => [],
            };
            words.ForEach(context.Out.WriteLine);
        }
        catch (ConfigException)
        {
            // Nothing is known.
        }
        return 0;
    }
}
