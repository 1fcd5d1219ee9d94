namespace Ferry.Cli.Config.Hub;

/// <summary>What opens a store. Never printed, never logged, never written.</summary>
/// <param name="Source">Which source it was found in, in the older tool's words: b2_env, aws_env, config; or azure_env.</param>
/// <param name="AccessKey">The key's name; an account's, or nothing, for Azure.</param>
/// <param name="Secret">The key; a connection string or a token for Azure.</param>
/// <param name="SessionToken">What temporary keys have beside; null for none.</param>
internal sealed record StoreCredentials(string Source, string AccessKey, string Secret, string? SessionToken)
{
    /// <summary>The pair of keys for S3; the first source that has both halves counts, and half a pair is none.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="fromFile">What the older tool's file says.</param>
    /// <returns>Null if nobody has any.</returns>
    public static StoreCredentials? ForS3(IHostEnvironment environment, Setting<(string Access, string Secret)>? fromFile) =>
        Pair(environment, "b2_env", "B2_APPLICATION_KEY_ID", "B2_APPLICATION_KEY", null)
            ?? Pair(environment, "aws_env", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
            ?? (fromFile is { Value: var (access, secret) } ? new StoreCredentials("config", access, secret, null) : null);

    /// <inheritdoc cref="object.ToString"/>
    public override string ToString() => Source;

    private static StoreCredentials? Pair(IHostEnvironment environment, string source, string access, string secret, string? token) =>
        environment.Get(access) is { Length: > 0 } key && environment.Get(secret) is { Length: > 0 } value
            ? new StoreCredentials(source, key, value, token is null ? null : environment.Get(token) is { Length: > 0 } session ? session : null)
            : null;
}
