using Ferry.Cli.Config;
using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Wizard.Prompts;
using Ferry.Cli.Wizard.Steps;

namespace Ferry.Cli.Wizard;

/// <summary>Makes a draft of a configuration by asking. Nothing is written, and every question can be gone back to.</summary>
internal sealed class SetupWizard
{
    /// <summary>Asks. What was answered before is the proposal when it is asked again.</summary>
    private delegate ConfigDraft Step(ConfigDraft draft);

    private readonly Prompter _prompter;
    private readonly List<Step> _steps;

    /// <param name="context">The world.</param>
    /// <param name="prompter">Asks.</param>
    /// <param name="measure">Counts a tree.</param>
    /// <param name="file">The file that the draft is for.</param>
    public SetupWizard(CommandContext context, Prompter prompter, MeasureTree measure, SetupFile file)
    {
        _prompter = prompter;
        var scratch = new ScratchStep(context, prompter);
        var choice = new ChoiceStep(context, prompter, measure, file.Said);
        var own = new OwnVariablesStep(context, prompter);
        var sources = new SourcesStep(context, prompter, choice);
        var overlaps = new OverlapStep(context, prompter);
        var credentials = new CredentialsStep(prompter, file.Said);
        var transfer = new TransferStep(prompter);
        var review = new ReviewStep(prompter, file);
        _steps = [scratch.Ask, choice.Ask, own.Ask, sources.Ask, overlaps.Ask, credentials.Ask, transfer.Ask, review.Ask];
    }

    /// <summary>Asks everything.</summary>
    /// <param name="draft">What is proposed.</param>
    /// <returns>The draft that the user wants to be written; null: none.</returns>
    /// <exception cref="OperationCanceledException">A signal ended it.</exception>
    public ConfigDraft? Run(ConfigDraft draft)
    {
        var asked = new Stack<int>();
        for (var step = 0; step < _steps.Count;)
        {
            var before = _prompter.Asked;
            try
            {
                draft = _steps[step](draft);
                if (_prompter.Asked > before)
                    asked.Push(step);
                step++;
            }
            catch (BackException)
            {
                // From a later question of a step back to its first; from the first to the step before.
                if (_prompter.Asked > before + 1)
                    continue;
                if (asked.Count == 0)
                    return null;
                step = asked.Pop();
            }
            catch (QuitException)
            {
                return null;
            }
        }
        return draft;
    }
}
