using Ferry.Cli.Commands.Hub;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Push;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>Tells people on standard error how a push or a pull fares: progress while it lasts, lines that stay above it.</summary>
internal sealed class HubTransferReporter : IPushObserver, IPullObserver, IDisposable
{
    // As many of a kind as a screen has room for beside what else is on it.
    private const int MaxLines = 20;

    // The longest word that a line begins with.
    private const int Width = 8;

    private readonly HubSession _session;
    private readonly ProgressDisplay _display;

    /// <param name="session">Whose choices count, and whose lines go above the progress from here on.</param>
    /// <param name="name">What is done: <c>push</c>.</param>
    public HubTransferReporter(HubSession session, string name)
    {
        _session = session;
        _display = new ProgressDisplay(session.Context, isVisible: !session.Choice.IsQuiet);
        _display.Add(name.PadRight(Width), Progress);
        session.Screen = _display.WriteLine;
    }

    /// <summary>The counters that are shown.</summary>
    public TransferProgress Progress { get; } = new();

    public void OnSent(BlobName blob, string path, long bytes, bool isRepair) => Detail(isRepair ? "repaired" : "sent", $"{ByteText.Of(bytes),10}  {path}");

    public void OnManifest(RepoId repo, Revision revision) => Detail("manifest", $"{repo}@{HubText.Short(revision)}");

    public void OnRef(RepoId repo, RefName name, Revision revision) => Detail("ref", $"{repo} {name} -> {HubText.Short(revision)}");

    public void OnPlanned(PullPlan plan) => Detail("pull", $"{plan.Found.Manifest.Repo}@{HubText.Short(plan.Found.Manifest.Revision)} from {plan.Found.Place}");

    public void OnProblem(PullProblem problem)
    {
        // The report has them all.
    }

    public void OnFallback(string reason) => Shout("note", $"{reason}; asking the hub instead");

    /// <summary>A line that <c>--quiet</c> leaves out.</summary>
    public void Say(string word, string text)
    {
        if (!_session.Choice.IsQuiet)
        {
            Shout(word, text);
        }
    }

    /// <summary>A line that is always there.</summary>
    public void Shout(string word, string text) => _display.WriteLine($"{word.PadRight(Width)}  {text}");

    /// <summary>Lines that are always there: all with <c>--verbose</c>, else the first.</summary>
    public void ShoutAll(string word, IReadOnlyList<string> texts)
    {
        var shown = _session.Choice.Verbosity > 0 ? texts.Count : Math.Min(texts.Count, MaxLines);
        for (var i = 0; i < shown; i++)
        {
            Shout(word, texts[i]);
        }

        if (shown < texts.Count)
        {
            Shout("", $"... and {texts.Count - shown:N0} more; --verbose names them all");
        }
    }

    public void Dispose()
    {
        _session.Screen = null;
        _display.Dispose();
    }

    private void Detail(string word, string text)
    {
        if (_session.Choice.Verbosity > 0)
        {
            Shout(word, text);
        }
    }
}
