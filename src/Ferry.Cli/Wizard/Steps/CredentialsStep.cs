using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Wizard.Prompts;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Whether files with credentials stay where they are.</summary>
internal sealed class CredentialsStep(Prompter prompter, ConfigDraft? said)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        var caches = new List<CacheDraft>(draft.Caches);
        foreach (var cache in draft.Caches)
        {
            if (!cache.Enabled || CachePresets.Find(cache.Name) is not { Credentials.Count: > 0 } preset)
                continue;
            var others = cache.Excludes.Where(e => !preset.Credentials.Contains(e)).ToList();
            var isKnown = said?.Caches.Any(c => c.Name == cache.Name) == true;
            prompter.Title($"Credentials in {cache.Name}");
            prompter.Say($"{string.Join(", ", preset.Credentials)}: {preset.CredentialsNote}.");
            var leave = prompter.Confirm("Leave them out of what is staged?", proposal: !isKnown || others.Count < cache.Excludes.Count);
            IReadOnlyList<string> excludes = leave ? [.. others, .. preset.Credentials] : others;
            if (!leave || !preset.Credentials.All(cache.Excludes.Contains))
                caches[caches.IndexOf(cache)] = cache with { Excludes = excludes };
        }
        return draft with { Caches = caches };
    }
}
