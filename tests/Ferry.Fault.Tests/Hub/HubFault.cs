using Ferry.Testing.Stores;
using static Ferry.Testing.Stores.ProxyFaultKind;

namespace Ferry.Fault.Tests.Hub;

/// <summary>How a command has to end that meets a fault; whatever the end, nothing wrong is left.</summary>
public enum FaultEnd
{
    /// <summary>Exit code 0, as if nothing had been.</summary>
    Success,

    /// <summary>Exit code 1, and a line that says why.</summary>
    Failure,

    /// <summary>One of the two.</summary>
    Either,
}

/// <summary>What happens between Ferry and the server during one command.</summary>
/// <param name="End">How it ends.</param>
/// <param name="Plan">The faults, with random places.</param>
public sealed record HubFault(FaultEnd End, Func<Random, ProxyFault[]> Plan)
{
    private const int Large = 30 << 20;

    /// <summary>What can happen to a push, by name.</summary>
    public static readonly IReadOnlyDictionary<string, HubFault> OfPush = new Dictionary<string, HubFault>
    {
        ["500 on a content"] = Recovers(random => [Answer(500, "InternalError", "PUT", "/blobs/", random.Next(8))]),
        ["500 on the listing"] = Recovers(_ => [Answer(500, "InternalError", "GET", "list-type=2")]),
        ["503 SlowDown with Retry-After"] = Recovers(random => [Answer(503, "SlowDown", "PUT", "/blobs/", random.Next(8)) with { RetryAfter = 1 }]),
        ["503 SlowDown five times"] = Recovers(random => [.. Enumerable.Range(0, 5).Select(_ => Answer(503, "SlowDown", "PUT", "/blobs/", random.Next(4)))]),
        ["429 with Retry-After"] = Recovers(random => [Answer(429, "TooManyRequests", "PUT", "/blobs/", random.Next(8)) with { RetryAfter = 1 }]),
        ["reset within a small content"] = Recovers(random => [Fault(ResetRequest, "PUT", "/blobs/", random.Next(8), random.Next(500))]),
        ["reset within a part"] = Recovers(random => [Fault(ResetRequest, "PUT", "partNumber=", random.Next(2), random.Next(4 << 20))]),
        ["the answer to a content is lost"] = Recovers(random => [Fault(ResetAnswer, "PUT", "/blobs/", random.Next(8), 0)]),
        ["the answer to the manifest is lost"] = Recovers(_ => [Fault(ResetAnswer, "PUT", "/manifests/", 0, 0)]),
        ["the answer to a ref is lost"] = Recovers(_ => [Fault(ResetAnswer, "PUT", "/refs/", 0, 0)]),
        ["a truncated listing"] = Recovers(random => [Fault(TruncateAnswer, "GET", "list-type=2", 0, random.Next(100))]),
        ["an error in the answer 200 to CompleteMultipartUpload"] = Recovers(_ => [Answer(200, "InternalError", "POST", "uploadId=")]),
        ["the answer to CompleteMultipartUpload is lost"] = Recovers(_ => [Fault(ResetAnswer, "POST", "uploadId=", 0, 0)]),
        ["500 on CreateMultipartUpload"] = Recovers(_ => [Answer(500, "InternalError", "POST", "uploads")]),
        ["500 on a part"] = Recovers(random => [Answer(500, "InternalError", "PUT", "partNumber=", random.Next(2))]),
        ["a flipped bit of a content"] = Recovers(random => [Fault(FlipRequestBit, "PUT", "/blobs/", random.Next(8), 0)]),
        ["a flipped bit of a part"] = Recovers(random => [Fault(FlipRequestBit, "PUT", "partNumber=", random.Next(2), random.Next(4 << 20))]),
        ["a flipped bit of a manifest"] = Recovers(random => [Fault(FlipRequestBit, "PUT", "/manifests/", 0, random.Next(300))]),
        ["a flipped bit of a ref"] = Recovers(random => [Fault(FlipRequestBit, "PUT", "/refs/", 0, random.Next(40))]),
        ["a stall before an answer"] = Recovers(random => [Fault(Stall, "PUT", "/blobs/", random.Next(8), 0)]),
        ["a stall within the listing"] = Recovers(random => [Fault(Stall, "GET", "list-type=2", 0, random.Next(100))]),
        ["500 on a manifest and on a ref"] = Recovers(_ => [Answer(500, "InternalError", "PUT", "/manifests/"), Answer(500, "InternalError", "PUT", "/refs/")]),
        ["412 for what is not there"] = new(FaultEnd.Either, random => [Answer(412, "PreconditionFailed", "PUT", "/blobs/", random.Next(8))]),
        ["403 on one content"] = new(FaultEnd.Failure, random => [Answer(403, "AccessDenied", "PUT", "/blobs/", random.Next(8))]),
        ["a clock that is wrong"] = new(FaultEnd.Failure, _ => [Answer(403, "RequestTimeTooSkewed", "PUT", "/blobs/")]),
        ["no room"] = new(FaultEnd.Failure, random => [Answer(507, "QuotaExceeded", "PUT", "/blobs/", random.Next(8))]),
    };

