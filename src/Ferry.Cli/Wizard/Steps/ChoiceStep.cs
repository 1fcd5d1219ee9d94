using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Wizard.Prompts;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Wizard.Steps;

/// <summary>Which of the known caches are to be staged.</summary>
/// <param name="context">The world.</param>
/// <param name="prompter">Asks.</param>
/// <param name="measure">Counts a tree.</param>
/// <param name="said">What the file says already; null: there is none.</param>
internal sealed class ChoiceStep(CommandContext context, Prompter prompter, MeasureTree measure, ConfigDraft? said)
{
    // Columns, of which fewer have no room for descriptions.
    private const int Narrow = 60;

    private readonly Dictionary<string, SizeEstimate> _sizes = [];
    private List<CacheCandidate>? _candidates;
    private bool _isAnswered;

    /// <summary>Where a cache was found, or is usually; as a file has it. Empty when nothing says where.</summary>
    public string UsualSource(string name) =>
        _candidates?.Find(c => c.Name == name) is { Source.Length: > 0 } known ? DraftText.Path(known.Source, context.Environment.Home) : "";

    public ConfigDraft Ask(ConfigDraft draft)
    {
        _candidates ??= Look();
        // Variables of the user's own can be switched, too.
        var candidates = new List<CacheCandidate>(_candidates);
        foreach (var cache in draft.Caches)
        {
            if (!candidates.Exists(c => c.Name == cache.Name))
                candidates.Add(new CacheCandidate(cache.Name, cache.Source, null, IsFound: false));
        }
        var proposed = !_isAnswered && draft.Caches.Count == 0 ? Advised() : [.. draft.Caches.Where(c => c.Enabled).Select(c => c.Name)];
        var width = candidates.Max(static c => c.Name.Length);
        var chosen = prompter.ChooseSeveral(
            "Which caches are to be staged?", candidates.ConvertAll(c => (Label(c, width), proposed.Contains(c.Name))));
        _isAnswered = true;
        var names = chosen.Select(i => candidates[i].Name).ToHashSet();
        prompter.Say(names.Count == 0 ? "No caches." : $"Chosen: {string.Join(", ", names)}");
        return draft with { Caches = Switched(draft, candidates, names) };
    }

    private List<CacheDraft> Switched(ConfigDraft draft, List<CacheCandidate> candidates, HashSet<string> names)
    {
        var caches = new List<CacheDraft>();
        foreach (var cache in draft.Caches)
        {
            // What the file has is switched off, and not forgotten.
            if (names.Contains(cache.Name) || said?.Caches.Any(c => c.Name == cache.Name) == true)
                caches.Add(cache with { Enabled = names.Contains(cache.Name) });
        }
        foreach (var candidate in candidates)
        {
            if (names.Contains(candidate.Name) && !caches.Exists(c => c.Name == candidate.Name))
                caches.Add(new CacheDraft(candidate.Name, UsualSource(candidate.Name)) { Comment = candidate.Preset?.Description ?? "" });
        }
        return caches;
    }

    private HashSet<string> Advised()
    {
        var found = _candidates!.Where(static c => c.IsFound).Select(static c => new CacheDefinition(c.Name, c.Source));
        return [.. CacheOverlap.Decide(found, context.Files.RealPath).Enabled];
    }

    private List<CacheCandidate> Look()
    {
        var candidates = CacheFinder.Find(context.Environment);
        var found = candidates.FindAll(static c => c.IsFound);
        prompter.Title("Caches: what is found on this machine");
        if (found.Count == 0)
            prompter.Say("No known cache is there yet.");
        else
            prompter.Remark("Measuring; any key ends that.");
        using var probe = new SizeProbe(measure, context.Time, context.Cancellation.Token);
        foreach (var candidate in found)
        {
            var size = probe.Measure(candidate.Source, prompter.TakeKey);
            _sizes[candidate.Name] = size;
            var place = Printable.Shorten(DraftText.Path(candidate.Source, context.Environment.Home));
            prompter.Say(prompter.Width < Narrow ? $"  {candidate.Name} {Size(size)}" : $"  {candidate.Name,-24} {Size(size),12}  {place}");
        }
        return candidates;
    }

    private string Label(CacheCandidate candidate, int width)
    {
        var size = candidate.IsFound ? Size(_sizes[candidate.Name]) : candidate.Preset is null ? "configured" : "not found";
        return prompter.Width < Narrow ? $"{candidate.Name} {size}" : $"{candidate.Name.PadRight(width)} {size,12}  {candidate.Preset?.Description}";
    }

    private static string Size(SizeEstimate size) =>
        size.IsComplete ? ByteText.Of(size.Bytes) : size.Files == 0 ? "not measured" : $"over {ByteText.Of(size.Bytes)}";
}
