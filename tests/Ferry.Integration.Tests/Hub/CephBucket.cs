using Ferry.Testing;

namespace Ferry.Integration.Tests.Hub;

/// <summary>A bucket on Ceph, started by the first test that wants it.</summary>
public sealed class CephBucket : IDisposable
{
    /// <summary>Its name.</summary>
    public const string Name = "team-hf-cache";

    private readonly Lazy<S3Server> _server = new(static () =>
    {
        var server = S3Server.StartCeph();
        var (key, secret) = server.Owner;
        Tool.Run("curl", ["-fsS", "-X", "PUT", "--aws-sigv4", "aws:amz:us-east-1:s3", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", "--user", $"{key}:{secret}", $"{server.Endpoint}{Name}"]).OrThrow();
        return server;
    });

    public S3Server Server => _server.Value;

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
    }
}
