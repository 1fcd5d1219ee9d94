using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>An answer of the blob service: a success whose body is still to be read, or a failure.</summary>
internal sealed class AzureAnswer(HttpResponseMessage response, StallGuard guard, AzureFailure? failure) : IDisposable
{
    /// <summary>Null for a success.</summary>
    public AzureFailure? Failure => failure;

    public HttpResponseMessage Response => response;

    public StallGuard Guard => guard;

    /// <summary>The version without the quotes that headers have around it and listings have not.</summary>
    public string Version => response.Headers.TryGetValues("ETag", out var tags) ? tags.First().Trim('"') : "";

    public void Dispose()
    {
        response.Dispose();
        guard.Dispose();
    }
}
