using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Core.Storage;
using Ferry.Stores.Azure;
using Ferry.Stores.S3;

namespace Ferry.Cli.Stores;

/// <summary>Opens the store that is configured, with what no store does by itself around it.</summary>
internal static class StoreOpener
{
    // Calls on a directory hold a thread each while a file server thinks; one more for whoever waits, and some for what goes on beside.
    private const int MoreThreads = 8;

    /// <summary>Opens it. Nothing is asked of it yet.</summary>
    /// <param name="place">Which.</param>
    /// <param name="context">The clock and the environment.</param>
    /// <param name="trace">Takes a line for each request; null for none.</param>
    /// <param name="retries">How long requests are tried again; null for as long as usual.</param>
    /// <exception cref="ConfigException">It cannot be opened as configured.</exception>
    /// <exception cref="IOException">The bundle of certificates cannot be read.</exception>
    public static IObjectStore Open(StorePlace place, CommandContext context, Action<string>? trace, RetryOptions? retries = null)
    {
        var store = OpenPlain(place, context);
        if (trace is not null)
        {
            // Below the retries, so that each attempt has its line.
            store = new TracedStore(store, trace, context.Time);
        }

        return new RetryingStore(store, retries ?? new RetryOptions(), context.Time);
    }

    private static IObjectStore OpenPlain(StorePlace place, CommandContext context) => place.Url.Kind switch
    {
        StoreKind.S3 => OpenS3(place, context.Environment),
        StoreKind.Azure => OpenAzure(place, context),
        _ => OpenDirectory(place, context),
    };

    private static S3Store OpenS3(StorePlace place, IHostEnvironment environment)
    {
        if (place.Credentials is not { } keys)
        {
            throw new ConfigException(
                $"{place.Url}: no keys found; set B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        }

        return new S3Store(new S3StoreOptions
        {
            Bucket = place.Url.Name,
            Prefix = place.Url.Prefix.Length == 0 ? "" : place.Url.Prefix + "/",
            Endpoint = place.Endpoint,
            Region = place.Region!,
            AccessKey = keys.AccessKey,
            SecretKey = keys.Secret,
            SessionToken = keys.SessionToken,
            CertificateBundle = environment.Get("AWS_CA_BUNDLE") is { Length: > 0 } bundle ? bundle : null,
            UserAgent = UserAgent,
            StallLimit = place.Timeout,
        });
    }

    private static AzureStore OpenAzure(StorePlace place, CommandContext context) => new(AzureAccess.Options(place) with { UserAgent = UserAgent, Time = context.Time, StallLimit = place.Timeout });

    private static LocalDirectoryStore OpenDirectory(StorePlace place, CommandContext context)
    {
        var store = new LocalDirectoryStore(place.Url.Name, Environment.ProcessorCount, context.Time);
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, store.Facts.Requests + MoreThreads), completions);
        return store;
    }

    private static string UserAgent => "ferry/" + ProgramVersion.Text;
}
