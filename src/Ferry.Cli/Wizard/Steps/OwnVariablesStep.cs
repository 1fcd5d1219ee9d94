using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Wizard.Prompts;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Variables that Ferry does not know of.</summary>
internal sealed class OwnVariablesStep(CommandContext context, Prompter prompter)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        while (true)
        {
            var name = prompter.Line("Another variable that names a directory to stage? (Enter: none)", "", text => Refuse(draft, text));
            if (name.Length == 0)
                return draft;
            draft = draft with { Caches = With(draft.Caches, name) };
        }
    }

    private List<CacheDraft> With(IReadOnlyList<CacheDraft> caches, string name)
    {
        if (caches.Any(c => c.Name == name))
            return [.. caches.Select(c => c.Name == name ? c with { Enabled = true } : c)];
        var path = StagedVariable.SourceOf(name, context.Environment.Get(name));
        var source = path is not null && path.StartsWith('/') ? DraftText.Path(path, context.Environment.Home) : "";
        return [.. caches, new CacheDraft(name, source) { Comment = CachePresets.Find(name)?.Description ?? "" }];
    }

    private static string? Refuse(ConfigDraft draft, string name)
    {
        if (name.Length == 0)
            return null;
        var shown = Printable.Shorten(name);
        return !VariableName.IsValid(name) ? $"{shown} is not the name of a variable: letters, digits and _, no digit first."
            : VariableName.IsReserved(name) ? $"{shown} belongs to the shell or the linker; it cannot name a cache."
            : draft.Caches.Any(c => c.Name == name && c.Enabled) ? $"{shown} is chosen already."
            : null;
    }
}
