using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Wizard.Prompts;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Where the fast storage is.</summary>
internal sealed class ScratchStep(CommandContext context, Prompter prompter)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        prompter.Title("Scratch: the fast storage that caches are staged to");
        if (draft.Scratch.Count > 1)
        {
            foreach (var path in draft.Scratch)
                prompter.Remark("  " + Describe(path));
            if (prompter.Confirm("Keep this list? The first that can be used is used.", proposal: true))
                return draft;
        }
        else
            prompter.Remark("  " + Describe(draft.Scratch[0]));
        while (true)
        {
            var answer = prompter.Line("Scratch directory", draft.Scratch[0], Refuse);
            if (Doubt(answer) is not { } doubt || prompter.Confirm($"{answer}: {doubt}. Use it all the same?", proposal: false))
                return draft with { Scratch = answer == draft.Scratch[0] && draft.Scratch.Count == 1 ? draft.Scratch : [answer] };
        }
    }

    private static string? Refuse(string answer) => answer.Length > 0 && answer[0] is '/' or '$' or '~'
        ? null
        : "It must be an absolute path, or begin with a variable such as $SCRATCH.";

    private string Describe(string path)
    {
        var shown = Printable.Shorten(path);
        if (Doubt(path) is { } doubt)
            return $"{shown}: {doubt}";
        var now = PathExpander.Expand(path, context.Environment, out _);
        return now == path ? $"{shown} exists and is writable" : $"{shown} is {Printable.Shorten(now!)}, which is writable";
    }

    private string? Doubt(string path)
    {
        var now = PathExpander.Expand(path, context.Environment, out var problem);
        if (now is null)
            return problem;
        problem = SettingsResolver.ExamineScratch(now, context.Files, out var mayBeMade);
        return mayBeMade ? null : problem;
    }
}
