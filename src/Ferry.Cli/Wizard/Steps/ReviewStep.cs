using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Wizard.Prompts;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Shows what would be written and asks whether it is to be.</summary>
internal sealed class ReviewStep(Prompter prompter, SetupFile file)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        var text = file.With(draft);
        if (text == file.Text)
            return draft;
        prompter.Title(file.Text is null ? $"{file.Path} would be" : $"{file.Path} would change");
        prompter.Say("");
        prompter.Show(file.Text is null ? text.TrimEnd('\n').Split('\n').Select(static line => (' ', line)) : LineDiff.Between(file.Text, text));
        prompter.Say("");
        return prompter.Choose("Write it?", ["Write it", "Go back", "Quit, and write nothing"]) switch
        {
            0 => draft,
            1 => throw new BackException(),
            _ => throw new QuitException(),
        };
    }
}
