using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Wizard.Prompts;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>How files are moved: for those who want to say.</summary>
internal sealed class TransferStep(Prompter prompter)
{
    private static readonly (SettingName Name, string Question)[] s_questions =
    [
        (SettingName.Jobs, "Files in flight for one cache: a number, or auto"),
        (SettingName.ParallelCaches, "Caches moved at a time"),
        (SettingName.LockTimeout, "How long to wait for another job that moves the same cache, such as 5m"),
        (SettingName.FreshFor, "How long a staged cache is used without a look at its source, such as 1h; 0: never"),
        (SettingName.BandwidthLimit, "Most bytes read per second, such as 200MB; 0: no limit"),
        (SettingName.Timestamps, "Times of staged files: preserve the source's, or now where scratch is purged by age"),
    ];

    public ConfigDraft Ask(ConfigDraft draft)
    {
        prompter.Title("Advanced settings: concurrency, locks, freshness, bandwidth, times");
        if (!prompter.Confirm("Change any?", proposal: false))
            return draft;
        var transfer = new List<(SettingName Name, string Text)>(draft.Transfer);
        var builtIn = new FerryConfig([], [], []);
        foreach (var (name, question) in s_questions)
        {
            var known = draft.TransferText(name);
            var proposal = known ?? ConfigListing.Find(builtIn, name.Key)!.Value.Value;
            var answer = prompter.Line(question, proposal, text => Refuse(name, text));
            if (answer == proposal)
                continue;
            transfer.RemoveAll(setting => setting.Name == name);
            transfer.Add((name, answer));
        }
        return draft with { Transfer = transfer };
    }

    private static string? Refuse(SettingName name, string text)
    {
        try
        {
            ScalarSettings.Set(new ConfigLayer(), name, text, new ConfigOrigin(ConfigLevel.User, "That cannot be"));
            return null;
        }
        catch (ConfigException e)
        {
            return e.Message;
        }
    }
}
