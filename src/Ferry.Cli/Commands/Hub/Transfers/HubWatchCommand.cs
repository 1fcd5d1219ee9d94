using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Watch;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf watch</c>: pushes what comes into the cache, when it has come to rest.</summary>
internal static class HubWatchCommand
{
    private const double MostSeconds = 86_400;

    /// <summary>What the command line says.</summary>
    internal sealed record Options(string? Debounce = null, int? Workers = null, bool Polls = false);

    public static Command Create(CommandContext context, HubOptions options)
    {
        var debounce = new Option<string?>("--debounce") { Description = "seconds without a change before a push (default: 30)", HelpName = "FLOAT" };
        var workers = WorkersOption.Create("contents sent at a time");
        var poll = new Option<bool>("--poll") { Description = "look from time to time, rather than be told by the system" };
        var command = new DocumentedCommand("watch", "Push what comes into the cache, when it has come to rest, until it is ended.")
        {
            Examples = ["ferry hf watch", "ferry hf watch --debounce 120 --workers 4"],
            ExitCodes = "1 the cache cannot be watched, or somebody else does; 2 wrong usage or configuration; 130, 143 ended by a signal, as is usual",
        };
        foreach (var option in (ReadOnlySpan<Option>)[debounce, workers, poll])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed), new Options(parsed.GetValue(debounce), parsed.GetValue(workers), parsed.GetValue(poll)), context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var directory = session.CacheDirectory.Value;
        var state = new StateFiles(context.Environment).Directory;
        // A store that cannot be opened is told now rather than after the first change.
        _ = session.OpenBucket();
        PrivateDirectory.EnsureOwn(state);
        Directory.CreateDirectory(directory);
        var watch = new HubWatch(
            new WatchOptions { CacheDirectory = directory, LockPath = LockOf(directory, state), Debounce = ReadDebounce(options.Debounce), AlwaysPoll = options.Polls },
            _ => Task.FromResult(HubPushCommand.Push(session, new HubPushCommand.Options { Workers = options.Workers }).IsGood),
            new Observer(session),
            context.Time);
        try
        {
            HubSession.Wait(RunAsync(watch, session.Cancellation));
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException("what was being sent is sent again by the next push");
        }

        return ExitCodes.Ok;
    }

    private static async Task<bool> RunAsync(HubWatch watch, CancellationToken cancellation)
    {
        await watch.RunAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Not within the cache: its clients take every name there for a repository's.</summary>
    private static string LockOf(string directory, string state)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(PathFacts.RealPath(directory) ?? directory));
        return Path.Join(state, $"hub-watch-{Convert.ToHexStringLower(digest.AsSpan(0, 8))}.lock");
    }

    private static TimeSpan ReadDebounce(string? text) => text is null ? new WatchOptions { CacheDirectory = "", LockPath = "" }.Debounce
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ConfigException($"--debounce must be a number of seconds such as 30 or 0.5, not '{Printable.Shorten(text)}'");

    private sealed class Observer(HubSession session) : IWatchObserver
    {
        public void OnWatching(string? pollReason) =>
            session.Note($"watching {session.CacheDirectory.Value}{(pollReason is null ? "" : $" by looking from time to time: {pollReason}")}; Ctrl-C ends it");

        public void OnPush()
        {
            // The push tells of itself.
        }

        public void OnPushFailed(string? reason, TimeSpan pause) => session.Tell($"{(reason is null ? "" : reason + "; ")}trying again in {SyncText.Seconds(pause)}");
    }
}
