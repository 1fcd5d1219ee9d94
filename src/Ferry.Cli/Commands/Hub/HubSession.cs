using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Cli.Stores;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Pruning;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Cli.Commands.Hub;

/// <summary>
/// What the commands of <c>ferry hf</c> share: the configuration, the cache, the hub and the bucket, each looked up when it is first asked for. One command, one session.
/// </summary>
internal sealed class HubSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lazy<HubConfig> _config;
    private readonly Lazy<StorePlace> _place;
    private readonly Lazy<Setting<string>> _cache;
    private readonly Lazy<HubSite> _site;
    private IObjectStore? _store;

    /// <summary>Begins a session; nothing is read yet.</summary>
    public HubSession(CommandContext context, HubChoice choice)
    {
        (Context, Choice) = (context, choice);
        _config = new(LoadConfig);
        _place = new(() => StorePlace.Find(Config, context.Environment));
        _cache = new(() => HubCachePlace.Find(Config, context.Environment));
        _site = new(() => HubSite.Find(context.Environment));
    }

    public CommandContext Context { get; }

    public HubChoice Choice { get; }

    public CancellationToken Cancellation => Context.Cancellation.Token;

    /// <summary>What is configured.</summary>
    /// <exception cref="ConfigException">A source cannot be read, or says what it may not.</exception>
    public HubConfig Config => _config.Value;

    /// <summary>The hub's cache on this machine; it need not exist.</summary>
    public Setting<string> CacheDirectory => _cache.Value;

    /// <summary>The hub itself.</summary>
    public HubSite Site => _site.Value;

    /// <summary>The store that is configured.</summary>
    /// <exception cref="ConfigException">None is, or wrongly.</exception>
    public StorePlace Place => _place.Value;

    /// <summary>The keys of the team's part of the store.</summary>
    /// <exception cref="ConfigException">The prefix is none.</exception>
    public HubKeys Keys => HubKeys.TryCreate(Config.Prefix.Value, out var keys, out var reason)
        ? keys
        : throw new ConfigException($"{Config.Prefix.Origin.Where}: the prefix '{Printable.Shorten(Config.Prefix.Value)}' {reason}");

    /// <summary>When revisions were used.</summary>
    public HubAccessLog AccessLog => new(new StateFiles(Context.Environment).HubUses);

    /// <summary>Opens the bucket, which is closed with the session.</summary>
    /// <param name="retries">How long requests are tried again; null for as long as usual.</param>
    /// <exception cref="ConfigException">It is not configured, or wrongly.</exception>
    public HubBucket OpenBucket(RetryOptions? retries = null)
    {
        var (keys, place) = (Keys, Place);
        if (Choice.Verbosity > 0)
        {
            Tell($"store {place.Url}{(keys.Prefix.Length == 0 ? "" : " below " + keys.Prefix)} ({place.Origin.Where})"
                + $"{(place.Endpoint is null ? "" : $", endpoint {place.Endpoint} ({place.EndpointOrigin!.Where})")}{(place.Url.Kind == StoreKind.Directory ? "" : $", source={place.Credentials?.Source ?? "none"}")}");
        }

        _store ??= StoreOpener.Open(place, Context, Choice.Verbosity > 1 ? Tell : null, retries);
        return new HubBucket(_store, keys);
    }

    /// <summary>Reads the cache.</summary>
    public HubCache ReadCache()
    {
        if (Choice.Verbosity > 0)
        {
            Tell($"cache {CacheDirectory.Value} ({CacheDirectory.Origin.Where})");
        }

        return HubCacheReader.Read(CacheDirectory.Value, Cancellation);
    }

    /// <summary>Waits for what talks to a store; a command does so once.</summary>
    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>Opens the hub itself, which whoever asks closes.</summary>
    /// <returns>Null where it is not to be asked: HF_HUB_OFFLINE.</returns>
    /// <exception cref="ConfigException">A variable is wrong.</exception>
    public HubClient? OpenHub() => Site.IsOffline ? null : new HubClient(new HubClientOptions
    {
        Endpoint = Site.Endpoint, Token = Site.Token, UserAgent = "ferry/" + ProgramVersion.Text, StallLimit = Config.Timeout.Value, Time = Context.Time,
    });

    /// <summary>Where lines go while progress is shown below them; null for straight to standard error.</summary>
    public Action<string>? Screen { get; set; }

    /// <summary>A line on standard error; on any thread.</summary>
    public void Tell(string line)
    {
        lock (_lock)
        {
            (Screen ?? Context.Error.WriteLine).Invoke($"ferry: {line}");
        }
    }

    /// <summary>A line that <c>--quiet</c> leaves out.</summary>
    public void Note(string line)
    {
        if (!Choice.IsQuiet)
        {
            Tell(line);
        }
    }

    public void Dispose() => _store?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private HubConfig LoadConfig()
    {
        var environment = Context.Environment;
        if (Choice.ConfigFile is { } file)
        {
            return HubConfigLoader.LoadFile(environment, file);
        }

        var ours = ConfigLoader.Load(environment, Context.Files, new ConfigFlags());
        foreach (var note in ours.Notes)
        {
            Note(note);
        }

        return HubConfigLoader.Load(environment, Context.Files, ours);
    }
}
