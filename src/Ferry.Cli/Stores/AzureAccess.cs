using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Stores.Azure;

namespace Ferry.Cli.Stores;

/// <summary>Which account a container of Azure is in, and what opens it: the variables of Microsoft's own tools.</summary>
internal static class AzureAccess
{
    private const string ConnectionVariable = "AZURE_STORAGE_CONNECTION_STRING";
    private const string AccountVariable = "AZURE_STORAGE_ACCOUNT";
    private const string KeyVariable = "AZURE_STORAGE_KEY";
    private const string SignatureVariable = "AZURE_STORAGE_SAS_TOKEN";
    private const string Source = "azure_env";

    /// <summary>Finds out.</summary>
    /// <exception cref="ConfigException">The account is not named, or secrets would go where the user did not say.</exception>
    public static StorePlace Find(StoreUrl url, ConfigOrigin origin, HubConfig config, IHostEnvironment environment)
    {
        if (HubEnvironment.Find(environment, ConnectionVariable) is { } connection)
        {
            return OfConnection(url, origin, connection, config.Endpoint);
        }

        var account = HubEnvironment.Find(environment, AccountVariable);
        var endpoint = config.Endpoint ?? (account is null ? null : new Setting<string>(HomeOf(account), account.Origin)) ?? throw new ConfigException(
            $"{origin.Where}: whose container {url} is was not said; set {ConnectionVariable}, or {AccountVariable} with {KeyVariable} or {SignatureVariable}");
        var address = StoreEndpoint.Parse(endpoint, mayHavePath: true);
        var credentials = Secret(environment, account?.Value ?? AccountOf(address));
        if (credentials is not null)
        {
            CheckMayHaveSecrets(endpoint.Origin, address, account);
        }

        return new StorePlace { Url = url, Origin = origin, Endpoint = address, EndpointOrigin = endpoint.Origin, Credentials = credentials };
    }

    /// <summary>How the container of a place is opened.</summary>
    /// <exception cref="ConfigException">The key or the connection string is none.</exception>
    public static AzureStoreOptions Options(StorePlace place)
    {
        var url = place.Url;
        try
        {
            return place.Credentials switch
            {
                { AccessKey: ConnectionVariable } whole => AzureStoreOptions.FromConnectionString(whole.Secret, url.Name) with { Prefix = url.Prefix },
                { SessionToken: { } signature } signed => Plain(place, signed.AccessKey) with { SharedAccessSignature = signature },
                { } keyed => Plain(place, keyed.AccessKey) with { AccountKey = Convert.FromBase64String(keyed.Secret) },
                null => Plain(place, AccountOf(place.Endpoint!)),
            };
        }
        catch (FormatException e)
        {
            throw new ConfigException(place.Credentials is { AccessKey: ConnectionVariable }
                ? $"{ConnectionVariable}: {e.Message}"
                : $"{KeyVariable}: is not base64: it was cut, or quoted wrongly");
        }
    }

    private static AzureStoreOptions Plain(StorePlace place, string account) =>
        new() { Endpoint = place.Endpoint!, Account = account, Container = place.Url.Name, Prefix = place.Url.Prefix };

    /// <summary>A connection string is a whole: its keys go to its own endpoint and to no other.</summary>
    private static StorePlace OfConnection(StoreUrl url, ConfigOrigin origin, Setting<string> connection, Setting<string>? endpoint)
    {
        var place = new StorePlace { Url = url, Origin = origin, Credentials = new StoreCredentials(Source, ConnectionVariable, connection.Value, null) };
        var own = Options(place).Endpoint;
        if (endpoint is not null && StoreEndpoint.Parse(endpoint, mayHavePath: true) != own)
        {
            throw new ConfigException($"{endpoint.Origin.Where}: another endpoint than that of {ConnectionVariable}; unset one of the two");
        }

        return place with { Endpoint = own, EndpointOrigin = connection.Origin };
    }

    private static StoreCredentials? Secret(IHostEnvironment environment, string account) =>
        HubEnvironment.Find(environment, KeyVariable) is { } key ? new StoreCredentials(Source, account, key.Value, null)
        : HubEnvironment.Find(environment, SignatureVariable) is { } signature ? new StoreCredentials(Source, account, "", signature.Value)
        : null;

    /// <summary>Signatures are sent as they are: not to an address that somebody else's checkout names, and not in the clear.</summary>
    private static void CheckMayHaveSecrets(ConfigOrigin origin, Uri address, Setting<string>? account)
    {
        if (origin.Level is ConfigLevel.Project or ConfigLevel.Older && (account is null || address != new Uri(HomeOf(account))))
        {
            throw new ConfigException(
                $"{origin.Where}: keys of the environment are not sent to an endpoint that only a project names; if you trust it, set FERRY_REMOTE_ENDPOINT={address}");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new ConfigException($"{origin.Where}: keys are not sent without encryption; did you mean 'https://{address.Authority}'?");
        }
    }

    private static string HomeOf(Setting<string> account) => account.Value.All(char.IsAsciiLetterOrDigit)
        ? $"https://{account.Value}.blob.core.windows.net"
        : throw new ConfigException($"{account.Origin.Where}: the name of an account has letters and digits only");

    // An emulator's address has the account as its path; others have it first in the host's name.
    private static string AccountOf(Uri endpoint) =>
        endpoint.AbsolutePath.Trim('/') is { Length: > 0 } path ? path.Split('/')[0] : endpoint.Host.Split('.')[0];
}
