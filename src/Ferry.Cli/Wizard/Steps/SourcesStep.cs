using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Wizard.Prompts;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Where the caches are kept.</summary>
internal sealed class SourcesStep(CommandContext context, Prompter prompter, ChoiceStep choice)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        var caches = new List<CacheDraft>(draft.Caches);
        var chosen = caches.FindAll(static c => c.Enabled);
        if (chosen.Count > 0)
            prompter.Title("Sources: where the caches are kept");
        foreach (var cache in chosen)
        {
            var proposal = cache.Source.Length > 0 ? cache.Source : choice.UsualSource(cache.Name);
            caches[caches.IndexOf(cache)] = cache with { Source = AskSource(cache.Name, proposal) };
        }
        return draft with { Caches = caches };
    }

    private string AskSource(string name, string proposal)
    {
        while (true)
        {
            var answer = prompter.Line(name, proposal, Refuse);
            var path = PathExpander.Expand(answer, context.Environment, out _)!;
            if (context.Files.Facts(path) is { IsDirectory: true } ||
                prompter.Confirm($"{answer} is not a directory now. Use it all the same?", proposal: false))
                return answer;
        }
    }

    private string? Refuse(string answer)
    {
        var path = PathExpander.Expand(answer, context.Environment, out var problem);
        return path is null ? $"That cannot be: {problem}." : path.StartsWith('/') ? null : "It must be an absolute path, or begin with ~/ or a variable.";
    }
}
