using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Wizard.Prompts;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Which of caches that contain each other are to be staged.</summary>
internal sealed class OverlapStep(CommandContext context, Prompter prompter)
{
    public ConfigDraft Ask(ConfigDraft draft)
    {
        var accepted = new HashSet<string>();
        while (Groups(draft).FirstOrDefault(g => !accepted.Contains(g.Outer)) is { } group)
        {
            var inner = string.Join(", ", group.Inner);
            prompter.Title("Overlap: one directory in another");
            prompter.Say($"{group.Outer} contains {inner}. Staged both, these files are copied twice, and programs see two copies of them.");
            var (leaveOuter, leaveInner) = ($"Stage {inner}, leave off {group.Outer}", $"Stage {group.Outer}, leave off {inner}");
            var answer = prompter.Choose(
                "What is to be staged?", [group.LeaveOuter ? leaveOuter : leaveInner, group.LeaveOuter ? leaveInner : leaveOuter, "Stage all of them"]);
            if (answer == 2)
            {
                accepted.Add(group.Outer);
                continue;
            }
            IReadOnlyList<string> left = (answer == 0) == group.LeaveOuter ? [group.Outer] : group.Inner;
            draft = draft with { Caches = [.. draft.Caches.Select(c => left.Contains(c.Name) ? c with { Enabled = false } : c)] };
        }
        return draft;
    }

    private IReadOnlyList<OverlapGroup> Groups(ConfigDraft draft)
    {
        var placed = new List<CacheDefinition>();
        foreach (var cache in draft.Caches)
        {
            if (cache.Enabled && PathExpander.Expand(cache.Source, context.Environment, out _) is { } path)
                placed.Add(new CacheDefinition(cache.Name, path));
        }
        return CacheOverlap.Groups(placed, context.Files.RealPath);
    }
}
