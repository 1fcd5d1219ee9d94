using System.Net;
using Amazon.Runtime;
using Amazon.S3.Model;
using Ferry.Core.Storage;
using ByteRange = Ferry.Core.Storage.ByteRange;

namespace Ferry.Stores.S3;

/// <summary>How a server wants the version in a condition, if it heeds it at all.</summary>
internal enum VersionForm
{
    Ignored,
    Quoted,
    Bare,
}

/// <summary>Headers of a write that let the server decide; both null where it does not.</summary>
/// <param name="IfNoneMatch">Versions that the object must not have: <c>*</c> for any.</param>
/// <param name="IfMatch">The version that it must have.</param>
internal readonly record struct S3Condition(string? IfNoneMatch, string? IfMatch)
{
    /// <summary>Whether there is one.</summary>
    public bool IsDecidedByServer => IfNoneMatch is not null || IfMatch is not null;

    /// <summary>Whether a failure says that it does not hold. With If-Match, an object that is gone is one of another version.</summary>
    public bool IsRefusedBy(AmazonServiceException e) => IsDecidedByServer
        && (e.StatusCode == HttpStatusCode.PreconditionFailed || (IfMatch is not null && e.ErrorCode == "NoSuchKey"));
}

/// <summary>
/// Which conditions of a write this server decides, found out with a small object of our own the first time that it matters. Servers refuse conditions, or
/// ignore them and write: what is not seen to hold is not relied upon.
/// </summary>
internal sealed class S3Conditions(S3Connection connection) : IDisposable
{
    /// <summary>Below the store's prefix; objects here last for a few requests.</summary>
    public const string ProbePrefix = ".ferry-probe/";

    /// <summary>A version that no object has.</summary>
    private const string OtherVersion = "00000000000000000000000000000000";

    private readonly SemaphoreSlim _one = new(1);
    private readonly string _key = connection.Options.Prefix + ProbePrefix + Guid.NewGuid().ToString("N");
    private bool? _ifAbsent;
    private bool? _inParts;
    private VersionForm? _ifVersion;

    /// <summary>Whether it is known that conditions of objects in one piece are decided by the server.</summary>
    public bool AreKnownToHold => _ifAbsent == true && _ifVersion is VersionForm.Quoted or VersionForm.Bare;

    /// <summary>Whether it is known that this also goes for objects in parts.</summary>
    public bool AreKnownToHoldInParts => _inParts == true;

    public void Dispose() => _one.Dispose();

    /// <summary>Whether an object is written in one piece only where there is none.</summary>
    public Task<bool> IfAbsentAsync(CancellationToken cancellation) =>
        OnceAsync(() => _ifAbsent, answer => _ifAbsent = answer, ProbeAbsentAsync, cancellation);

    /// <summary>Whether all conditions are decided for objects in parts too.</summary>
    public async Task<bool> InPartsAsync(CancellationToken cancellation)
    {
        var form = await IfVersionAsync(cancellation).ConfigureAwait(false);
        if (form == VersionForm.Ignored) return false;
        return await OnceAsync(() => _inParts, answer => _inParts = answer, token => ProbePartsAsync(form, token), cancellation).ConfigureAwait(false);
    }

    /// <summary>How an object is replaced only if it has a version.</summary>
    public Task<VersionForm> IfVersionAsync(CancellationToken cancellation) =>
        OnceAsync(() => _ifVersion, answer => _ifVersion = answer, ProbeVersionAsync, cancellation);

    /// <summary>A version as the server wants it.</summary>
    public static string Write(string version, VersionForm form) => form == VersionForm.Quoted ? $"\"{version}\"" : version;

    private async Task<T> OnceAsync<T>(Func<T?> known, Action<T> keep, Func<CancellationToken, Task<T>> probe, CancellationToken cancellation)
        where T : struct
    {
        if (known() is { } answer) return answer;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (known() is { } other) return other;
            T found;
            try
            {
                found = await probe(cancellation).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Error == StoreError.Denied)
            {
                // Whoever may write elsewhere only loses the server's decision.
                found = default;
            }

            keep(found);
            return found;
        }
        finally
        {
            _one.Release();
        }
    }

    private Task<bool> ProbeAbsentAsync(CancellationToken cancellation) => WithObjectAsync(
        async _ => await PutAsync(request => request.IfNoneMatch = "*", cancellation).ConfigureAwait(false) == false, cancellation);

    private Task<VersionForm> ProbeVersionAsync(CancellationToken cancellation) => WithObjectAsync(async version =>
    {
        foreach (var form in (VersionForm[])[VersionForm.Quoted, VersionForm.Bare])
        {
            if (await PutAsync(request => request.IfMatch = Write(OtherVersion, form), cancellation).ConfigureAwait(false) == false
                && await PutAsync(request => request.IfMatch = Write(version, form), cancellation).ConfigureAwait(false) == true)
                return form;
        }

        return VersionForm.Ignored;
    }, cancellation);

    private Task<bool> ProbePartsAsync(VersionForm form, CancellationToken cancellation) => WithObjectAsync(async _ =>
    {
        var upload = await S3Parts.BeginAsync(connection, "", _key, cancellation).ConfigureAwait(false);
        var part = await upload.SendAsync(1, ObjectContent.Of(new byte[1]), new ByteRange(0, 1), null, cancellation).ConfigureAwait(false);
        try
        {
            foreach (var wrong in (S3Condition[])[new("*", null), new(null, Write(OtherVersion, form))])
            {
                if (await upload.CompleteAsync([part], wrong, cancellation).ConfigureAwait(false) == WriteOutcome.Written) return false;
            }

            return true;
        }
        finally
        {
            await upload.AbortAsync().ConfigureAwait(false);
        }
    }, cancellation);

    /// <summary>Asks with an object in place, and removes it.</summary>
    private async Task<T> WithObjectAsync<T>(Func<string, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            await PutAsync(_ => { }, cancellation).ConfigureAwait(false);
            var head = new GetObjectMetadataRequest { BucketName = connection.Options.Bucket, Key = _key };
            var found = await connection.CallAsync("write", "", (s3, guard) => s3.GetObjectMetadataAsync(head, guard.Token), cancellation)
                .ConfigureAwait(false);
            return await ask(S3Keys.Version(found.ETag)).ConfigureAwait(false);
        }
        finally
        {
            await RemoveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>True: written. False: refused as the condition did not hold. Null: refused as the server knows no conditions.</summary>
    private Task<bool?> PutAsync(Action<PutObjectRequest> condition, CancellationToken cancellation) =>
        connection.CallAsync<bool?>("write", "", async (s3, guard) =>
        {
            var request = new PutObjectRequest
            {
                BucketName = connection.Options.Bucket, Key = _key, InputStream = new MemoryStream(new byte[1]), UseChunkEncoding = false,
            };
            condition(request);
            try
            {
                await s3.PutObjectAsync(request, guard.Token).ConfigureAwait(false);
                return true;
            }
            catch (AmazonServiceException e) when (e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                return false;
            }
            catch (AmazonServiceException e) when (e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest)
            {
                return null;
            }
        }, cancellation);

    private async Task RemoveAsync()
    {
        try
        {
            var request = new DeleteObjectRequest { BucketName = connection.Options.Bucket, Key = _key };
            await connection.CallAsync("remove", "", (s3, guard) => s3.DeleteObjectAsync(request, guard.Token), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // One byte is left behind, under a name that tells what it is.
        }
    }
}
