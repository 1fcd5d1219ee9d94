using System.Xml;

namespace Ferry.Stores.Azure;

/// <summary>An answer of the blob service that is not a success.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Code">The service's own code, <c>BlobNotFound</c>; empty where it gave none.</param>
/// <param name="Message">What it says to that, one line; may be empty.</param>
/// <param name="Detail">What it says to a refused signature; may be empty, may hold what was signed.</param>
internal sealed record AzureFailure(int Status, string Code, string Message = "", string Detail = "")
{
    // An answer of the service has less than a tenth of it.
    private const int BodyBytes = 64 << 10;
    private const int MessageChars = 200;

    /// <summary>How long the service asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How far this machine's clock is ahead of the service's.</summary>
    public TimeSpan? ClockAhead { get; init; }

    /// <summary>A condition of a write does not hold. Other codes with these statuses, such as those of leases, mean something else.</summary>
    public bool IsRefusedCondition => Code is "BlobAlreadyExists" or "ConditionNotMet" or "TargetConditionNotMet" || (Status == 412 && Code.Length == 0);

    /// <summary>Reads what the service says.</summary>
    public static async Task<AzureFailure> ReadAsync(HttpResponseMessage answer, DateTimeOffset now, CancellationToken cancellation)
    {
        var code = answer.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.First() : "";
        var (bodyCode, message, detail) = Parse(await ReadBodyAsync(answer, cancellation).ConfigureAwait(false));
        return new AzureFailure((int)answer.StatusCode, Line(code.Length > 0 ? code : bodyCode), Line(message), detail)
        {
            RetryAfter = RetryAfterOf(answer, now),
            ClockAhead = answer.Headers.Date is { } date ? now - date : null,
        };
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage answer, DateTimeOffset now)
    {
        var wait = answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            using var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var bytes = new byte[BodyBytes];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return bytes[..read];
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status says enough.
            return [];
        }
    }

    private static (string Code, string Message, string Detail) Parse(byte[] body)
    {
        var found = (Code: "", Message: "", Detail: "");
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), AzureXml.Settings);
            var element = "";
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element) element = reader.LocalName;
                else if (reader.NodeType == XmlNodeType.EndElement) element = "";
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && reader.Depth == 2)
                {
                    if (element == "Code") found.Code = reader.Value;
                    else if (element == "Message") found.Message = reader.Value;
                    else if (element == "AuthenticationErrorDetail") found.Detail = reader.Value;
                }
            }
        }
        catch (XmlException)
        {
            // A page of a proxy, or nothing: the status says enough.
        }
        return found;
    }

    // Of "what is wrong\nRequestId:...\nTime:..." the first line, with nothing in it that a terminal would obey.
    private static string Line(string text)
    {
        var line = new string([.. text.Trim().TakeWhile(c => c != '\n').Where(c => !char.IsControl(c))]);
        return (line.Length <= MessageChars ? line : line[..MessageChars] + "...").TrimEnd('.');
    }
}