    /// <summary>What can happen to a pull, by name.</summary>
    public static readonly IReadOnlyDictionary<string, HubFault> OfPull = new Dictionary<string, HubFault>
    {
        ["500 on the ref"] = Recovers(_ => [Answer(500, "InternalError", "GET", "/refs/")]),
        ["503 SlowDown with Retry-After"] = Recovers(random => [Answer(503, "SlowDown", "GET", "/blobs/", random.Next(5)) with { RetryAfter = 1 }]),
        ["429 on the manifest"] = Recovers(_ => [Answer(429, "TooManyRequests", "GET", "/manifests/") with { RetryAfter = 1 }]),
        ["reset within a content"] = Recovers(random => [Fault(ResetAnswer, "GET", "/blobs/", random.Next(5), random.Next(500))]),
        ["a truncated content"] = Recovers(random => [Fault(TruncateAnswer, "GET", "/blobs/", random.Next(5), random.Next(500))]),
        ["resets within a large content"] = Recovers(random => [.. Enumerable.Range(0, 3).Select(_ => Fault(ResetAnswer, "GET", "/blobs/", random.Next(3), random.Next(Large)))]),
        ["a truncated manifest"] = Recovers(random => [Fault(TruncateAnswer, "GET", "/manifests/", 0, random.Next(300))]),
        ["another range than asked for"] = Recovers(_ => [Fault(WrongRange, "GET", LargeBlob, 0, 0)]),
        ["a flipped bit of a content"] = new(FaultEnd.Either, random => [Fault(FlipAnswerBit, "GET", "/blobs/", random.Next(5), 0)]),
        ["a flipped bit of a large content"] = new(FaultEnd.Either, random => [Fault(FlipAnswerBit, "GET", LargeBlob, 0, random.Next(1 << 20))]),
        ["a flipped bit of the manifest"] = new(FaultEnd.Either, random => [Fault(FlipAnswerBit, "GET", "/manifests/", 0, random.Next(2000))]),
        ["a flipped bit of the ref"] = new(FaultEnd.Either, random => [Fault(FlipAnswerBit, "GET", "/refs/", 0, random.Next(40))]),
        ["a stall within a content"] = Recovers(random => [Fault(Stall, "GET", "/blobs/", random.Next(5), 0)]),
        ["a stall before the ref"] = Recovers(_ => [Fault(Stall, "GET", "/refs/", 0, 0)]),
        ["a content that is not there"] = new(FaultEnd.Failure, random => [Answer(404, "NoSuchKey", "GET", "/blobs/", random.Next(5))]),
        ["403 on a content"] = new(FaultEnd.Failure, random => [Answer(403, "AccessDenied", "GET", "/blobs/", random.Next(5))]),
        ["a redirection to another region"] = new(FaultEnd.Failure, _ => [Answer(301, "PermanentRedirect", "GET", "/manifests/")]),
    };

    /// <summary>Stands for the key of the content of several parts.</summary>
    public const string LargeBlob = "(large)";

    private static HubFault Recovers(Func<Random, ProxyFault[]> plan) => new(FaultEnd.Success, plan);

    private static ProxyFault Answer(int status, string code, string method, string target, int after = 0) =>
        new(ProxyFaultKind.Answer) { Method = method, Target = target, After = after, Status = status, Body = $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>planned</Message></Error>" };

    private static ProxyFault Fault(ProxyFaultKind kind, string method, string target, int after, long at) =>
        new(kind) { Method = method, Target = target, After = after, At = at };
}
