using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>The SDK's client, told to do nothing by itself: no second attempts, no configuration from elsewhere, no checksums that some servers refuse.</summary>
internal sealed class S3Connection : IDisposable
{
    private readonly HttpClient _http;
    private readonly AmazonS3Client _client;

    public S3Connection(S3StoreOptions options)
    {
        Options = options;
        _http = MakeHttp(options);
        _client = new AmazonS3Client(Credentials(options), Configuration(options, _http));
    }

    public S3StoreOptions Options { get; }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    /// <summary>Makes one request.</summary>
    /// <param name="verb">What it does, for the message of a failure: <c>read</c>, <c>write</c>.</param>
    /// <param name="key">The caller's key; empty for the whole store.</param>
    /// <param name="call">The request; ends when the token of the guard does.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="StoreException">Whatever went wrong, but for cancellation.</exception>
    public async Task<T> CallAsync<T>(
        string verb, string key, Func<IAmazonS3, StallGuard, Task<T>> call, CancellationToken cancellation)
    {
        using var guard = new StallGuard(Options.StallLimit, TimeProvider.System, cancellation);
        return await CallAsync(verb, key, call, guard, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes one request under a guard that outlives it.</summary>
    public async Task<T> CallAsync<T>(
        string verb, string key, Func<IAmazonS3, StallGuard, Task<T>> call, StallGuard guard, CancellationToken cancellation)
    {
        try
        {
            return await call(_client, guard).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not StoreException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Explain(e, verb, key, guard);
        }
    }

    /// <summary>What a failure of the SDK, of the network or of the guard means.</summary>
    public StoreException Explain(Exception failure, string verb, string key, StallGuard guard) => guard.HasStalled
        ? new StoreException(StoreError.Transient, S3Errors.Message(Options, verb, key, $"nothing moved for {guard.Limit.TotalSeconds:0.#} s"), failure)
        : S3Errors.Explain(failure, Options, verb, key);

    private static AWSCredentials Credentials(S3StoreOptions options) => options switch
    {
        { AccessKey: null } => new AnonymousAWSCredentials(),
        { SessionToken: { } token } => new SessionAWSCredentials(options.AccessKey, options.SecretKey, token),
        _ => new BasicAWSCredentials(options.AccessKey, options.SecretKey),
    };

    private static AmazonS3Config Configuration(S3StoreOptions options, HttpClient http)
    {
        var config = new AmazonS3Config
        {
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            IgnoreConfiguredEndpointUrls = true,
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 0,
            DisableClockSkewCorrection = true,
            // Checksums in trailers are refused by some servers; what is sent is guarded by the signature of its digest instead.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            DisableS3ExpressSessionAuth = true,
            DisableLogging = true,
            AllowAutoRedirect = false,
            BufferSize = 128 << 10,
            Timeout = Timeout.InfiniteTimeSpan,
            HttpClientFactory = new SharedHttp(http),
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.UseHttp = endpoint.Scheme == Uri.UriSchemeHttp;
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return config;
    }

    private static HttpClient MakeHttp(S3StoreOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.Connections,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (options.CertificateBundle is { } bundle)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPemFile(bundle);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        }

        return new HttpClient(new PlainRequests(handler, options.UserAgent)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Takes from requests what the SDK adds: its own name, and the expectation of leave to send a body. Some servers that refuse early do not read the body then, and
    /// take it for the next request.
    /// </summary>
    private sealed class PlainRequests(HttpMessageHandler inner, string userAgent) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.ExpectContinue = false;
            request.Headers.Remove("User-Agent");
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>One client for all requests, so that connections are used again.</summary>
    private sealed class SharedHttp(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
