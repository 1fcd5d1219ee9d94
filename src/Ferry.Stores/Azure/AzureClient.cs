using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>Addresses, authorizes and sends requests, and says what went wrong. Thread-safe.</summary>
internal sealed class AzureClient : IDisposable
{
    // The first that has large blocks and escapes what XML cannot hold in listings.
    private const string ServiceVersion = "2021-12-02";

    private readonly AzureStoreOptions _options;
    private readonly HttpClient _http;
    private readonly SharedKeySigner? _signer;
    private readonly string? _signature;

    public AzureClient(AzureStoreOptions options)
    {
        _options = options;
        _signature = options.SharedAccessSignature?.TrimStart('?');
        _signer = options.AccountKey is { } key ? new SharedKeySigner(options.Account, key) : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.StallLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and waits for the head of the answer.</summary>
    /// <exception cref="StoreException">The service was not reached, or broke off.</exception>
    /// <exception cref="IOException">What was to be sent could not be read.</exception>
    public async Task<AzureAnswer> SendAsync(AzureRequest request, string place, CancellationToken cancellation)
    {
        var guard = new StallGuard(_options.StallLimit, _options.Time, cancellation);
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request);
            if (request.Content is PartContent part) part.Moved = guard.Restart;
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, guard.Token).ConfigureAwait(false);
            guard.Restart();
            var failure = response.IsSuccessStatusCode
                ? null
                : await AzureFailure.ReadAsync(response, _options.Time.GetUtcNow(), guard.Token).ConfigureAwait(false);
            guard.Pause();
            return new AzureAnswer(response, guard, failure);
        }
        catch (Exception e)
        {
            response?.Dispose();
            using (guard)
            {
                if (request.Content is PartContent { SourceFailure: { } cause }) ExceptionDispatchInfo.Throw(cause);
                if (Explain(e, guard, place) is { } explained) throw explained;
            }
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>What to throw for a failure that the service answered.</summary>
    public StoreException Exception(AzureFailure failure, string place) =>
        AzureErrors.ToException(failure, place, _signature, _signer is not null, _options.Time.GetUtcNow());

    /// <summary>What to throw for a failure of the network; null if it is none.</summary>
    public static StoreException? Explain(Exception e, StallGuard guard, string place) => e switch
    {
        StoreException => null,
        OperationCanceledException when guard.HasStalled =>
            new StoreException(StoreError.Transient, $"{place}: not a byte moved for {guard.Limit.TotalSeconds:0} seconds", e),
        HttpRequestException { InnerException: AuthenticationException } =>
            new StoreException(StoreError.Invalid, $"{place}: the server's certificate is not accepted: {Line(e.InnerException.Message)}", e),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            new StoreException(StoreError.Transient, $"{place}: {Line(e.Message)}: is the account's name right?", e),
        HttpRequestException or IOException => new StoreException(StoreError.Transient, $"{place}: {Line(Innermost(e).Message)}", e),
        _ => null,
    };

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Message(AzureRequest request)
    {
        var path = AzureRequest.EscapedPath(_options.Endpoint.AbsolutePath, _options.Container, request.Key);
        var query = AzureRequest.EscapedQuery(request.Query);
        var full = (query, _signer is null ? _signature : null) switch
        {
            ("", null or "") => path,
            ("", var s) => $"{path}?{s}",
            (var q, null or "") => $"{path}?{q}",
            var (q, s) => $"{path}?{q}&{s}",
        };
        // Signed is what is sent, byte by byte: nothing may be rewritten on the way into the request.
        var address = new Uri(_options.Endpoint.GetLeftPart(UriPartial.Authority) + full, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        var message = new HttpRequestMessage(request.Method, address) { Content = request.Content };
        List<(string Name, string Value)> headers =
        [
            ("x-ms-version", ServiceVersion), ("x-ms-date", _options.Time.GetUtcNow().ToString("r")), .. request.Headers,
        ];
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        if (_signer is null) return message;

        if (request.Content is { } content)
        {
            // Asked for, it is there: until then it is not among the headers.
            _ = content.Headers.ContentLength;
            headers.AddRange(content.Headers.Select(h => (h.Key, string.Join(',', h.Value))));
        }

        message.Headers.TryAddWithoutValidation("Authorization", _signer.Authorization(request.Method.Method, path, request.Query, headers));
        return message;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');
}
