using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Commands;

/// <summary>The options that set for one run what the configuration sets for all: one for each <see cref="SettingName"/>.</summary>
internal sealed class SettingOptions
{
    private static readonly (SettingName Name, string HelpName, string Description)[] s_all =
    [
        (SettingName.Scratch, "DIR", "stage to this directory"),
        (SettingName.CacheRoot, "PATH", "where below scratch the caches lie"),
        (SettingName.Jobs, "N", "files in flight per cache, or auto"),
        (SettingName.ParallelCaches, "N", "caches moved at a time"),
        (SettingName.Engine, "ENGINE", "native or rsync"),
        (SettingName.BandwidthLimit, "SIZE", "most bytes read per second, such as 200MB; 0 for no limit"),
        (SettingName.FreshFor, "TIME", "how long a synced cache is not compared again, such as 30m; 0 to compare always"),
        (SettingName.LockTimeout, "TIME", "how long to wait for another sync of the same cache"),
        (SettingName.Timestamps, "WHICH", "preserve the source's times, or now"),
    ];

    private readonly Option<string?>[] _options = Array.ConvertAll(
        s_all, static setting => new Option<string?>(setting.Name.Flag) { HelpName = setting.HelpName, Description = setting.Description });

    /// <summary>Adds them to a command, after its own.</summary>
    public void AddTo(Command command) => Array.ForEach(_options, command.Options.Add);

    /// <summary>What was given.</summary>
    public ConfigFlags Read(ParseResult parsed)
    {
        var flags = new ConfigFlags();
        for (var i = 0; i < _options.Length; i++)
        {
            flags.With(s_all[i].Name, parsed.GetValue(_options[i]));
        }

        return flags;
    }
}
