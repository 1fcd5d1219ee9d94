using Ferry.Core.Storage;
using Ferry.Stores.Azure;

namespace Ferry.Stores.Tests.Azure;

public sealed class AzureErrorsTests
{
    private const string Signature = "sv=2019-12-12&sp=rl&st=2020-01-01T00:00:00Z&se=2030-01-01T00%3A00%3A00Z&sig=verysecret";
    private static readonly DateTimeOffset s_now = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(404, "BlobNotFound", StoreError.NotFound, "no such blob")]
    [InlineData(404, "ContainerNotFound", StoreError.NoStore, "no such container")]
    [InlineData(409, "ContainerBeingDeleted", StoreError.NoStore, "being deleted")]
    [InlineData(404, "", StoreError.Invalid, "is the endpoint right")]
    [InlineData(403, "AuthenticationFailed", StoreError.Denied, "the account key is wrong")]
    [InlineData(403, "AccountIsDisabled", StoreError.Denied, "disabled")]
    [InlineData(412, "LeaseIdMissing", StoreError.Denied, "lease")]
    [InlineData(409, "SnapshotsPresent", StoreError.Denied, "snapshots")]
    [InlineData(403, "", StoreError.Denied, "do not allow this")]
    [InlineData(503, "ServerBusy", StoreError.Throttled, "busy")]
    [InlineData(429, "", StoreError.Throttled, "busy")]
    [InlineData(503, "", StoreError.Transient, "503")]
    [InlineData(500, "InternalError", StoreError.Transient, "500 InternalError")]
    [InlineData(500, "OperationTimedOut", StoreError.Transient, "OperationTimedOut")]
    [InlineData(408, "", StoreError.Transient, "408")]
    [InlineData(400, "Md5Mismatch", StoreError.Integrity, "other bytes arrived")]
    [InlineData(400, "InvalidBlockList", StoreError.Transient, "another writer")]
    [InlineData(416, "InvalidRange", StoreError.Invalid, "beyond")]
    [InlineData(507, "", StoreError.Full, "no room")]
    [InlineData(400, "InvalidHeaderValue", StoreError.Invalid, "InvalidHeaderValue")]
    public void Each_failure_has_its_kind_and_its_sentence(int status, string code, StoreError error, string words)
    {
        var failure = AzureErrors.ToException(new AzureFailure(status, code), "azure://a/c/key", signature: null, hasKey: true, s_now);
        Assert.Equal(error, failure.Error);
        Assert.StartsWith("azure://a/c/key: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthenticationFailed", "2031-01-01", "expired on 2030-01-01 00:00 UTC")]
    [InlineData("AuthenticationFailed", "2019-01-01", "begins on 2020-01-01 00:00 UTC")]
    [InlineData("AuthenticationFailed", "2025-01-01", "signature is wrong")]
    [InlineData("AuthorizationPermissionMismatch", "2025-01-01", "does not allow this (it has the rights rl)")]
    public void What_is_wrong_with_a_signature_is_said_and_not_the_signature(string code, string now, string words)
    {
        var failure = AzureErrors.ToException(
            new AzureFailure(403, code), "place", Signature, hasKey: false, DateTimeOffset.Parse(now + "Z", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(StoreError.Denied, failure.Error);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("verysecret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, "clock is 40 minutes ahead of the service's")]
    [InlineData(-1440, "clock is 1440 minutes behind the service's")]
    [InlineData(10, "the account key is wrong")]
    public void A_wrong_clock_is_told_from_a_wrong_key(int minutes, string words)
    {
        var answer = new AzureFailure(403, "AuthenticationFailed") { ClockAhead = TimeSpan.FromMinutes(minutes) };
        Assert.Contains(words, AzureErrors.ToException(answer, "place", null, hasKey: true, s_now).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_right_the_container_would_have_to_be_public()
    {
        foreach (var code in (string[])["NoAuthenticationInformation", "ResourceNotFound", "PublicAccessNotPermitted", "AuthenticationFailed"])
        {
            var failure = AzureErrors.ToException(new AzureFailure(404, code), "place", null, hasKey: false, s_now);
            Assert.Equal((StoreError.Denied, true), (failure.Error, failure.Message.Contains("not public", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_service_says_how_long_to_wait()
    {
        var answer = new AzureFailure(503, "ServerBusy") { RetryAfter = TimeSpan.FromSeconds(9) };
        Assert.Equal(TimeSpan.FromSeconds(9), AzureErrors.ToException(answer, "place", null, hasKey: true, s_now).RetryAfter);
    }

    [Fact]
    public async Task An_answer_is_read_whatever_it_is()
    {
        foreach (var body in (string[])
            ["", "<html>no", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Error><Message>&b;</Message></Error>", new string('<', 200_000), "\u001b[31m"])
        {
            using var answer = new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway) { Content = new StringContent(body) };
            var failure = await AzureFailure.ReadAsync(answer, s_now, CancellationToken.None);
            Assert.Equal((502, "", ""), (failure.Status, failure.Code, failure.Message));
        }

        using var right = new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable)
        {
            Content = new StringContent("\ufeff<?xml version=\"1.0\"?><Error><Code>ServerBusy</Code><Message>Busy \u0085now.\nRequestId:1</Message></Error>"),
        };
        right.Headers.TryAddWithoutValidation("Retry-After", "3");
        var said = await AzureFailure.ReadAsync(right, s_now, CancellationToken.None);
        Assert.Equal((503, "ServerBusy", "Busy now", TimeSpan.FromSeconds(3)), (said.Status, said.Code, said.Message, said.RetryAfter));
    }
}
