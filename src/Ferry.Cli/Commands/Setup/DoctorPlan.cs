using Ferry.Cli.Config;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Discovery;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Commands;

/// <summary>Finds out what the doctor can look at: what the configuration names, or without a valid one what this machine has.</summary>
internal sealed class DoctorPlan(CommandContext context, ConfigFlags flags, TimeSpan limit)
{
    private static readonly DoctorPlace s_configuration = new("Configuration", null);

    /// <summary>What is wrong with the configuration; empty if nothing is.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>Whether the configuration cannot be used, whatever the state of the machine.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Reads the configuration as far as it can be read.</summary>
    /// <exception cref="ConfigException">A variable names no cache.</exception>
    public DoctorSubject Make(IReadOnlyList<string> variables)
    {
        // A search through scratch candidates may hang where one of them does.
        var config = Try(() => ConfigLoader.Load(context.Environment, context.Files, flags));
        var resolver = config is null ? null : new SettingsResolver(config, context.Environment, context.Files);
        var caches = resolver is null ? null : Try(resolver.ResolveCaches);
        var cacheRoot = resolver is null ? null : Try(resolver.ResolveCacheRoot);
        var scratch = resolver is null ? null : Try(resolver.ResolveScratch);
        return new DoctorSubject
        {
            Scratches = scratch is not null && cacheRoot is not null
                ? [new DoctorScratch(scratch, cacheRoot)]
                : [.. Candidates().Select(path => new DoctorScratch(path, cacheRoot ?? ".cache/ferry"))],
            Caches = caches is null ? [] : CacheChoice.Choose(caches, variables),
            Transfer = config?.ToTransferOptions() ?? new TransferOptions(),
            Purge = config?.Purge?.Value,
            Home = context.Environment.Home,
            UserName = context.Environment.UserName,
            Program = context.Environment.ProcessPath,
            Lookup = context.Environment.GetIfText,
            TimeLimit = limit,
        };
    }

    /// <summary>Existing directories that could be scratch; the last resort if there is none.</summary>
    private List<string> Candidates()
    {
        var candidates = ScratchLocator.Candidates(context.Environment.UserName, context.Environment.GetIfText);
        var existing = new List<string>();
        foreach (var candidate in candidates)
        {
            var isThere = false;
            if (!TimeLimit.TryRun(() => isThere = Directory.Exists(candidate.Path), limit, context.Cancellation.Token) || isThere)
            {
                existing.Add(Path.TrimEndingDirectorySeparator(candidate.Path));
            }
        }

        return existing.Count > 0 ? existing : [candidates[^1].Path];
    }

    private T? Try<T>(Func<T> read) where T : class
    {
        T? result = null;
        try
        {
            if (!TimeLimit.TryRun(() => result = read(), limit, context.Cancellation.Token))
            {
                Add("a directory that it names, or that holds it, did not answer", "no-answer");
                return null;
            }
        }
        catch (ConfigException e)
        {
            Add(e.Message, "invalid");
        }

        return result;
    }

    private void Add(string found, string value)
    {
        IsInvalid |= value == "invalid";
        Findings.Add(new Finding(s_configuration, "config", FindingSeverity.Problem, found, Value: value));
    }
}
