using System.Net.Http.Headers;
using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Sends requests to the hub, and follows where it leads without taking the token along. Tries nothing again. Thread-safe.</summary>
internal sealed class HubConnection : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly HubClientOptions _options;
    private readonly HttpClient _http;
    private readonly string? _token;

    public HubConnection(HubClientOptions options)
    {
        _options = options;
        _token = options.Token is { Length: > 0 } token && HubAddress.IsPrivateWay(options.Endpoint) ? token : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.StallLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks for something.</summary>
    /// <param name="address">Of the hub's API.</param>
    /// <param name="place">What it is, for messages.</param>
    /// <param name="range">Which bytes of it; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A successful answer.</returns>
    /// <exception cref="HubException">There is none.</exception>
    public async Task<HubAnswer> GetAsync(Uri address, string place, ByteRange? range, CancellationToken cancellation)
    {
        if (_token is not null && _token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new HubException(HubError.Denied, $"{place}: not asked for, for the token has characters that no token has: see HF_TOKEN");
        }

        var guard = new StallGuard(_options.StallLimit, _options.Time, cancellation);
        try
        {
            var response = await FollowAsync(address, place, range, guard).ConfigureAwait(false);
            guard.Pause();
            return new HubAnswer(response, guard, place);
        }
        catch (Exception e)
        {
            using (guard)
            {
                cancellation.ThrowIfCancellationRequested();
                if (HubFailure.Explain(e, guard, place) is { } explained)
                {
                    throw explained;
                }
            }

            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(Uri address, string place, ByteRange? range, StallGuard guard)
    {
        // Once a redirect has led away, the token stays behind, wherever the next one leads.
        var isAtHub = HubAddress.IsSameOrigin(address, _options.Endpoint);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendAsync(address, isAtHub, range, guard).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                {
                    throw HubFailure.ToException(response, place, _token, _options.Time.GetUtcNow());
                }

                if (redirects == MaxRedirects)
                {
                    throw new HubException(HubError.Invalid, $"{place}: the hub led to more than {MaxRedirects} other addresses in turn");
                }

                address = Next(address, response, place);
                isAtHub &= HubAddress.IsSameOrigin(address, _options.Endpoint);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, bool isAtHub, ByteRange? range, StallGuard guard)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        // Lengths and ranges are those of the file itself only where nothing is compressed on the way.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (isAtHub && _token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        if (range is { } wanted)
        {
            request.Headers.Range = new RangeHeaderValue(wanted.Offset, wanted.Offset + wanted.Length - 1);
        }

        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token).ConfigureAwait(false);
        guard.Restart();
        return response;
    }

    /// <summary>Where a redirect leads, if that is a place to go to.</summary>
    internal static Uri Next(Uri address, HttpResponseMessage response, string place)
    {
        var reason = response.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next) ? "to no address"
            : next.Scheme is not ("https" or "http") ? "to an address that is neither https nor http"
            : address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps ? $"from https to http ({next.Host})"
            : next.UserInfo.Length > 0 ? "to an address with a user in it"
            : null;
        return reason is null ? new Uri(address, response.Headers.Location!)
            : throw new HubException(HubError.Invalid, $"{place}: the hub led {reason}");
    }
}
